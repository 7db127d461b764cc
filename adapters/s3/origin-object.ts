import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type OriginFacts, readOriginFacts } from '../../domain/delivery/origin-metadata.ts';
import { Failure } from '../../domain/failure.ts';

/** An object of an origin bucket. */
export interface FoundOriginObject extends OriginFacts {
  /** The ETag of S3, with its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Of its content. */
  readonly bytes: number;
  /** For a derived image: the commands that make it from the object's bytes, as canonical text. */
  readonly recipe?: string;
  /** When the time of the asset ends: milliseconds since 1970. */
  readonly liveUntil?: number;
  /** The object is a redirect: the image has this id now. */
  readonly redirect?: string;
}

/** An object of an origin bucket whose bytes have not been read yet. */
export interface OpenedOriginObject extends FoundOriginObject {
  /** Reads all bytes. @throws Failure `storage.busy` if the connection breaks */
  read(): Promise<Uint8Array>;
  /** Closes the object without reading it. Call this or `read`, or the connection stays in use. */
  discard(): void;
}

/** Transient errors of S3. The SDK has already repeated the call. */
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
 * Opens an object with one GetObject. Its headers decide whether its bytes are needed.
 * @param milliseconds time limit for the object and its bytes
 * @param master for an object of the masters bucket: its version, and the metadata that its origin object would have
 * @returns undefined if it does not exist, which S3 says only to callers that may list the bucket
 * @throws Failure `storage.busy` if S3 is overloaded or too slow
 */
export async function openOriginObject(
  client: S3Client,
  bucket: string,
  key: string,
  milliseconds: number,
  master?: { readonly versionId: string; readonly metadata: Readonly<Record<string, string>> },
): Promise<OpenedOriginObject | undefined> {
  try {
    const { Body, ...head } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ...(master && { VersionId: master.versionId }) }),
      { abortSignal: timeLimit(milliseconds) },
    );
    if (!Body) throw new Error(`S3 gave no body for ${key}`);
    return {
      ...foundIn(master ? { ...head, Metadata: { ...master.metadata } } : head),
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
    if (isMissing(error)) return undefined;
    throw readFailure(error);
  }
}

/**
 * The facts of an object without its bytes: one HEAD.
 * @returns undefined if it does not exist
 * @throws Failure `storage.busy` if S3 is overloaded or too slow
 */
export async function findOriginObject(
  client: S3Client,
  bucket: string,
  key: string,
  milliseconds: number,
): Promise<FoundOriginObject | undefined> {
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: timeLimit(milliseconds),
    });
    return foundIn(head);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw readFailure(error);
  }
}

function foundIn({
  ETag = '',
  LastModified = new Date(0),
  ContentLength = 0,
  Metadata = {},
}: Pick<HeadObjectCommandOutput, 'ETag' | 'LastModified' | 'ContentLength' | 'Metadata'>): FoundOriginObject {
  return {
    etag: ETag,
    lastModified: LastModified,
    bytes: ContentLength,
    ...(Metadata.recipe === undefined ? {} : { recipe: decodeURIComponent(Metadata.recipe) }),
    ...(Metadata['live-until'] === undefined ? {} : { liveUntil: Number(Metadata['live-until']) * 1_000 }),
    ...(Metadata.redirect === undefined ? {} : { redirect: decodeRedirect(Metadata.redirect) }),
    ...(Metadata.asset === undefined ? {} : readOriginFacts(Metadata.asset)),
  };
}

/**
 * No object has a key that is too long: the address has an id that no asset can have. A HEAD has no body that could say so. A
 * purged version of a master is missing, too.
 */
function isMissing(error: unknown): boolean {
  const name = error instanceof Error ? error.name : '';
  return ['NoSuchKey', 'NoSuchVersion', 'NotFound', 'KeyTooLongError'].includes(name);
}

function timeLimit(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.round(milliseconds)));
}

/** The id as metadata. Percent-encoded, 200 characters could take 2,400 bytes, but S3 allows 2,048 for all metadata. */
export function encodeRedirect(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function decodeRedirect(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}

/** The error of a read: Failure `storage.busy` if S3 is overloaded or too slow, else the error itself. */
export function readFailure(error: unknown): unknown {
  return error instanceof Error && transient.has(error.name) ? busy(error) : error;
}

function busy(cause: unknown): Failure {
  return new Failure('storage.busy', 'The storage is busy; try again in a moment', { cause });
}
