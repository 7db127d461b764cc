/** The jobs of all companies that have not ended, or whose end is still to be processed, by the sparse index `active`. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { activeIndexKeys, activeShardKey, activeShards, jobTable } from '../keys.ts';
import { queryPages } from '../table/query-pages.ts';

/** A place in the list of companies: behind a company of a shard, or at its beginning. */
export interface ActivePosition {
  readonly shard: number;
  readonly after?: string;
}

export interface ActiveJobStore {
  /**
   * Companies with such jobs, a page for each query. The jobs of a company are skipped once it is known: one with a million
   * of them costs one page, like any other.
   * @param from where an earlier list ended
   */
  listActiveCompanies(
    from?: ActivePosition,
  ): AsyncGenerator<{ readonly companies: readonly string[]; readonly next: ActivePosition }>;
  /**
   * The jobs of a company, in the order of submission. The index follows the table within about a second, so a job whose end
   * has just been processed may still be listed.
   * @param after a job id
   */
  listActiveJobs(company: string, after?: string): AsyncGenerator<string>;
}

/** Rows of a page: 500 of about 250 bytes are 16 read units. */
const pageRows = 500;

/** Behind all rows of a company: the character after the `#` between company and job. No name of a company has it. */
const behind = (company: string) => `${company}$`;

export function activeJobStore(documents: DynamoDBDocumentClient, tableName: string): ActiveJobStore {
  const { name, partitionKey, sortKey } = jobTable.indexes.active;
  const query = {
    TableName: tableName,
    IndexName: name,
    ExpressionAttributeNames: { '#active': partitionKey, '#sort': sortKey },
    Limit: pageRows,
  };

  return {
    async *listActiveCompanies(from = { shard: 0 }) {
      let { after } = from;
      for (let { shard } = from; shard < activeShards; shard += 1) {
        for (let isWhole = false; !isWhole; ) {
          const { Items = [], LastEvaluatedKey } = await documents.send(
            new QueryCommand({
              ...query,
              KeyConditionExpression: '#active = :active AND #sort > :after',
              ExpressionAttributeValues: {
                ':active': activeShardKey(shard),
                ':after': after === undefined ? '!' : behind(after),
              },
            }),
          );
          const companies = [...new Set(Items.map((item) => companyOf(String(item.activeSort))))];
          after = companies.at(-1) ?? after;
          isWhole = LastEvaluatedKey === undefined;
          const next = isWhole ? { shard: shard + 1 } : { shard, ...(after !== undefined && { after }) };
          yield { companies, next };
        }
        after = undefined;
      }
    },

    async *listActiveJobs(company, after = '') {
      const keys = activeIndexKeys(company, after);
      const pages = queryPages(documents, {
        ...query,
        KeyConditionExpression: '#active = :active AND #sort BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':active': keys.activeKey,
          ':from': keys.activeSort,
          ':to': activeIndexKeys(company, '~').activeSort,
        },
      });
      for await (const items of pages) {
        for (const item of items) {
          const jobId = String(item.activeSort).slice(company.length + 1);
          if (jobId !== after) yield jobId;
        }
      }
    },
  };
}

function companyOf(activeSort: string): string {
  return activeSort.slice(0, activeSort.indexOf('#'));
}
