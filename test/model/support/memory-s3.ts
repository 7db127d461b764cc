/** S3 in memory: objects with their versions, copies and metadata. */
import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';

export interface StoredObject {
  readonly versionId: string;
  readonly body: Uint8Array;
  readonly type: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: Date;
}

export interface MemoryS3 {
  /** Buckets, keys, versions: the newest last. */
  readonly buckets: Map<string, Map<string, StoredObject[]>>;
  put(bucket: string, key: string, body: Uint8Array, facts?: Partial<StoredObject>): StoredObject;
  send(command: unknown): Promise<object>;
}

/** @param versioned the bucket that keeps what is overwritten */
export function memoryS3(versioned: string, beforeCall: () => Promise<void>): MemoryS3 {
  const buckets = new Map<string, Map<string, StoredObject[]>>();
  let made = 0;
  const bucketOf = (name: string | undefined): Map<string, StoredObject[]> => {
    if (!name) throw new Error('A call names no bucket');
    const bucket = buckets.get(name) ?? new Map<string, StoredObject[]>();
    buckets.set(name, bucket);
    return bucket;
  };
  const find = (bucket: string | undefined, key: string | undefined, versionId?: string) => {
    const versions = bucketOf(bucket).get(key ?? '') ?? [];
    return versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
  };
  const put: MemoryS3['put'] = (bucket, key, body, facts = {}) => {
    made += 1;
    const stored = {
      versionId: `v${made}`,
      body,
      type: facts.type,
      metadata: facts.metadata ?? {},
      // S3 tells time by the second.
      modified: new Date(Math.floor(Date.now() / 1_000) * 1_000),
    };
    const versions = bucketOf(bucket).get(key) ?? [];
    bucketOf(bucket).set(key, bucket === versioned ? [...versions, stored] : [stored]);
    return stored;
  };
  return { buckets, put, send };

  async function send(command: unknown): Promise<object> {
    await beforeCall();
    const { Key: key = '' } = (command as { readonly input: { readonly Key?: string } }).input;
    if (Buffer.byteLength(key) > 1_024) {
      const name = 'KeyTooLongError';
      throw new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 400 } });
    }
    if (command instanceof PutObjectCommand) {
      const { Bucket = '', Key = '', Body = '', ContentType, Metadata, IfMatch, IfNoneMatch } = command.input;
      const lies = find(Bucket, Key);
      if ((IfNoneMatch && lies) || (IfMatch && IfMatch !== (lies && etagOf(lies.body)))) {
        const name = 'PreconditionFailed';
        throw new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 412 } });
      }
      const body = typeof Body === 'string' ? Buffer.from(Body) : (Body as Uint8Array);
      const { versionId } = put(Bucket, Key, body, {
        type: ContentType,
        ...(Metadata ? { metadata: Metadata } : {}),
      });
      return { ETag: etagOf(body), VersionId: versionId };
    }
    if (command instanceof CopyObjectCommand) {
      const {
        Bucket = '',
        Key = '',
        CopySource = '',
        MetadataDirective,
        ContentType,
        Metadata,
      } = command.input;
      const [path = '', version] = CopySource.split('?versionId=');
      const [from = '', ...segments] = path.split('/');
      const source = find(
        from,
        segments.map(decodeURIComponent).join('/'),
        version && decodeURIComponent(version),
      );
      if (!source)
        throw new NoSuchKey({
          message: `There is nothing at ${CopySource}`,
          $metadata: { httpStatusCode: 404 },
        });
      const facts =
        MetadataDirective === 'REPLACE' ? { type: ContentType, metadata: Metadata ?? {} } : source;
      const { versionId } = put(Bucket, Key, source.body, facts);
      return { CopyObjectResult: { ETag: etagOf(source.body) }, VersionId: versionId };
    }
    if (command instanceof GetObjectCommand || command instanceof HeadObjectCommand) {
      const { Bucket, Key, VersionId } = command.input;
      const found = find(Bucket, Key, VersionId);
      if (!found) {
        const facts = { message: `There is nothing at ${Bucket}/${Key}`, $metadata: { httpStatusCode: 404 } };
        throw command instanceof HeadObjectCommand ? new NotFound(facts) : new NoSuchKey(facts);
      }
      const range = command instanceof GetObjectCommand ? command.input.Range : undefined;
      const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
      const body = range
        ? found.body.slice(Number(first), last === '' ? undefined : Number(last) + 1)
        : found.body;
      return {
        ContentLength: body.length,
        ContentType: found.type,
        Metadata: found.metadata,
        LastModified: found.modified,
        ETag: etagOf(found.body),
        Body: {
          transformToByteArray: async () => body,
          transformToString: async () => Buffer.from(body).toString('utf8'),
        },
      };
    }
    if (command instanceof DeleteObjectCommand) {
      const { Bucket, Key = '', VersionId } = command.input;
      const versions = bucketOf(Bucket).get(Key) ?? [];
      const left = VersionId === undefined ? [] : versions.filter(({ versionId }) => versionId !== VersionId);
      if (left.length === 0) bucketOf(Bucket).delete(Key);
      else bucketOf(Bucket).set(Key, left);
      return {};
    }
    if (command instanceof ListObjectsV2Command) {
      const { Bucket, Prefix = '', StartAfter = '' } = command.input;
      const keys = [...bucketOf(Bucket).keys()]
        .filter((key) => key.startsWith(Prefix) && key > StartAfter)
        .sort();
      return {
        IsTruncated: false,
        Contents: keys.map((Key) => ({ Key, LastModified: find(Bucket, Key)?.modified })),
      };
    }
    throw new Error(`${(command as object).constructor.name} is not known to this S3`);
  }
}

export function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
