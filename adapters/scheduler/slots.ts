import { randomUUID } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  paginateListSchedules,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { inParallel } from '../../domain/in-parallel.ts';

/** One schedule of EventBridge Scheduler: what it starts, and when. This project calls it a slot. */
export interface SlotDefinition {
  /** 1 to 64 of `0-9 a-z A-Z - _ .`, unique in the group. */
  readonly name: string;
  /** `at(2027-03-15T14:10:00)`, `rate(2 hours)` or `cron(10 14 ? * MON *)`. */
  readonly expression: string;
  /** IANA name of the zone of the expression's times. */
  readonly timeZone: string;
  /** If false, the slot is paused: it stays and starts nothing. */
  readonly enabled: boolean;
  /**
   * JSON value that the target receives. In its texts, `<aws.scheduler.scheduled-time>`, `<aws.scheduler.schedule-arn>`,
   * `<aws.scheduler.execution-id>` and `<aws.scheduler.attempt-number>` are replaced for each run.
   */
  readonly input: unknown;
  /** Whether Scheduler deletes the slot after its last run. */
  readonly deleteWhenDone: boolean;
  /** ISO 8601: no run before this time. An `at(…)` ignores it. */
  readonly start?: string;
  /** ISO 8601: no run after this time. An `at(…)` ignores it. */
  readonly end?: string;
}

/** An existing slot. */
export type ListedSlot = Pick<SlotDefinition, 'name' | 'expression' | 'timeZone' | 'enabled' | 'input'>;

export interface Slots {
  /**
   * Creates the slot, or updates the slot with this name. Repeating it changes nothing. One call if the slot exists, two
   * if it does not.
   * @throws ValidationException if AWS refuses the definition
   */
  put(definition: SlotDefinition): Promise<void>;
  /** Deletes a slot, if it exists. One call. */
  remove(name: string): Promise<void>;
  /**
   * The slots of the group, by name. One call for every hundred and one for each slot.
   * @param prefix the beginning of their names
   */
  list(prefix?: string): AsyncIterable<ListedSlot>;
  /**
   * A page of the slots of the group, by name: one call, and one for each of up to a hundred slots.
   * @param after `next` of the page before
   */
  listPage(after?: string): Promise<{ readonly slots: readonly ListedSlot[]; readonly next?: string }>;
}

/** What all slots have in common. */
export interface SlotTarget {
  /** Name of the schedule group. */
  readonly group: string;
  /** The role that Scheduler assumes. It may call the target and send to the dead-letter queue. */
  readonly roleArn: string;
  readonly targetArn: string;
  /** Queue for runs that could not be started. */
  readonly deadLetterArn: string;
}

/**
 * Seconds for which Scheduler tries to start a run. Its default of a day would start runs long after they were due, but
 * missed runs are not caught up. An hour covers the usual outages of a target.
 */
const maxSecondsLate = 3600;

/** Scheduler's maximum, so that only the time limits the attempts. */
const maxRetries = 185;

/** The maximum of Scheduler. */
const pageSize = 100;

/** Slots that are read in parallel: a hundred take about ten round trips. */
const parallelReads = 10;

/** Attempts of one change while other changes of the same slot come first. */
const maxRounds = 3;

/**
 * The slots of one group, all with one target. Times are exact to the minute, without a flexible window.
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
      // It was deleted after it was listed.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };

  const readAll = async (page: readonly { readonly Name?: string | undefined }[]): Promise<ListedSlot[]> => {
    const names = page.flatMap(({ Name }) => Name ?? []);
    const found = await inParallel(names, parallelReads, read);
    return found.filter((slot) => slot !== undefined);
  };

  return {
    async put(definition) {
      const input = toRequest(definition, target, now());
      for (let round = 1; ; round++) {
        // A new token for each call. With a token made from the definition, Scheduler would take a second put of the same
        // definition for a repetition of the first, and keep a different definition that was put in between.
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
        { client, pageSize },
        { GroupName, ...(prefix === undefined || prefix === '' ? {} : { NamePrefix: prefix }) },
      );
      for await (const { Schedules: page = [] } of pages) yield* await readAll(page);
    },

    async listPage(after) {
      const { Schedules: page = [], NextToken } = await client.send(
        new ListSchedulesCommand({
          GroupName,
          MaxResults: pageSize,
          ...(after === undefined ? {} : { NextToken: after }),
        }),
      );
      return { slots: await readAll(page), ...(NextToken === undefined ? {} : { next: NextToken }) };
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
    // Scheduler refuses a start more than five minutes ago, and a pause or an edit puts the old start again.
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
