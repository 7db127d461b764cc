/** The jobs of one company that have not ended, by the sparse index `active`. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isTerminal } from '../../../domain/jobs/job.ts';
import type { ListedJob } from '../../../domain/jobs/job-order.ts';
import { activeIndexKeys, jobTable } from '../keys.ts';
import { queryPages } from '../table/query-pages.ts';

/**
 * All of them, in the order of submission. The index follows the table after a moment. A job that has ended may stay in
 * the index for a while and is left out. A row has about 250 bytes, 0.03 read units; one query reads 1 MB, about 4,000
 * rows.
 * @param ids first and last id, both included
 */
export async function activeJobsOf(
  documents: DynamoDBDocumentClient,
  tableName: string,
  company: string,
  ids: { readonly from: string; readonly to: string },
): Promise<ListedJob[]> {
  const { name, partitionKey, sortKey } = jobTable.indexes.active;
  const keyOf = (id: string) => activeIndexKeys(company, id);
  const pages = queryPages(documents, {
    TableName: tableName,
    IndexName: name,
    KeyConditionExpression: '#active = :active AND #sort BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#active': partitionKey, '#sort': sortKey },
    ExpressionAttributeValues: {
      ':active': keyOf('').activeKey,
      ':from': keyOf(ids.from).activeSort,
      ':to': keyOf(ids.to).activeSort,
    },
  });
  const jobs: ListedJob[] = [];
  for await (const items of pages) jobs.push(...items.map((item) => listedJobOf(company, item)));
  return jobs.filter(({ status }) => !isTerminal(status));
}

function listedJobOf(company: string, { activeSort, ...item }: Record<string, unknown>): ListedJob {
  const { kind, name, status, submittedBy, runAs, folder } = item as unknown as Omit<ListedJob, 'id'>;
  const id = String(activeSort).slice(company.length + 1);
  return { id, kind, name, status, submittedBy, runAs, folder };
}
