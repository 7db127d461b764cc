/** What the parts of publish jobs counted, in the job table. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { addByServer } from '../../../domain/jobs/counts.ts';
import type { CountsByServer, JobCounts, ServerCounts } from '../../../domain/jobs/job.ts';
import { jobKey, jobTable, partKey } from '../keys.ts';
import { conditionOf, isNew, noneOf, oneOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { queryPages } from '../table/query-pages.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { type ItemUpdate, updateOf } from '../table/update-of.ts';
import { countsToAdd } from './counts-to-add.ts';

/** What a part of a publish job counted. */
export interface PartRecord {
  readonly level: number;
  readonly part: number;
  readonly counts: JobCounts;
  /** The same by server. */
  readonly perServer: CountsByServer;
  /** finish-job wrote it because no worker had. Counts of a worker that comes later are added to the job's. */
  readonly closed: boolean;
  /** When it was written: ISO 8601, UTC. */
  readonly at: string;
}

/** Identifies a part in its job. */
export type PartNumber = Pick<PartRecord, 'level' | 'part'>;

export interface PartStore {
  /**
   * Writes what a worker counted in its part. A part that runs again writes the same record again.
   * @returns false, with nothing written, if another worker counted something different or finish-job closed the part
   */
  putPart(company: string, jobId: string, part: PartRecord): Promise<boolean>;
  /**
   * Closes a part whose worker wrote nothing. Only the first call counts it: two functions that end a job at the same
   * time come to the same sum.
   * @returns the record of the part: the given one, or the one that was written before
   */
  closePart(company: string, jobId: string, part: PartRecord): Promise<PartRecord>;
  /** The record of a part. Strongly consistent: a read unit. */
  getPart(company: string, jobId: string, part: PartNumber): Promise<PartRecord | undefined>;
  /**
   * Replaces the counts of a part. The counts of a job that has ended change by the difference. A finish-job that is
   * adding up a job that has not ended must start again. 4 write units, and for a job that has ended one in each of its
   * two indexes.
   * @param before the record that is replaced
   * @param hasEnded whether the job has ended
   * @returns false, with nothing written, if the record is a different one now or the job has ended meanwhile
   */
  replacePart(
    company: string,
    jobId: string,
    before: PartRecord,
    part: PartRecord,
    hasEnded: boolean,
  ): Promise<boolean>;
  /**
   * Page by page, in the order of levels and parts. Strongly consistent by default. A record has about 250 bytes: half
   * a read unit for 16 of them, twice that if consistent.
   */
  listParts(
    company: string,
    jobId: string,
    options?: {
      /** Only the parts after this one. */
      readonly after?: PartNumber | undefined;
      readonly consistent?: boolean;
    },
  ): AsyncIterable<PartRecord>;
}

export function partStore(documents: DynamoDBDocumentClient, tableName: string): PartStore {
  return {
    async putPart(company, jobId, part) {
      const { counts, perServer } = part;
      const same = conditionOf({ closed: false, counts, perServer });
      const put = {
        TableName: tableName,
        Item: partItem(company, jobId, part),
        ...same,
        ConditionExpression: `${isNew.ConditionExpression} OR (${same.ConditionExpression})`,
      };
      return conditionHeld(() => retryConflicts(() => documents.send(new PutCommand(put))));
    },

    async closePart(company, jobId, part) {
      const put = { TableName: tableName, Item: partItem(company, jobId, part), ...isNew };
      if (await conditionHeld(() => documents.send(new PutCommand(put)))) return part;
      return (await getPart(company, jobId, part)) ?? part;
    },

    getPart,

    async replacePart(company, jobId, before, part, hasEnded) {
      const { closed, counts, at } = before;
      const job: Omit<ItemUpdate, 'key'> = hasEnded
        ? { ...correction(before, part), when: { status: noneOf('queued', 'running', 'stopping') } }
        : { add: { corrections: 1 }, when: { status: oneOf('running', 'stopping') } };
      const writes = [
        {
          Put: {
            TableName: tableName,
            Item: partItem(company, jobId, part),
            ...conditionOf({ closed, counts, at }),
          },
        },
        { Update: updateOf(tableName, { key: jobKey(company, jobId), ...job }) },
      ];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async *listParts(company, jobId, { after, consistent = true } = {}) {
      const { pk } = jobKey(company, jobId);
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :part)',
        ExpressionAttributeValues: { ':pk': pk, ':part': 'PART#' },
        ConsistentRead: consistent,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: partKey(company, jobId, after.level, after.part) }),
      });
      for await (const items of pages) yield* items.map(partOf);
    },
  };

  async function getPart(
    company: string,
    jobId: string,
    { level, part }: PartNumber,
  ): Promise<PartRecord | undefined> {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: tableName,
        Key: partKey(company, jobId, level, part),
        ConsistentRead: true,
      }),
    );
    return Item && partOf(Item);
  }
}

/** What the counts of an ended job change by. */
function correction(before: PartRecord, after: PartRecord): Pick<ItemUpdate, 'add' | 'remove'> {
  const change = Object.fromEntries(
    Object.entries(after.counts).map(([name, value]) => [
      name,
      value - before.counts[name as keyof JobCounts],
    ]),
  );
  const add = countsToAdd(change, addByServer(after.perServer, negated(before.perServer)));
  // Without a difference the job is still written, so that it cannot change between read and write. An ended job has
  // no `corrections`: removing the attribute leaves the job as it is.
  return Object.keys(add).length === 0 ? { remove: ['corrections'] } : { add };
}

/** A part as its item. */
export function partItem(company: string, jobId: string, record: PartRecord) {
  const { level, part, at } = record;
  return { ...partKey(company, jobId, level, part), ...record, [jobTable.timeToLive]: expiryOf(at) };
}

function partOf(item: Record<string, unknown>): PartRecord {
  return {
    level: Number(item.level),
    part: Number(item.part),
    counts: item.counts as JobCounts,
    perServer: (item.perServer ?? {}) as CountsByServer,
    closed: item.closed === true,
    at: String(item.at),
  };
}

function negated(counts: CountsByServer): CountsByServer {
  const entries = Object.entries(counts).map(([server, { done, skipped, errors, bytes }]) => {
    const less: ServerCounts = { done: -done, skipped: -skipped, errors: -errors, bytes: -bytes };
    return [server, less];
  });
  return Object.fromEntries(entries);
}
