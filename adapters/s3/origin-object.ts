import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';

/** An object of an origin bucket, its bytes not read yet. */
export interface OpenedOriginObject {
  /** As S3 gives it, quotes included. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Of a derived image: the commands that make it of the object's bytes, as canonical text. */
  readonly recipe?: string;
  /** There is no image any more: the one that was here has this id now. */
  readonly redirect?: string;
  /** Reads all of it. @throws Failure `storage.busy` where the connection breaks off */
  read(): Promise<Uint8Array>;
  /** Lets go of it unread. One of the two must be called, or the connection stays taken. */
  discard(): void;
}

/** Errors of S3 that pass by themselves; the SDK has tried again before it gives them up. */
const transient = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'TimeoutError',
  'AbortError',
  'ThrottlingException',
]);

/**
 * Opens an object with one GetObject: what its headers say decides whether its bytes are needed.
 * @param milliseconds until it and its bytes must be there
 * @returns undefined where there is none, which S3 tells only to those who may list the bucket
 * @throws Failure `storage.busy` where S3 is overloaded or too late
 */
export async function openOriginObject(
  client: S3Client,
  bucket: string,
  key: string,
  milliseconds: number,
): Promise<OpenedOriginObject | undefined> {
  try {
    const {
      Body,
      ETag = '',
      LastModified = new Date(0),
      Metadata = {},
    } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: AbortSignal.timeout(Math.max(1, Math.round(milliseconds))),
    });
    if (!Body) throw new Error(`S3 answered without a body for ${key}`);
    return {
      etag: ETag,
      lastModified: LastModified,
      ...(Metadata.recipe === undefined ? {} : { recipe: decodeURIComponent(Metadata.recipe) }),
      ...(Metadata.redirect === undefined ? {} : { redirect: decodeRedirect(Metadata.redirect) }),
      async read() {
        try {
          return await Body.transformToByteArray();
        } catch (cause) {
          throw busy(cause);
        }
      },
      discard() {
        if ('destroy' in Body && typeof Body.destroy === 'function') Body.destroy();
      },
    };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'NoSuchKey' || name === 'NotFound') return undefined;
    if (transient.has(name)) throw busy(error);
    throw error;
  }
}

/** The id as metadata: percent-encoded, 200 characters may take 2,400 of the 2,048 bytes that S3 has for all. */
export function encodeRedirect(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function decodeRedirect(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}

function busy(cause: unknown): Failure {
  return new Failure('storage.busy', 'The storage is busy; try again in a moment', { cause });
}
