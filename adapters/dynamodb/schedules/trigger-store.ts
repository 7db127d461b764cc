/** Trigger URLs of schedules, in the job table. Only the hash of a token is stored. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { jobTable, scheduleKey, triggerKey, triggerMessageKey } from '../keys.ts';
import { isNew, present } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

/** Seconds. Attempts of a notification take 75.6 hours, and the last may wait a day longer than planned. */
const messageLifetime = 7 * 24 * 60 * 60;

export interface Trigger {
  readonly company: string;
  readonly scheduleId: string;
}

export interface TriggerStore {
  /** Strongly consistent, so that a revoked URL is refused at once: half a read unit. */
  findTrigger(hash: string): Promise<Trigger | undefined>;
  /**
   * Gives a schedule another trigger URL, or none. The same transaction revokes the previous URL.
   * @param seen the schedule as it was read
   * @param hash hash of the new token; undefined to revoke
   * @returns false if the trigger was changed meanwhile or the schedule does not exist
   */
  changeTrigger(
    seen: Pick<Schedule, 'company' | 'id' | 'triggerTokenHash'>,
    hash: string | undefined,
    at: string,
  ): Promise<boolean>;
  /** The job that this notification started when it arrived before. */
  findStarted(hash: string, messageId: string): Promise<string | undefined>;
  /**
   * Records which job a notification starts, before the job is started: after a crash a repetition starts the same job.
   * @returns the id of the job, as the first call recorded it
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
        Update: updateOf(tableName, {
          key: scheduleKey(company, id),
          replace: { triggerTokenHash: hash },
          when: { pk: present, triggerTokenHash: old },
        }),
      };
      const writes = [
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
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async findStarted(hash, messageId) {
      const Item = await get(triggerMessageKey(hash, messageId));
      return Item && String(Item.jobId);
    },

    async claimStartedJob(hash, messageId, jobId, at) {
      const claim = {
        TableName: tableName,
        Item: {
          ...triggerMessageKey(hash, messageId),
          jobId,
          [jobTable.timeToLive]: Math.floor(Date.parse(at) / 1_000) + messageLifetime,
        },
        ...isNew,
      };
      if (await conditionHeld(() => documents.send(new PutCommand(claim)))) return jobId;
      return (await records.findStarted(hash, messageId)) ?? jobId;
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
