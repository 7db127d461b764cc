/** The jobs of all companies that have not ended, or whose end is still to be processed, by the sparse index `active`. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { activeIndexKeys, jobTable } from '../keys.ts';
import { queryPages } from '../table/query-pages.ts';

export interface ActiveJobStore {
  /**
   * Page by page, by company. The index follows the table within about a second, so a job whose end has just been
   * processed may still be listed. A page of 1 MB holds about 4,000 jobs and costs 128 read units.
   */
  listActive(): AsyncIterable<{ readonly company: string; readonly jobId: string }>;
}

export function activeJobStore(documents: DynamoDBDocumentClient, tableName: string): ActiveJobStore {
  return {
    async *listActive() {
      const { name, partitionKey } = jobTable.indexes.active;
      const pages = queryPages(documents, {
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: '#active = :active',
        ExpressionAttributeNames: { '#active': partitionKey },
        ExpressionAttributeValues: { ':active': activeIndexKeys('', '').activeKey },
      });
      for await (const items of pages) {
        for (const item of items) {
          const sort = String(item.activeSort);
          const at = sort.indexOf('#');
          yield { company: sort.slice(0, at), jobId: sort.slice(at + 1) };
        }
      }
    },
  };
}
