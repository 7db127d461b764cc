import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { ScheduleSettings } from './schedule-settings.ts';

/** Milliseconds before the first retry; twice as long before each further one, up to the second figure. AWS names none. */
const firstPause = 1000;
const longestPause = 15 * 60_000;

/** One time at which a schedule is due. */
export interface Run {
  readonly settings: ScheduleSettings;
  readonly scheduleArn: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Why a target could not be called. */
export class TargetFailure extends Error {
  /** True where another try cannot help: the target does not exist, or the role may not call it. */
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
  /** Only asked where the schedule has a queue. */
  sendDeadLetter(run: Run, letter: DeadLetter): Promise<void>;
  log(line: string): void;
}

/**
 * Calls the target of a run, again by the schedule's retry policy where that can help, and leaves a run that could not be
 * delivered to the dead-letter queue.
 * @param signal ends the waiting for a further try; the run is then lost
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
      const pause = Math.min(firstPause * 2 ** (attempt - 1), longestPause);
      const isTooOld = clock.now() + pause > run.time + policy.MaximumEventAgeInSeconds * 1000;
      const isPermanent = failure instanceof TargetFailure && failure.isPermanent;
      if (!isPermanent && !isTooOld && attempt <= policy.MaximumRetryAttempts) {
        log(
          `${run.scheduleArn} could not start its target: ${failure.message} Tried again in ${pause / 1000} s.`,
        );
        await waitUntil(clock, clock.now() + pause, signal);
        if (!signal.aborted) continue;
        log(`${run.scheduleArn}: its run of ${iso(run.time)} is lost, as the local cloud stops.`);
        return;
      }
      const condition = isPermanent
        ? {}
        : { EXHAUSTED_RETRY_CONDITION: isTooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts' };
      log(
        `${run.scheduleArn}: its run of ${iso(run.time)} is given up${queue?.Arn ? ` to ${queue.Arn}` : ''}: ${failure.message}`,
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

/** The schedule's input with what Scheduler puts in for its keywords; without an input, the notification it sends then. */
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

/** Resolves at a time, or as soon as the signal is aborted. */
export function waitUntil(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const callOff = clock.wakeAt(time, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      callOff();
      resolve();
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** As Scheduler writes times: in UTC, to the second. */
function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
