/** Invalidations of the CDN cache, and the number of invalidated tags in a month, in the job table. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { invalidatedKey, invalidationKey, jobTable } from '../keys.ts';
import { updateOf } from '../table/update-of.ts';

/** Seconds: thirteen months, like the logs of jobs. */
const lifetime = 400 * 24 * 3_600;

/** Ids that a record keeps: 1,000 of 800 bytes would exceed the 400 kB of an item. */
export const maxListedAssets = 100;

export interface Invalidation {
  readonly company: string;
  /** A ULID. */
  readonly id: string;
  /** What the request named. Missing in records of versions that knew assets only. */
  readonly by?: 'assets' | 'urls' | 'preset' | 'scope';
  /** The ids of its batches at CloudFront. */
  readonly cloudFrontIds: readonly string[];
  /** Known to be completed: CloudFront is not asked again. */
  readonly completed: boolean;
  /** When it was first seen to be completed: ISO 8601, UTC. */
  readonly completedAt?: string;
  /** Ids of the invalidated assets, at most {@link maxListedAssets}. */
  readonly assets: readonly string[];
  /** The number of invalidated assets, if more than `assets` lists. */
  readonly assetCount?: number;
  /** The image preset whose images were invalidated. */
  readonly preset?: string;
  /** Cache tags that CloudFront counts. Missing in older records. */
  readonly tags?: number;
  readonly submitted: string;
  readonly submittedBy: string;
}

export interface InvalidationStore {
  putInvalidation(invalidation: Invalidation): Promise<void>;
  getInvalidation(company: string, id: string): Promise<Invalidation | undefined>;
  /**
   * A page of invalidations, newest first.
   * @param before only those before this id
   */
  listInvalidations(
    company: string,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<{ readonly items: Invalidation[]; readonly next?: string }>;
  /** Counts tags that CloudFront has taken: one write unit. @param now ISO 8601, UTC */
  countInvalidatedTags(company: string, tags: number, now: string): Promise<void>;
  /** The tags that were invalidated in the month of a time. @param now ISO 8601, UTC */
  readInvalidatedTags(company: string, now: string): Promise<number>;
}

export function invalidationStore(documents: DynamoDBDocumentClient, tableName: string): InvalidationStore {
  return {
    async putInvalidation(invalidation) {
      await documents.send(
        new PutCommand({
          TableName: tableName,
          Item: {
            ...invalidationKey(invalidation.company, invalidation.id),
            ...invalidation,
            expires: expiryOf(invalidation.submitted),
          },
        }),
      );
    },

    async getInvalidation(company, id) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: invalidationKey(company, id), ConsistentRead: true }),
      );
      return Item && toInvalidation(Item);
    },

    async listInvalidations(company, { limit, before }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': invalidationKey(company, '').pk },
          ScanIndexForward: false,
          Limit: limit,
          ConsistentRead: true,
          ...(before === undefined ? {} : { ExclusiveStartKey: invalidationKey(company, before) }),
        }),
      );
      const items = Items.map(toInvalidation);
      const last = items.at(-1);
      return { items, ...(LastEvaluatedKey && last ? { next: last.id } : {}) };
    },

    async countInvalidatedTags(company, tags, now) {
      const update = updateOf(tableName, {
        key: invalidatedKey(company, monthOf(now)),
        set: { [jobTable.timeToLive]: expiryOf(now) },
        add: { tags },
      });
      await documents.send(new UpdateCommand(update));
    },

    async readInvalidatedTags(company, now) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: invalidatedKey(company, monthOf(now)) }),
      );
      return Number(Item?.tags ?? 0);
    },
  };
}

function toInvalidation({ pk, sk, expires, ...invalidation }: Record<string, unknown>): Invalidation {
  return invalidation as unknown as Invalidation;
}

/** CloudFront's free allowance is that of a calendar month, in UTC. */
function monthOf(time: string): string {
  return time.slice(0, 7);
}

function expiryOf(time: string): number {
  return Math.floor(Date.parse(time) / 1_000) + lifetime;
}
