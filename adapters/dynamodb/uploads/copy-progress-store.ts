/** Multipart uploads of copies that are under way, in the job table, so that another call continues them. */
import { createHash } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { copyKey, jobTable } from '../keys.ts';
import { conditionOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { updateOf } from '../table/update-of.ts';

/** A copy by its ends. The source names a version, or an object that never changes. */
export interface CopyEnds {
  readonly source: string;
  readonly target: { readonly Bucket: string; readonly Key: string };
}

export interface CopyProgressStore {
  /** Strongly consistent. @returns the upload id of S3 */
  findCopy(copy: CopyEnds): Promise<string | undefined>;
  /** @returns the upload id that the copy has now: the given one, or the one that it had before */
  saveCopy(copy: CopyEnds, uploadId: string): Promise<string>;
  /** Does nothing if the copy has another upload id. */
  removeCopy(copy: CopyEnds, uploadId: string): Promise<void>;
}

/** Seconds. The lifecycle rule of the buckets drops an unfinished multipart upload after a day or two. */
const keptSeconds = 3 * 24 * 60 * 60;

/** @param now milliseconds since 1970 */
export function copyProgressStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  now: () => number,
): CopyProgressStore {
  const keyOf = ({ source, target }: CopyEnds) =>
    copyKey(createHash('sha256').update(`${source}\n${target.Bucket}/${target.Key}`).digest('hex'));
  return {
    async findCopy(copy) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: keyOf(copy), ConsistentRead: true }),
      );
      return Item?.uploadId as string | undefined;
    },

    async saveCopy(copy, uploadId) {
      const update = updateOf(tableName, {
        key: keyOf(copy),
        set: { [jobTable.timeToLive]: Math.floor(now() / 1_000) + keptSeconds },
        setIfMissing: { uploadId },
      });
      const { Attributes } = await documents.send(new UpdateCommand({ ...update, ReturnValues: 'ALL_NEW' }));
      return String(Attributes?.uploadId);
    },

    async removeCopy(copy, uploadId) {
      await conditionHeld(() =>
        documents.send(
          new DeleteCommand({ TableName: tableName, Key: keyOf(copy), ...conditionOf({ uploadId }) }),
        ),
      );
    },
  };
}
