/** Schedules of publish jobs, in the job table. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  afterSkipping,
  type Schedule,
  type ScheduleRun,
  type SkippedRun,
} from '../../../domain/schedules/schedule.ts';
import { scheduleKey, schedulingKey } from '../keys.ts';
import { conditionOf, type ExpectedState, isNew } from '../table/condition.ts';
import { conditionHeld, unlessConditionFails } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { type ItemUpdate, updateOf } from '../table/update-of.ts';

/** What a change may replace: never what the schedule's runs write. An attribute that is undefined is removed. */
export type ScheduleChange = Partial<{
  readonly [Name in
    | 'name'
    | 'rule'
    | 'timeZone'
    | 'active'
    | 'job'
    | 'submittedBy'
    | 'modified'
    | 'modifiedBy'
    | 'version'
    | 'revision'
    | 'sync'
    | 'slots'
    | 'completed'
    | 'warning']: Schedule[Name] | undefined;
}>;

export interface ScheduleStore {
  /**
   * Writes a new schedule, and that its company has schedules.
   * @returns false if a schedule with that id already exists
   */
  createSchedule(schedule: Schedule): Promise<boolean>;
  /** Strongly consistent: half a read unit for each 2 kB. */
  getSchedule(company: string, id: string): Promise<Schedule | undefined>;
  /** A company's schedules, strongly consistent, oldest first, page by page; `after` is an id. */
  listSchedules(company: string, after?: string): AsyncIterable<Schedule>;
  countSchedules(company: string): Promise<number>;
  /** Every company that has or had schedules, by name; `after` is a company. */
  listSchedulingCompanies(after?: string): AsyncIterable<string>;
  /**
   * Changes a schedule.
   * @param version the version for which the change was decided
   * @returns the schedule after the change; undefined if it has another version now or does not exist
   */
  changeSchedule(
    company: string,
    id: string,
    version: number,
    change: ScheduleChange,
  ): Promise<Schedule | undefined>;
  /**
   * Records the job that a schedule is about to start. If several starts compete, one wins.
   * @param seen the schedule for which the start was decided
   * @param completed whether it is the schedule's last run
   * @returns false if the schedule was changed, started again or deleted meanwhile
   */
  recordRun(seen: Schedule, run: ScheduleRun, completed: boolean): Promise<boolean>;
  /** Records a run that did not take place. @returns false in the same cases as `recordRun` */
  recordSkipped(seen: Schedule, skipped: SkippedRun): Promise<boolean>;
  /**
   * Records that EventBridge Scheduler agrees with the record.
   * @returns false if the schedule was changed or deleted meanwhile
   */
  recordSynced(company: string, id: string, revision: number, slots: number): Promise<boolean>;
  /** @returns the schedule as it was; undefined if it did not exist or has another version now */
  deleteSchedule(company: string, id: string, version: number): Promise<Schedule | undefined>;
}

export function scheduleStore(documents: DynamoDBDocumentClient, tableName: string): ScheduleStore {
  const companyParams = (company: string) => ({
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': scheduleKey(company, '').pk },
    ConsistentRead: true,
  });

  return {
    async createSchedule(schedule) {
      const { company, id } = schedule;
      const writes = [
        { Put: { TableName: tableName, Item: { ...schedule, ...scheduleKey(company, id) }, ...isNew } },
        { Put: { TableName: tableName, Item: schedulingKey(company) } },
      ];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async getSchedule(company, id) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: scheduleKey(company, id), ConsistentRead: true }),
      );
      return Item && scheduleOf(Item);
    },

    async *listSchedules(company, after) {
      const pages = queryPages(documents, {
        ...companyParams(company),
        ...(after === undefined ? {} : { ExclusiveStartKey: scheduleKey(company, after) }),
      });
      for await (const items of pages) yield* items.map(scheduleOf);
    },

    async countSchedules(company) {
      const { Count = 0 } = await documents.send(
        new QueryCommand({ ...companyParams(company), Select: 'COUNT' }),
      );
      return Count;
    },

    async *listSchedulingCompanies(after) {
      const pages = queryPages(documents, {
        ...(after === undefined ? {} : { ExclusiveStartKey: schedulingKey(after) }),
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': schedulingKey('').pk },
        ConsistentRead: true,
      });
      for await (const items of pages) yield* items.map(({ sk }) => String(sk));
    },

    async changeSchedule(company, id, version, change) {
      const update = updateOf(tableName, {
        key: scheduleKey(company, id),
        replace: change,
        when: { version },
      });
      const changed = await unlessConditionFails(() =>
        retryConflicts(() => documents.send(new UpdateCommand({ ...update, ReturnValues: 'ALL_NEW' }))),
      );
      return changed?.Attributes && scheduleOf(changed.Attributes);
    },

    async recordRun(seen, run, completed) {
      return updateHeld({
        key: scheduleKey(seen.company, seen.id),
        set: { lastRun: run, ...(completed ? { completed: run.due, active: false } : {}) },
        ...(completed ? { add: { version: 1 } } : {}),
        when: asSeen(seen),
      });
    },

    async recordSkipped(seen, skipped) {
      return updateHeld({
        key: scheduleKey(seen.company, seen.id),
        set: afterSkipping(seen, skipped),
        when: asSeen(seen),
      });
    },

    async recordSynced(company, id, revision, slots) {
      return updateHeld({
        key: scheduleKey(company, id),
        set: { sync: 'done', slots },
        when: { revision },
      });
    },

    async deleteSchedule(company, id, version) {
      const deleted = await unlessConditionFails(() =>
        retryConflicts(() =>
          documents.send(
            new DeleteCommand({
              TableName: tableName,
              Key: scheduleKey(company, id),
              ...conditionOf({ version }),
              ReturnValues: 'ALL_OLD',
            }),
          ),
        ),
      );
      return deleted?.Attributes && scheduleOf(deleted.Attributes);
    },
  };

  function updateHeld(update: ItemUpdate): Promise<boolean> {
    const parameters = updateOf(tableName, update);
    return conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(parameters))));
  }
}

/** The schedule has the version that was seen, and no run since. */
function asSeen({ version, lastRun }: Schedule): ExpectedState {
  return {
    version,
    ...(lastRun === undefined ? { lastRun: undefined } : { 'lastRun.jobId': lastRun.jobId }),
  };
}

function scheduleOf(item: Record<string, unknown>): Schedule {
  const { pk, sk, ...schedule } = item;
  return schedule as unknown as Schedule;
}
