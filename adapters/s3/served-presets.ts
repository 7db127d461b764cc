import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { ImagePreset } from '../../domain/delivery/image-preset.ts';
import { imagePresetsKey, readImagePresets } from './image-presets.ts';
import { readFailure } from './origin-object.ts';

/** Companies whose presets stay in memory, of 200 presets with up to 1,000 characters each at most. */
const maxKept = 50;

interface Kept {
  readonly etag: string | undefined;
  readonly presets: readonly ImagePreset[];
}

/**
 * The presets of companies for the image server. Each call asks S3 whether they have changed: after a changed preset was flushed
 * from the CDN, nothing is made with the earlier one. What has not changed is not sent again.
 * @throws Failure `storage.busy` if S3 is overloaded or too slow
 */
export function servedPresets(
  s3: () => S3Client,
  bucket: string,
): (company: string, milliseconds: number) => Promise<readonly ImagePreset[]> {
  const kept = new Map<string, Kept>();
  return async (company, milliseconds) => {
    const before = kept.get(company);
    try {
      const { Body, ETag } = await s3().send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: imagePresetsKey(company),
          ...(before?.etag && { IfNoneMatch: before.etag }),
        }),
        { abortSignal: AbortSignal.timeout(Math.max(1, Math.round(milliseconds))) },
      );
      const presets = readImagePresets((await Body?.transformToString()) ?? '{"presets":[]}');
      kept.delete(company);
      kept.set(company, { etag: ETag, presets });
      if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? '');
      return presets;
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      // A 304 has no body, and so no error code: the SDK's name of the error is not the same in all versions.
      if (before && error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304)
        return before.presets;
      // S3 says so only to callers that may list the bucket.
      if (name === 'NoSuchKey') return [];
      throw readFailure(error);
    }
  };
}
