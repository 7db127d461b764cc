import { randomUUID } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  paginateListSchedules,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { inParallel } from '../../domain/in-parallel.ts';

/** One schedule of EventBridge Scheduler: what it starts, and when. */
export interface SlotDefinition {
  /** 1 to 64 of `0-9 a-z A-Z - _ .`, unique in the group. */
  readonly name: string;
  /** `at(2027-03-15T14:10:00)`, `rate(2 hours)` or `cron(10 14 ? * MON *)`. */
  readonly expression: string;
  /** IANA name; the expression's times are of its clocks. */
  readonly timeZone: string;
  /** False is a pause: the schedule stays and starts nothing. */
  readonly enabled: boolean;
  /**
   * JSON value that the target gets. In its texts `<aws.scheduler.scheduled-time>`, `<aws.scheduler.schedule-arn>`,
   * `<aws.scheduler.execution-id>` and `<aws.scheduler.attempt-number>` are replaced for each run.
   */
  readonly input: unknown;
  /** Whether Scheduler deletes the schedule after its last run. */
  readonly deleteWhenDone: boolean;
  /** ISO 8601: no run before. An `at(…)` takes no notice of it. */
  readonly start?: string;
  /** ISO 8601: no run after. An `at(…)` takes no notice of it. */
  readonly end?: string;
}

/** A schedule as it stands: see `SlotDefinition`. */
export type ListedSlot = Pick<SlotDefinition, 'name' | 'expression' | 'timeZone' | 'enabled' | 'input'>;

export interface Slots {
  /**
   * Creates the schedule, or makes the one of its name what the definition says. The same again changes nothing.
   * One call of the API where it exists, two where it does not.
   * @throws ValidationException for what AWS does not take
   */
  put(definition: SlotDefinition): Promise<void>;
  /** Deletes the schedule of a name; one that does not exist is as good as deleted. One call. */
  remove(name: string): Promise<void>;
  /**
   * The schedules of the group, by name. One call for every hundred and one for each.
   * @param prefix of the names
   */
  list(prefix?: string): AsyncIterable<ListedSlot>;
}

/** What all schedules of the product have in common. */
export interface SlotTarget {
  /** Name of the schedule group. */
  readonly group: string;
  /** Role that Scheduler assumes: it may call the target and send to the dead-letter queue. */
  readonly roleArn: string;
  readonly targetArn: string;
  /** Queue for the runs that could not be started. */
  readonly deadLetterArn: string;
}

/**
 * Seconds for which Scheduler tries to start a run. Its default, a day, would start runs long after they were due, where
 * missed ones are not to be caught up; an hour bridges what a target is usually out for.
 */
const maxSecondsLate = 3600;

/** The most that Scheduler takes: only the time counts. */
const maxRetries = 185;

/** Schedules that are read at the same time: a list of a hundred takes some ten round trips. */
const parallelReads = 10;

/** Of one change against others of the same schedule: each beaten by another that came first. */
const maxRounds = 3;

/**
 * The schedules of one group, all with one target: times are exact to the minute, no flexible window.
 * @param now milliseconds since 1970
 */
export function slots(client: SchedulerClient, target: SlotTarget, now: () => number = Date.now): Slots {
  const { group: GroupName } = target;

  const read = async (Name: string): Promise<ListedSlot | undefined> => {
    try {
      const found = await client.send(new GetScheduleCommand({ GroupName, Name }));
      return {
        name: Name,
        expression: found.ScheduleExpression ?? '',
        timeZone: found.ScheduleExpressionTimezone ?? 'UTC',
        enabled: found.State !== 'DISABLED',
        input: JSON.parse(found.Target?.Input ?? 'null') as unknown,
      };
    } catch (error) {
      // Deleted between the list and now.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };

  return {
    async put(definition) {
      const input = toRequest(definition, target, now());
      for (let round = 1; ; round++) {
        // A token per call, not one made from the definition: that of an earlier put of the same definition would
        // make Scheduler answer "done" and leave what was put in between.
        try {
          await client.send(new UpdateScheduleCommand({ ...input, ClientToken: randomUUID() }));
          return;
        } catch (error) {
          const isBeaten = error instanceof ConflictException && round < maxRounds;
          if (!(error instanceof ResourceNotFoundException) && !isBeaten) throw error;
          if (isBeaten) continue;
        }
        try {
          await client.send(new CreateScheduleCommand({ ...input, ClientToken: randomUUID() }));
          return;
        } catch (error) {
          if (!(error instanceof ConflictException) || round >= maxRounds) throw error;
        }
      }
    },

    async remove(Name) {
      try {
        await client.send(new DeleteScheduleCommand({ GroupName, Name, ClientToken: randomUUID() }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },

    async *list(prefix) {
      const pages = paginateListSchedules(
        { client, pageSize: 100 },
        { GroupName, ...(prefix === undefined || prefix === '' ? {} : { NamePrefix: prefix }) },
      );
      for await (const { Schedules: page = [] } of pages) {
        const names = page.flatMap(({ Name }) => Name ?? []);
        for (const found of await inParallel(names, parallelReads, read)) if (found) yield found;
      }
    },
  };
}

function toRequest(
  definition: SlotDefinition,
  target: SlotTarget,
  now: number,
): Omit<CreateScheduleCommandInput, 'ClientToken'> {
  const { start, end } = definition;
  return {
    GroupName: target.group,
    Name: definition.name,
    ScheduleExpression: definition.expression,
    ScheduleExpressionTimezone: definition.timeZone,
    State: definition.enabled ? 'ENABLED' : 'DISABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: definition.deleteWhenDone ? 'DELETE' : 'NONE',
    // Scheduler refuses a start of more than five minutes ago, and a pause or an edit puts the old one again.
    ...(start !== undefined && Date.parse(start) > now ? { StartDate: new Date(start) } : {}),
    ...(end === undefined ? {} : { EndDate: new Date(end) }),
    Target: {
      Arn: target.targetArn,
      RoleArn: target.roleArn,
      Input: JSON.stringify(definition.input),
      DeadLetterConfig: { Arn: target.deadLetterArn },
      RetryPolicy: { MaximumEventAgeInSeconds: maxSecondsLate, MaximumRetryAttempts: maxRetries },
    },
  };
}
