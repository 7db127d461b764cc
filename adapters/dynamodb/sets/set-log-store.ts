/** Log entries of an upload job about the sets that it built. */
import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { countsOf } from '../../../domain/jobs/counts.ts';
import type { LogEntry, UploadJob } from '../../../domain/jobs/job.ts';
import { countsToAdd } from '../jobs/counts-to-add.ts';
import { jobKey, setLogKey } from '../keys.ts';
import { isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

export interface SetLogStore {
  /**
   * Writes the log entry of a set and adds it to the job's counts, total included, once.
   * @returns false, with nothing written, if the set already has its log entry or the job has ended
   */
  putSetLogEntry(
    job: Pick<UploadJob, 'company' | 'id' | 'submitted'>,
    set: string,
    logEntry: LogEntry,
  ): Promise<boolean>;
  /** By set; strongly consistent. `next` is the last set of the page. */
  listSetLogEntries(
    company: string,
    jobId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ items: LogEntry[]; next?: string }>;
}

export function setLogStore(documents: DynamoDBDocumentClient, tableName: string): SetLogStore {
  return {
    async putSetLogEntry({ company, id, submitted }, set, logEntry) {
      const writes = [
        {
          Put: {
            TableName: tableName,
            Item: { ...setLogKey(company, id, set), set, logEntry, expires: expiryOf(submitted) },
            ...isNew,
          },
        },
        {
          Update: updateOf(tableName, {
            key: jobKey(company, id),
            add: countsToAdd(countsOf(logEntry)),
            when: { status: 'running' },
          }),
        },
      ];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async listSetLogEntries(company, jobId, { limit, after }) {
      const { pk, sk: prefix } = setLogKey(company, jobId, '');
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
          ConsistentRead: true,
          Limit: limit,
          ...(after === undefined ? {} : { ExclusiveStartKey: setLogKey(company, jobId, after) }),
        }),
      );
      const last = Items.at(-1);
      return {
        items: Items.map((item) => item.logEntry as LogEntry),
        ...(LastEvaluatedKey && last ? { next: String(last.set) } : {}),
      };
    },
  };
}
