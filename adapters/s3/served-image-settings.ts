import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type CompanyImages, companyImagesKey, readCompanyImagesText } from './image-settings.ts';
import { readFailure } from './origin-object.ts';

/** Companies whose settings stay in memory, with 200 presets of up to 1,000 characters each at most. */
const maxKept = 50;

interface Kept {
  readonly etag: string | undefined;
  readonly images: CompanyImages;
}

/**
 * The image presets and settings of companies for the image server. Each call asks S3 whether they have changed: after a change was
 * flushed from the CDN, nothing is made with the earlier ones. What has not changed is not sent again.
 * @throws Failure `storage.busy` if S3 is overloaded or too slow
 */
export function servedImageSettings(
  s3: () => S3Client,
  bucket: string,
): (company: string, milliseconds: number) => Promise<CompanyImages> {
  const kept = new Map<string, Kept>();
  return async (company, milliseconds) => {
    const before = kept.get(company);
    try {
      const { Body, ETag } = await s3().send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: companyImagesKey(company),
          ...(before?.etag && { IfNoneMatch: before.etag }),
        }),
        { abortSignal: AbortSignal.timeout(Math.max(1, Math.round(milliseconds))) },
      );
      const images = readCompanyImagesText((await Body?.transformToString()) ?? '{"presets":[]}');
      kept.delete(company);
      kept.set(company, { etag: ETag, images });
      if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? '');
      return images;
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      // A 304 has no body, and so no error code: the SDK's name of the error is not the same in all versions.
      if (before && error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304)
        return before.images;
      // S3 says so only to callers that may list the bucket.
      if (name === 'NoSuchKey') return { presets: [] };
      throw readFailure(error);
    }
  };
}
