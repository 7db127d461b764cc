/** The files of Server Directory, and the index of each company's. */
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type DirectoryFile, directoryIndexKey } from '../../domain/delivery/directory-index.ts';
import { type FileFacts, readFileFacts } from '../../domain/delivery/origin-metadata.ts';
import { type TaggedText, textObjects } from './text-objects.ts';

export interface DirectoryFiles {
  /** The next files of a company, sorted by the bytes of their keys, at most 1,000. */
  listFiles(company: string, after: string | undefined): Promise<{ files: DirectoryFile[]; next?: string }>;
  /** What a file's metadata say. @returns undefined if the file does not exist any more */
  describeFile(file: DirectoryFile): Promise<(FileFacts & { readonly id?: string }) | undefined>;
  readIndex(company: string): Promise<TaggedText | undefined>;
  /** @returns false if the index was written since it was read */
  writeIndex(company: string, text: string, before: TaggedText | undefined): Promise<boolean>;
}

/**
 * A file without a recorded checksum is read up to this size: the record of a set, which Pressroom writes itself, and what was
 * published by an earlier release.
 */
const maxHashedBytes = 16 * 1_024 ** 2;

export function directoryFiles(s3: S3Client, bucket: string): DirectoryFiles {
  const texts = textObjects(s3, bucket);
  return {
    async listFiles(company, after) {
      const { Contents = [], IsTruncated } = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${company}/`,
          ...(after === undefined ? {} : { StartAfter: after }),
        }),
      );
      const files = Contents.map(({ Key = '', Size = 0, ETag = '', LastModified }) => ({
        key: Key,
        bytes: Size,
        etag: withoutQuotes(ETag),
        modified: (LastModified ?? new Date(0)).toISOString(),
      }));
      const last = files.at(-1)?.key;
      return { files, ...(IsTruncated && last !== undefined ? { next: last } : {}) };
    },

    async describeFile({ key, bytes }) {
      try {
        const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        const facts = readFileFacts(Metadata?.asset ?? '{}');
        if (facts.sha256 !== undefined || bytes > maxHashedBytes) return facts;
        return { ...facts, sha256: await hashOf(key) };
      } catch (error) {
        if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    readIndex: (company) => texts.find(directoryIndexKey(company)),

    writeIndex: (company, text, before) =>
      texts.putUnchanged(directoryIndexKey(company), text, 'application/jsonl', before),
  };

  async function hashOf(key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`S3 gave no body for ${key}`);
    return createHash('sha256')
      .update(await Body.transformToByteArray())
      .digest('base64');
  }
}

const withoutQuotes = (etag: string) => etag.replaceAll('"', '');
