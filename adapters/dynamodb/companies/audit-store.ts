/** The audit of companies, in the job table. Entries are added and expire; nothing changes or deletes one that has ended. */
import { type DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEnd, AuditEntry, AuditFilters } from '../../../domain/companies/audit.ts';
import { firstIdAt, lastIdAt } from '../../../domain/jobs/ulid-times.ts';
import { auditKey, jobTable } from '../keys.ts';
import { isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { type Placeholders, placeholders } from '../table/placeholders.ts';
import { updateOf } from '../table/update-of.ts';

export interface AuditStore {
  /** Adds an entry: a write unit for each kilobyte, one for most. */
  beginAudit(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<Pick<AuditEntry, 'company' | 'id'>>;
  /** Gives an entry without an outcome its outcome: the same again. */
  endAudit(entry: Pick<AuditEntry, 'company' | 'id'>, end: AuditEnd): Promise<void>;
  /**
   * A page of entries in the order of time. Strongly consistent: a read unit for 4 kB, about 8 entries, whether they match
   * or not. With filters a page may be short or empty and still have a `next`, because one call reads for 5 seconds at most; with very
   * large entries too, because it ends after a megabyte of them.
   * @param page.after id of the last entry of the page before
   */
  listAudit(
    company: string,
    filters: AuditFilters,
    page: {
      readonly limit: number;
      readonly after?: string | undefined;
      readonly order: 'asc' | 'desc';
    },
  ): Promise<{ items: AuditEntry[]; next?: string }>;
}

/** Entries that a query reads: half a megabyte of the 1 MB that it can. */
const maxRows = 1_000;

/** Characters of JSON after which a page ends: entries of purges can have 100 kB each, and Lambda takes responses of 6 MB. */
const maxPageLength = 1_000_000;

/** Far below the 30 seconds that API Gateway allows. */
const maxTimeMs = 5_000;

export function auditStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  { newId, clock }: { readonly newId: () => string; readonly clock: () => number },
): AuditStore {
  return {
    async beginAudit(entry) {
      const id = newId();
      const at = new Date(clock()).toISOString();
      const put = {
        TableName: tableName,
        Item: { ...auditKey(entry.company, id), ...entry, id, at, [jobTable.timeToLive]: expiryOf(at) },
        ...isNew,
      };
      await documents.send(new PutCommand(put));
      return { company: entry.company, id };
    },

    async endAudit({ company, id }, end) {
      const update = updateOf(tableName, {
        key: auditKey(company, id),
        set: { ...end },
        when: { outcome: 'unknown' },
      });
      await conditionHeld(() => documents.send(new UpdateCommand(update)));
    },

    async listAudit(company, filters, { limit, after, order }) {
      const until = clock() + maxTimeMs;
      const { from, to } = filters;
      const at = placeholders();
      const { pathTo, bind } = at;
      const range = [
        from === undefined ? '0' : firstIdAt(from),
        to === undefined ? '~' : lastIdAt(to),
      ] as const;
      if (range[0] > range[1]) return { items: [] };
      const key = `${pathTo('pk')} = ${bind(auditKey(company, '').pk)} AND ${pathTo('sk')} BETWEEN ${bind(range[0])} AND ${bind(range[1])}`;
      const filter = filterOf(filters, at);
      const query = {
        TableName: tableName,
        KeyConditionExpression: key,
        ...(filter === '' ? {} : { FilterExpression: filter }),
        ...at.attributes(),
        ConsistentRead: true,
        ScanIndexForward: order === 'asc',
        Limit: filter === '' ? Math.min(limit + 1, maxRows) : maxRows,
      };
      const items: AuditEntry[] = [];
      let last = after;
      let length = 0;
      for (;;) {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            ...query,
            ...(last === undefined ? {} : { ExclusiveStartKey: auditKey(company, last) }),
          }),
        );
        items.push(...Items.map(entryOf));
        if (items.length > limit) {
          const found = items.slice(0, limit);
          return { items: found, next: String(found.at(-1)?.id) };
        }
        if (LastEvaluatedKey === undefined) return { items };
        last = String(LastEvaluatedKey.sk);
        length += JSON.stringify(Items).length;
        if (clock() >= until || length >= maxPageLength) return { items, next: last };
      }
    },
  };
}

function filterOf({ by, kinds, operation, subject }: AuditFilters, { pathTo, bind }: Placeholders): string {
  return [
    by === undefined ? '' : `${pathTo('by')} = ${bind(by)}`,
    kinds === undefined ? '' : `${pathTo('kind')} IN (${kinds.map(bind).join(', ')})`,
    operation === undefined ? '' : `${pathTo('operation')} = ${bind(operation)}`,
    subject === undefined ? '' : `contains(${pathTo('subjects')}, ${bind(subject)})`,
  ]
    .filter((condition) => condition !== '')
    .join(' AND ');
}

function entryOf({ pk, sk, [jobTable.timeToLive]: _, ...entry }: Record<string, unknown>): AuditEntry {
  return entry as unknown as AuditEntry;
}
