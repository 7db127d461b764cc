import { publicTriggerRoutes, type triggerRoutes } from '@pressroom/api/schedules/trigger-routes';
import { mayChange } from '../../../domain/companies/role.ts';
import { Failure } from '../../../domain/failure.ts';
import { triggerToken, triggerTokenHash } from '../../../domain/notifications/trigger-token.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

/** Makes a schedule's trigger URL, which is shown in this answer only. The one before it stops to work. */
async function makeTrigger(
  request: Pick<RequestOf<'makeTrigger'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'makeTrigger'> {
  const schedule = await ownSchedule(request, dependencies);
  const token = triggerToken(dependencies.randomBytes(32));
  const hash = triggerTokenHash(token, dependencies.sha256);
  await change(schedule, hash, dependencies);
  // Not the domain of the API: the address is written down elsewhere, and must survive another domain.
  return { url: dependencies.apiEndpoint + publicTriggerRoutes.triggerJob.path.replace('{token}', token) };
}

async function revokeTrigger(
  request: Pick<RequestOf<'revokeTrigger'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
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
  { schedules: { getSchedule } }: Dependencies,
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
  { schedules: { changeTrigger }, now }: Dependencies,
): Promise<void> {
  if (await changeTrigger(schedule, hash, now())) return;
  throw new Failure(
    'schedule.changed-meanwhile',
    `The trigger of the schedule ${schedule.id} was changed meanwhile; try again`,
  );
}

export const triggerHandlers = {
  makeTrigger,
  revokeTrigger,
} satisfies HandlersOf<typeof triggerRoutes>;
