import type { ScheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { TriggerStore } from '../../../adapters/dynamodb/schedules/trigger-store.ts';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import { triggerToken, triggerTokenHash } from '../../../domain/notifications/trigger-token.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface ScheduleTriggerDependencies
  extends Pick<ScheduleStore, 'getSchedule'>,
    Pick<TriggerStore, 'changeTrigger'> {
  readonly randomBytes: (count: number) => Uint8Array;
  /** In hex. */
  readonly sha256: (text: string) => string;
  /** Address that the API's paths begin at, without a slash at its end. */
  readonly apiUrl: string;
  readonly now: () => string;
}

/** Makes a schedule's trigger URL, which is shown in this answer only. The one before it stops to work. */
export async function makeTrigger(
  request: Pick<RequestOf<'makeTrigger'>, 'company' | 'user' | 'params'>,
  dependencies: ScheduleTriggerDependencies,
): PromisedResponse<'makeTrigger'> {
  const schedule = await ownSchedule(request, dependencies);
  const token = triggerToken(dependencies.randomBytes(32));
  const hash = triggerTokenHash(token, dependencies.sha256);
  await change(schedule, hash, dependencies);
  return { url: `${dependencies.apiUrl}/v1/triggers/${token}` };
}

export async function revokeTrigger(
  request: Pick<RequestOf<'revokeTrigger'>, 'company' | 'user' | 'params'>,
  dependencies: ScheduleTriggerDependencies,
): PromisedResponse<'revokeTrigger'> {
  const schedule = await ownSchedule(request, dependencies);
  if (schedule.triggerTokenHash === undefined) {
    throw new Failure('trigger.not-found', 'The schedule has no trigger URL');
  }
  await change(schedule, undefined, dependencies);
  return { revoked: true };
}

async function ownSchedule(
  { company, user, params }: Pick<RequestOf<'makeTrigger'>, 'company' | 'user' | 'params'>,
  { getSchedule }: Pick<ScheduleTriggerDependencies, 'getSchedule'>,
): Promise<Schedule> {
  const schedule = await getSchedule(company, params.id);
  if (!schedule) throw new Failure('schedule.not-found', `There is no schedule ${params.id}`);
  if (mayChange(user, schedule)) return schedule;
  throw new Failure('access.role-too-low', 'Only an admin may change a schedule of somebody else', {
    facts: { requiredRole: 'admin' },
  });
}

async function change(
  schedule: Schedule,
  hash: string | undefined,
  { changeTrigger, now }: Pick<ScheduleTriggerDependencies, 'changeTrigger' | 'now'>,
): Promise<void> {
  if (await changeTrigger(schedule, hash, now())) return;
  throw new Failure(
    'schedule.changed-meanwhile',
    `The trigger of the schedule ${schedule.id} was changed meanwhile; try again`,
  );
}
