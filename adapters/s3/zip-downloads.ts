/**
 * ZIP files in the jobs bucket, each with its summary, the list of its files, and the progress of writing it. The bucket
 * deletes all of them after two days.
 */
import { GetObjectCommand, HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type ZipDownload, type ZippedAsset, zipPrefix } from '../../domain/library/zip-download.ts';
import { textObjects } from './text-objects.ts';
import {
  beginMultipartUpload,
  completeMultipartUpload,
  sendUploadPart,
  type UploadPart,
} from './upload-parts.ts';

/** What of a ZIP file has been written. */
export interface ZipProgress {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly uploadId: string;
  /** The upload parts that were sent, in order. */
  readonly sent: readonly UploadPart[];
  /** CRC-32 of each file in these parts; of the last one, as far as it is in them. */
  readonly crcs: readonly number[];
}

export type ZipPlace = Pick<ZipDownload, 'company' | 'id'>;

export interface ZipDownloads {
  /** One PUT. */
  writeDownload(download: ZipDownload): Promise<void>;
  /** One GET. */
  findDownload(place: ZipPlace): Promise<ZipDownload | undefined>;
  /** One PUT. */
  writeZipList(place: ZipPlace, revision: number, files: readonly ZippedAsset[]): Promise<void>;
  /** One GET. */
  readZipList(place: ZipPlace, revision: number): Promise<readonly ZippedAsset[]>;
  /** One PUT. */
  writeZipProgress(place: ZipPlace, revision: number, progress: ZipProgress): Promise<void>;
  /** One GET. @returns undefined before the upload has begun */
  findZipProgress(place: ZipPlace, revision: number): Promise<ZipProgress | undefined>;
  /** One HEAD. */
  zipExists(place: ZipPlace): Promise<boolean>;
  /** @returns the id of the upload */
  beginZip(place: ZipPlace): Promise<string>;
  /** @returns `missing` if S3 no longer knows the upload: it was completed, or aborted after a day */
  sendZipPart(
    place: ZipPlace,
    uploadId: string,
    part: number,
    bytes: Uint8Array,
  ): Promise<UploadPart | 'missing'>;
  completeZip(
    place: ZipPlace,
    uploadId: string,
    parts: readonly UploadPart[],
  ): Promise<'completed' | 'missing'>;
  /** A URL that downloads the ZIP file. Everyone who has it can use it. No request is sent. */
  signZip(place: ZipPlace, disposition: string, seconds: number): Promise<string>;
}

const keyOf = ({ company, id }: ZipPlace, name: string) => `${zipPrefix}${company}/${id}/${name}`;
const zipKey = (place: ZipPlace) => keyOf(place, 'files.zip');
const json = 'application/json';

export function zipDownloads(s3: S3Client, bucket: string): ZipDownloads {
  const { put, get, find } = textObjects(s3, bucket);
  return {
    writeDownload: (download) => put(keyOf(download, 'download.json'), JSON.stringify(download), json),

    async findDownload(place) {
      const found = await find(keyOf(place, 'download.json'));
      return found && (JSON.parse(found.text) as ZipDownload);
    },

    writeZipList: (place, revision, files) =>
      put(keyOf(place, `list-${revision}.json`), JSON.stringify(files), json),

    async readZipList(place, revision) {
      return JSON.parse(await get(keyOf(place, `list-${revision}.json`))) as ZippedAsset[];
    },

    writeZipProgress: (place, revision, progress) =>
      put(keyOf(place, `progress-${revision}.json`), JSON.stringify(progress), json),

    async findZipProgress(place, revision) {
      const found = await find(keyOf(place, `progress-${revision}.json`));
      return found && (JSON.parse(found.text) as ZipProgress);
    },

    async zipExists(place) {
      try {
        await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: zipKey(place) }));
        return true;
      } catch (error) {
        // A response to HEAD has no body, so S3 cannot say NoSuchKey.
        if (error instanceof NotFound) return false;
        throw error;
      }
    },

    beginZip: (place) => beginMultipartUpload(s3, bucket, zipKey(place), 'application/zip'),

    sendZipPart: (place, uploadId, part, bytes) =>
      sendUploadPart(s3, bucket, zipKey(place), uploadId, part, bytes),

    completeZip: (place, uploadId, parts) =>
      completeMultipartUpload(s3, bucket, zipKey(place), uploadId, parts),

    signZip(place, disposition, seconds) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: zipKey(place),
        ResponseContentDisposition: disposition,
      });
      return getSignedUrl(s3, command, { expiresIn: seconds });
    },
  };
}
