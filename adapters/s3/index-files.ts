/**
 * The search indexes in the jobs bucket: for each company a snapshot, and files with the changes since. All of it can be
 * built again from the asset table.
 */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { splitLines, toJsonLines } from '../../domain/jobs/json-lines.ts';
import type { IndexChange } from '../../domain/library/indexed-asset.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { beginMultipartUpload, completeMultipartUpload, sendUploadPart } from './upload-parts.ts';

export interface IndexSnapshot {
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface IndexFiles {
  findSnapshot(company: string): Promise<IndexSnapshot | undefined>;
  /** Writes the snapshot into a file. @returns false if there is none */
  fetchSnapshot(company: string, path: string): Promise<boolean>;
  storeSnapshot(company: string, path: string): Promise<void>;
  /** Places of the files with changes behind a place, in order. */
  listChanges(company: string, after: string): Promise<string[]>;
  readChanges(company: string, place: string): Promise<IndexChange[]>;
  writeChanges(company: string, place: string, changes: readonly IndexChange[]): Promise<void>;
}

/** Bytes of a request. S3 advises 8 to 16 MB: docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html */
const partBytes = 16 * 1_024 * 1_024;
const partsAtATime = 6;

/** No company's name can begin with an underscore. */
const snapshotKey = (company: string) => `_search/${company}/index.sqlite`;
const changesPrefix = (company: string) => `${shortLivedPrefix}${company}/search/`;
const changesEnding = '.jsonl.gz';
const changesKey = (company: string, place: string) => `${changesPrefix(company)}${place}${changesEnding}`;

export function indexFiles(s3: S3Client, bucket: string): IndexFiles {
  return {
    async findSnapshot(company) {
      const found = await headOf(company);
      return found && { bytes: found.bytes, modified: found.modified };
    },

    fetchSnapshot: (company, path) =>
      untilUnchanged(
        () => fetchUnchanged(company, path),
        () => new Failure('storage.busy', 'The search index keeps changing; try again in a moment'),
      ),

    async storeSnapshot(company, path) {
      const key = snapshotKey(company);
      const uploadId = await beginMultipartUpload(s3, bucket, key, 'application/vnd.sqlite3');
      const file = openSync(path, 'r');
      try {
        const { size } = statSync(path);
        const parts = await inParallel(offsetsOf(size), partsAtATime, async (offset) => {
          const bytes = Buffer.alloc(Math.min(partBytes, size - offset));
          readSync(file, bytes, 0, bytes.length, offset);
          const part = offset / partBytes + 1;
          const sent = await sendUploadPart(s3, bucket, key, uploadId, part, bytes);
          if (sent === 'missing') throw new Error(`The multipart upload of ${key} was aborted meanwhile`);
          return sent;
        });
        await completeMultipartUpload(s3, bucket, key, uploadId, parts);
      } finally {
        closeSync(file);
      }
    },

    async listChanges(company, after) {
      const prefix = changesPrefix(company);
      const places: string[] = [];
      let start: string | undefined = `${prefix}${after}`;
      while (start !== undefined) {
        const { Contents = [], IsTruncated }: ListObjectsV2CommandOutput = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: start }),
        );
        const keys = Contents.flatMap(({ Key }) => Key ?? []);
        places.push(...keys.map((key) => key.slice(prefix.length, -changesEnding.length)));
        start = IsTruncated ? keys.at(-1) : undefined;
      }
      return places;
    },

    async readChanges(company, place) {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: changesKey(company, place) }),
      );
      if (!Body) throw new Error(`S3 gave no body for the changes ${place} of ${company}`);
      const text = gunzipSync(await Body.transformToByteArray()).toString('utf8');
      return splitLines(text).map((line) => JSON.parse(line) as IndexChange);
    },

    async writeChanges(company, place, changes) {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: changesKey(company, place),
          Body: gzipSync(toJsonLines(changes)),
          ContentType: 'application/gzip',
        }),
      );
    },
  };

  /** @returns whether there is a snapshot */
  async function fetchUnchanged(company: string, path: string): Promise<boolean | typeof changedMeanwhile> {
    const found = await headOf(company);
    if (!found) return false;
    const file = openSync(path, 'w');
    try {
      await inParallel(offsetsOf(found.bytes), partsAtATime, async (offset) => {
        const { Body } = await s3.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: snapshotKey(company),
            Range: `bytes=${offset}-${Math.min(offset + partBytes, found.bytes) - 1}`,
            // Parts of two snapshots would make no index.
            IfMatch: found.etag,
          }),
        );
        if (!Body) throw new Error(`S3 gave no body for the search index of ${company}`);
        writeSync(file, await Body.transformToByteArray(), 0, undefined, offset);
      });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'PreconditionFailed') return changedMeanwhile;
      throw error;
    } finally {
      closeSync(file);
    }
  }

  async function headOf(
    company: string,
  ): Promise<(IndexSnapshot & { etag: string | undefined }) | undefined> {
    try {
      const {
        ContentLength = 0,
        LastModified,
        ETag,
      } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: snapshotKey(company) }));
      return { bytes: ContentLength, modified: LastModified?.getTime() ?? 0, etag: ETag };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }
}

function offsetsOf(bytes: number): number[] {
  return Array.from({ length: Math.ceil(bytes / partBytes) }, (_, part) => part * partBytes);
}
