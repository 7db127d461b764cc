/**
 * Logs that are exported as one object of the jobs bucket, in upload parts. An interrupted export continues from the
 * progress that is stored beside it. The bucket deletes both after 30 days.
 */
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { isWhole, type LogFilter } from '../../domain/jobs/log-filter.ts';

import {
  beginMultipartUpload,
  completeMultipartUpload,
  sendUploadPart,
  type UploadPart,
} from './upload-parts.ts';

export const logFormats = ['jsonl', 'csv'] as const;
export type LogFormat = (typeof logFormats)[number];

export const logTypes: Readonly<Record<LogFormat, string>> = {
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

export interface LogExport {
  readonly company: string;
  readonly jobId: string;
  readonly format: LogFormat;
  readonly filter: LogFilter;
}

/** The progress of an export. */
export interface ExportProgress {
  /** When it was written: ISO 8601, UTC. */
  readonly at: string;
  /** Lines that have been written. */
  readonly lines: number;
  /** Lines of the parts that have been processed. */
  readonly processed: number;
  /** Missing before the upload has begun. */
  readonly upload?: {
    readonly id: string;
    /** The upload parts that were sent, in order. */
    readonly sent: readonly UploadPart[];
    /** The last log file in these parts or in `rest`. */
    readonly file?: string;
    /** The beginning of the next upload part, collected when the time was up. */
    readonly rest?: string;
  };
}

/** Requests for the same log and filter have the same key. */
export function exportKey({ company, jobId, format, filter }: LogExport): string {
  const { outcomes, asset, server } = filter;
  const tag = isWhole(filter)
    ? 'whole'
    : createHash('sha256')
        .update(JSON.stringify([outcomes ?? null, asset ?? null, server ?? null]))
        .digest('hex')
        .slice(0, 32);
  return `${shortLivedPrefix}${company}/${jobId}/export/${tag}.${format}`;
}

export interface LogExports {
  /** @returns undefined while the object does not exist */
  findExport(key: string): Promise<{ bytes: number } | undefined>;
  /** A URL that downloads the object with this `Content-Disposition`. Everyone who has it can use it. */
  signExport(key: string, disposition: string, seconds: number): Promise<string>;
  readProgress(key: string): Promise<ExportProgress | undefined>;
  writeProgress(key: string, progress: ExportProgress): Promise<void>;
  /** @returns the id of the upload */
  beginExport(key: string, format: LogFormat): Promise<string>;
  /**
   * @param part number of the upload part, from 1. A part that is sent again is replaced
   * @returns `missing` if S3 no longer knows the upload: it was completed, or aborted after a day
   */
  sendExportPart(key: string, uploadId: string, part: number, bytes: Buffer): Promise<UploadPart | 'missing'>;
  completeExport(
    key: string,
    uploadId: string,
    parts: readonly UploadPart[],
  ): Promise<'completed' | 'missing'>;
}

const progressKey = (key: string) => `${key}.progress`;

export function logExports(s3: S3Client, bucket: string): LogExports {
  return {
    async findExport(key) {
      try {
        const { ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return { bytes: ContentLength };
      } catch (error) {
        // A response to HEAD has no body, so S3 cannot say NoSuchKey.
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    signExport(key, disposition, seconds) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentDisposition: disposition,
      });
      return getSignedUrl(s3, command, { expiresIn: seconds });
    },

    async readProgress(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: progressKey(key) }));
        return Body && (JSON.parse(await Body.transformToString()) as ExportProgress);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async writeProgress(key, progress) {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: progressKey(key),
          Body: JSON.stringify(progress),
          ContentType: 'application/json',
        }),
      );
    },

    beginExport: (key, format) => beginMultipartUpload(s3, bucket, key, logTypes[format]),

    sendExportPart: (key, uploadId, part, bytes) => sendUploadPart(s3, bucket, key, uploadId, part, bytes),

    completeExport: (key, uploadId, parts) => completeMultipartUpload(s3, bucket, key, uploadId, parts),
  };
}
