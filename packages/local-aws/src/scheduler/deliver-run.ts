import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { ScheduleSettings } from './schedule-settings.ts';

/** The pause before a retry doubles from the first to the maximum. AWS does not document its pauses. */
const firstPauseMs = 1000;
const maxPauseMs = 15 * 60_000;

/** One time at which a schedule is due. */
export interface Run {
  readonly settings: ScheduleSettings;
  readonly scheduleArn: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Why a target could not be called. */
export class TargetFailure extends Error {
  /** True if a retry cannot help: the target does not exist, or the role may not call it. */
  readonly isPermanent: boolean;

  constructor(name: string, message: string, isPermanent: boolean) {
    super(message);
    this.name = name;
    this.isPermanent = isPermanent;
  }
}

/** A message for the dead-letter queue. */
export interface DeadLetter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface DeliveryDependencies {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  /** @throws TargetFailure */
  callTarget(run: Run, input: string): Promise<void>;
  /** Called only if the schedule has a dead-letter queue. */
  sendDeadLetter(run: Run, letter: DeadLetter): Promise<void>;
  log(line: string): void;
}

/**
 * Calls the target of a run, with retries by the schedule's retry policy if they can help. A run that cannot be delivered
 * goes to the dead-letter queue.
 * @param signal cancels the wait for a retry; the run is then lost
 */
export async function deliverRun(
  run: Run,
  dependencies: DeliveryDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = dependencies;
  const { RetryPolicy: policy, DeadLetterConfig: queue } = run.settings.Target;
  for (let attempt = 1; ; attempt++) {
    const executionId = randomBytes(8).toString('hex');
    const input = inputOf(run, dependencies, executionId, attempt);
    try {
      await dependencies.callTarget(run, input);
      return;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), maxPauseMs);
      const isTooOld = clock.now() + pause > run.time + policy.MaximumEventAgeInSeconds * 1000;
      const isPermanent = failure instanceof TargetFailure && failure.isPermanent;
      if (!isPermanent && !isTooOld && attempt <= policy.MaximumRetryAttempts) {
        log(
          `${run.scheduleArn} could not call its target: ${failure.message} Next attempt in ${pause / 1000} s.`,
        );
        await waitUntil(clock, clock.now() + pause, signal);
        if (!signal.aborted) continue;
        log(`${run.scheduleArn}: the run of ${iso(run.time)} is lost because the local cloud stops.`);
        return;
      }
      const condition = isPermanent
        ? {}
        : { EXHAUSTED_RETRY_CONDITION: isTooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts' };
      log(
        `${run.scheduleArn}: the run of ${iso(run.time)} failed${queue?.Arn ? ` and goes to ${queue.Arn}` : ''}: ${failure.message}`,
      );
      if (queue?.Arn === undefined) return;
      await dependencies.sendDeadLetter(run, {
        body: input,
        attributes: {
          ERROR_CODE: failure.name,
          ERROR_MESSAGE: failure.message,
          EXECUTION_ID: executionId,
          ...condition,
          IS_PAYLOAD_TRUNCATED: 'false',
          RETRY_ATTEMPTS: String(attempt - 1),
          SCHEDULED_TIME: iso(run.time),
          SCHEDULE_ARN: run.scheduleArn,
          TARGET_ARN: run.settings.Target.Arn,
        },
      });
      return;
    }
  }
}

/** The schedule's input with its keywords replaced. Without an input, the default event of Scheduler. */
function inputOf(
  run: Run,
  { region, account }: Pick<DeliveryDependencies, 'region' | 'account'>,
  executionId: string,
  attempt: number,
): string {
  const { Input: input } = run.settings.Target;
  if (input === undefined)
    return JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account,
      time: iso(run.time),
      region,
      resources: [run.scheduleArn],
      detail: '{}',
    });
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', run.scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', iso(run.time))
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}

/** Resolves at a time, or when the signal is aborted. */
export function waitUntil(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const cancel = clock.wakeAt(time, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** A time in Scheduler's form: UTC, in seconds. */
function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
