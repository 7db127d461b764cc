import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PreviewScope } from '../../domain/delivery/preview-scope.ts';
import { Failure } from '../../domain/failure.ts';
import { readFailure } from './origin-object.ts';

/** Bytes of a master. */
export interface MasterFile {
  readonly etag: string;
  readonly bytes: Uint8Array;
  /** The value of `Content-Range` for a part of the file. */
  readonly range?: string;
}

/**
 * Bytes that a preview sends at once. They are held in memory, and Lambda streams the first 6 MB at full speed and the rest
 * at 2 MB a second, within the 30 seconds of the function.
 */
export const maxPreviewBytes = 40_000_000;

const gone = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound', 'MethodNotAllowed']);

/**
 * Reads a master, or a range of it: one GET. A range without an end is cut to {@link maxPreviewBytes}, so that players of
 * video go on with the next one.
 * @param range the header `Range`; a value with several ranges counts as none
 * @returns undefined if the bucket no longer has this version
 * @throws Failure `request.too-large`, `request.invalid` for a range beyond the end, `storage.busy`
 */
export async function readMasterFile(
  s3: S3Client,
  bucket: string,
  { masterKey, masterVersionId }: Pick<PreviewScope, 'masterKey' | 'masterVersionId'>,
  range: string | undefined,
  milliseconds: number,
): Promise<MasterFile | undefined> {
  const asked = cut(range);
  try {
    const {
      Body,
      ETag = '',
      ContentLength = 0,
      ContentRange,
    } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: masterKey,
        VersionId: masterVersionId,
        ...(asked === undefined ? {} : { Range: asked }),
      }),
      { abortSignal: AbortSignal.timeout(Math.max(1, Math.round(milliseconds))) },
    );
    if (!Body) throw new Error(`S3 gave no body for ${masterKey}`);
    if (ContentLength > maxPreviewBytes) {
      if ('destroy' in Body && typeof Body.destroy === 'function') Body.destroy();
      throw new Failure(
        'request.too-large',
        `This is ${ContentLength} bytes; a preview sends at most ${maxPreviewBytes} at once. Ask for ranges (Range: bytes=0-)`,
      );
    }
    return {
      etag: ETag,
      bytes: await Body.transformToByteArray(),
      ...(ContentRange === undefined ? {} : { range: ContentRange }),
    };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (gone.has(name)) return undefined;
    if (name === 'InvalidRange')
      throw new Failure('request.invalid', `Range: ${range} is beyond the end of the file`, { cause: error });
    throw readFailure(error);
  }
}

function cut(range: string | undefined): string | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (first === undefined) return /^bytes=-\d{1,15}$/.test(range ?? '') ? range : undefined;
  const most = Number(first) + maxPreviewBytes - 1;
  return `bytes=${first}-${last === '' || last === undefined ? most : Math.min(Number(last), most)}`;
}
