/** Trigger URLs of schedules in the job table. A token is never kept, only its hash. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { jobTable, scheduleKey, triggerKey, triggerMessageKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

/** Seconds: tries of a notification go on for 75.6 hours, and the last may wait a day longer than its schedule says. */
const messageKeptFor = 7 * 24 * 60 * 60;

export interface Trigger {
  readonly company: string;
  readonly scheduleId: string;
}

export interface TriggerStore {
  /** Strongly consistent, so that a URL that was revoked is refused at once: half a read unit. */
  findTrigger(hash: string): Promise<Trigger | undefined>;
  /**
   * Gives a schedule another trigger URL, or none. The one before it stops to work with the same transaction.
   * @param seen the schedule as it was read
   * @param hash of the new token; undefined to revoke
   * @returns false if its trigger was changed meanwhile, or it is gone
   */
  changeTrigger(
    seen: Pick<Schedule, 'company' | 'id' | 'triggerTokenHash'>,
    hash: string | undefined,
    at: string,
  ): Promise<boolean>;
  /** The job that a notification has started, if it came before. */
  findStarted(hash: string, messageId: string): Promise<string | undefined>;
  /**
   * Keeps which job a notification starts, before it is started: whoever comes again after a crash starts the same one.
   * @returns the id of the job: that of whoever came first
   */
  claimStartedJob(hash: string, messageId: string, jobId: string, at: string): Promise<string>;
}

export function triggerStore(documents: DynamoDBDocumentClient, tableName: string): TriggerStore {
  const records: TriggerStore = {
    async findTrigger(hash) {
      const Item = await get(triggerKey(hash));
      return Item && { company: String(Item.company), scheduleId: String(Item.scheduleId) };
    },

    async changeTrigger({ company, id, triggerTokenHash: old }, hash, at) {
      const schedule = {
        Update: {
          TableName: tableName,
          Key: scheduleKey(company, id),
          UpdateExpression: hash === undefined ? 'REMOVE triggerTokenHash' : 'SET triggerTokenHash = :hash',
          ConditionExpression: `attribute_exists(pk) AND ${
            old === undefined ? 'attribute_not_exists(triggerTokenHash)' : 'triggerTokenHash = :old'
          }`,
          ...((hash !== undefined || old !== undefined) && {
            ExpressionAttributeValues: {
              ...(hash !== undefined && { ':hash': hash }),
              ...(old !== undefined && { ':old': old }),
            },
          }),
        },
      };
      const TransactItems = [
        schedule,
        ...(hash === undefined
          ? []
          : [
              {
                Put: {
                  TableName: tableName,
                  Item: { ...triggerKey(hash), company, scheduleId: id, created: at },
                },
              },
            ]),
        ...(old === undefined ? [] : [{ Delete: { TableName: tableName, Key: triggerKey(old) } }]),
      ];
      try {
        await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems })));
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async findStarted(hash, messageId) {
      const Item = await get(triggerMessageKey(hash, messageId));
      return Item && String(Item.jobId);
    },

    async claimStartedJob(hash, messageId, jobId, at) {
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...triggerMessageKey(hash, messageId),
              jobId,
              [jobTable.timeToLive]: Math.floor(Date.parse(at) / 1_000) + messageKeptFor,
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return jobId;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return (await records.findStarted(hash, messageId)) ?? jobId;
      }
    },
  };
  return records;

  async function get(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key, ConsistentRead: true }),
    );
    return Item;
  }
}
