import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type BuiltViewers, buildViewers } from './build-viewers.ts';

/** Where the image-serving origin has what belongs to no company. No company has such a name. */
export const viewersPrefix = '_/viewers';

/** An address has the version in it, and browsers keep it: its content never changes. */
const cacheControl = 'public, max-age=31536000, immutable';

export interface PutViewers {
  readonly version: string;
  /** Modules that this version already has with other content, and which therefore stay as they are. */
  readonly different: readonly string[];
}

/**
 * Puts the viewers into the image-serving origin, beside all earlier versions, which stay. Can be repeated at any time.
 * @param replace whether a version may change: on a machine where the viewers are worked on
 * @throws Error of S3 or esbuild
 */
export async function putViewers(
  s3: S3Client,
  bucket: string,
  replace = false,
  build: () => Promise<BuiltViewers> = () => buildViewers(),
): Promise<PutViewers> {
  const { version, files } = await build();
  const different: string[] = [];
  for (const [name, content] of files) {
    const key = `${viewersPrefix}/${version}/${name}`;
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: content,
          ContentType: 'text/javascript; charset=utf-8',
          CacheControl: cacheControl,
          ...(!replace && { IfNoneMatch: '*' }),
        }),
      );
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
      const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      // The ETag of an object of one part, encrypted with keys of S3.
      if (ETag !== `"${createHash('md5').update(content).digest('hex')}"`) different.push(name);
    }
  }
  return { version, different };
}
