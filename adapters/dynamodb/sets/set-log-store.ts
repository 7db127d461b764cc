/** The lines of an upload job's log about the sets that it built. */
import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { countsOf } from '../../../domain/jobs/counts.ts';
import type { LogEntry, UploadJob } from '../../../domain/jobs/job.ts';
import { jobKey, setLogKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

export interface SetLogStore {
  /**
   * Writes the line of a set and counts it in the job's counts, total included, once: what was written before stays.
   * @returns false, with nothing written, if the set has its line or the job has ended
   */
  putSetLogEntry(
    job: Pick<UploadJob, 'company' | 'id' | 'submitted'>,
    set: string,
    logEntry: LogEntry,
  ): Promise<boolean>;
  /** By set; strongly consistent. `next` is the set on which the page ended. */
  listSetLogEntries(
    company: string,
    jobId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ items: LogEntry[]; next?: string }>;
}

export function setLogStore(documents: DynamoDBDocumentClient, tableName: string): SetLogStore {
  return {
    async putSetLogEntry({ company, id, submitted }, set, logEntry) {
      const changes = Object.entries(countsOf(logEntry)).filter(([, value]) => value !== 0);
      const writes = [
        {
          Put: {
            TableName: tableName,
            Item: { ...setLogKey(company, id, set), set, logEntry, expires: expiryOf(submitted) },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Update: {
            TableName: tableName,
            Key: jobKey(company, id),
            UpdateExpression: `SET ${changes.map(([name]) => `counts.#${name} = counts.#${name} + :${name}`).join(', ')}`,
            ConditionExpression: '#status = :running',
            ExpressionAttributeNames: {
              '#status': 'status',
              ...Object.fromEntries(changes.map(([name]) => [`#${name}`, name])),
            },
            ExpressionAttributeValues: {
              ':running': 'running',
              ...Object.fromEntries(changes.map(([name, value]) => [`:${name}`, value])),
            },
          },
        },
      ];
      try {
        await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes })));
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
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
