/** Schedules of publish jobs in the job table. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Schedule, ScheduleRun, SkippedRun } from '../../../domain/schedules/schedule.ts';
import { scheduleKey, schedulingKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

/** What a change of a schedule may touch: never what its runs write. An attribute that is undefined goes. */
export type ScheduleChange = Partial<{
  readonly [Name in
    | 'name'
    | 'rule'
    | 'timeZone'
    | 'active'
    | 'job'
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
   * Writes a new schedule, and that its company has some.
   * @returns false if there is one of that id already
   */
  createSchedule(schedule: Schedule): Promise<boolean>;
  /** Strongly consistent: half a read unit for each 2 kB. */
  getSchedule(company: string, id: string): Promise<Schedule | undefined>;
  /** A company's schedules, strongly consistent, oldest first, page by page; `after` is an id. */
  listSchedules(company: string, after?: string): AsyncIterable<Schedule>;
  countSchedules(company: string): Promise<number>;
  /** Every company that has schedules, or had some. */
  listSchedulingCompanies(): AsyncIterable<string>;
  /**
   * Changes a schedule.
   * @param version that the change was worked out for
   * @returns the schedule after it; undefined if it is another version now, or gone
   */
  changeSchedule(
    company: string,
    id: string,
    version: number,
    change: ScheduleChange,
  ): Promise<Schedule | undefined>;
  /**
   * Records the job that a schedule is about to start. Of several starts at a time one wins.
   * @param seen the schedule as the start was decided on
   * @param completed whether it is the schedule's last run
   * @returns false if it was changed, started anew, or deleted meanwhile
   */
  recordRun(seen: Schedule, run: ScheduleRun, completed: boolean): Promise<boolean>;
  /** Records a run that did not take place. @returns false as of recordRun */
  recordSkipped(seen: Schedule, skipped: SkippedRun): Promise<boolean>;
  /**
   * Records that EventBridge Scheduler has what the record says.
   * @returns false if it was changed meanwhile, or deleted
   */
  recordSynced(company: string, id: string, revision: number, slots: number): Promise<boolean>;
  /** @returns the schedule as it was; undefined if there was none, or it is another version now */
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
      const made = await written(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: {
                  TableName: tableName,
                  Item: { ...schedule, ...scheduleKey(company, id) },
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
              { Put: { TableName: tableName, Item: schedulingKey(company) } },
            ],
          }),
        ),
      );
      return made !== undefined;
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

    async *listSchedulingCompanies() {
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': schedulingKey('').pk },
        ConsistentRead: true,
      });
      for await (const items of pages) yield* items.map(({ sk }) => String(sk));
    },

    async changeSchedule(company, id, version, change) {
      const entries = Object.entries(change);
      const kept = entries.filter(([, value]) => value !== undefined);
      const gone = entries.filter(([, value]) => value === undefined);
      const changed = await written(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: scheduleKey(company, id),
            UpdateExpression: [
              ...(kept.length === 0 ? [] : [`SET ${kept.map(([name]) => `#${name} = :${name}`).join(', ')}`]),
              ...(gone.length === 0 ? [] : [`REMOVE ${gone.map(([name]) => `#${name}`).join(', ')}`]),
            ].join(' '),
            ConditionExpression: '#version = :seen',
            ExpressionAttributeNames: {
              ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
              '#version': 'version',
            },
            ExpressionAttributeValues: {
              ...Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
              ':seen': version,
            },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return changed?.Attributes && scheduleOf(changed.Attributes);
    },

    async recordRun(seen, run, completed) {
      const { names, values, condition } = asSeen(seen);
      const changed = await written(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: scheduleKey(seen.company, seen.id),
            UpdateExpression: completed
              ? 'SET lastRun = :run, completed = :due, active = :no, #version = #version + :one'
              : 'SET lastRun = :run',
            ConditionExpression: condition,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: {
              ...values,
              ':run': run,
              ...(completed ? { ':due': run.due, ':no': false, ':one': 1 } : {}),
            },
          }),
        ),
      );
      return changed !== undefined;
    },

    async recordSkipped(seen, skipped) {
      const { names, values, condition } = asSeen(seen);
      const changed = await written(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: scheduleKey(seen.company, seen.id),
            UpdateExpression: 'SET skipped = :skipped',
            ConditionExpression: condition,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: { ...values, ':skipped': skipped },
          }),
        ),
      );
      return changed !== undefined;
    },

    async recordSynced(company, id, revision, slots) {
      const changed = await written(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: scheduleKey(company, id),
            UpdateExpression: 'SET sync = :done, slots = :slots',
            ConditionExpression: 'revision = :revision',
            ExpressionAttributeValues: { ':done': 'done', ':slots': slots, ':revision': revision },
          }),
        ),
      );
      return changed !== undefined;
    },

    async deleteSchedule(company, id, version) {
      const deleted = await written(() =>
        documents.send(
          new DeleteCommand({
            TableName: tableName,
            Key: scheduleKey(company, id),
            ConditionExpression: '#version = :seen',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':seen': version },
            ReturnValues: 'ALL_OLD',
          }),
        ),
      );
      return deleted?.Attributes && scheduleOf(deleted.Attributes);
    },
  };
}

/** A condition that the schedule is in the version that was seen, and has had no run since. */
function asSeen({ version, lastRun }: Schedule) {
  return {
    condition: `#version = :seen AND ${lastRun === undefined ? 'attribute_not_exists(lastRun)' : 'lastRun.jobId = :last'}`,
    names: { '#version': 'version' },
    values: { ':seen': version, ...(lastRun === undefined ? {} : { ':last': lastRun.jobId }) },
  };
}

function scheduleOf(item: Record<string, unknown>): Schedule {
  const { pk, sk, ...schedule } = item;
  return schedule as unknown as Schedule;
}

/** @returns undefined if the write's own condition did not hold */
async function written<Output>(write: () => Promise<Output>): Promise<Output | undefined> {
  try {
    return await retryConflicts(write);
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}
