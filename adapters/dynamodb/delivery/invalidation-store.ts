/** Invalidations of the CDN cache, in the job table. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { invalidationKey } from '../keys.ts';

/** Seconds: thirteen months, like the logs of jobs. */
const lifetime = 400 * 24 * 3_600;

export interface Invalidation {
  readonly company: string;
  /** A ULID. */
  readonly id: string;
  /** The ids of its batches at CloudFront. */
  readonly cloudFrontIds: readonly string[];
  /** Known to be completed: CloudFront is not asked again. */
  readonly completed: boolean;
  /** Ids of the invalidated assets. */
  readonly assets: readonly string[];
  readonly submitted: string;
  readonly submittedBy: string;
}

export interface InvalidationStore {
  putInvalidation(invalidation: Invalidation): Promise<void>;
  getInvalidation(company: string, id: string): Promise<Invalidation | undefined>;
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
            expires: Math.floor(Date.parse(invalidation.submitted) / 1_000) + lifetime,
          },
        }),
      );
    },

    async getInvalidation(company, id) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: invalidationKey(company, id), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk, sk, expires, ...invalidation } = Item;
      return invalidation as unknown as Invalidation;
    },
  };
}
