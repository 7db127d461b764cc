/** S3 in memory: objects with their versions, metadata, conditions, copies, and uploads by parts. */
import { createHash } from 'node:crypto';
import {
  type AbortMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandInput,
  type CopyObjectCommandInput,
  type CreateMultipartUploadCommandInput,
  type DeleteObjectCommandInput,
  type GetObjectCommandInput,
  type ListObjectsV2CommandInput,
  type ListObjectVersionsCommandInput,
  type ListPartsCommandInput,
  NoSuchKey,
  NotFound,
  type PutObjectCommandInput,
  S3ServiceException,
  type UploadPartCommandInput,
  type UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import type { CalledService, Input } from './calls.ts';
import { compareKeys } from './dynamodb/values.ts';

export interface StoredObject {
  readonly versionId: string;
  readonly body: Uint8Array;
  /** Bytes. An object that says more than its body has stands for a large one: every range of it is its whole body. */
  readonly size: number;
  readonly etag: string;
  readonly type: string | undefined;
  readonly cacheControl: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: Date;
  /** Base64; of an upload by parts the composite one, with the number of parts. */
  readonly sha256?: string | undefined;
  /** A deletion in a bucket with versions. */
  readonly isMarker?: true;
}

/** What a test may give an object that it puts. */
export type ObjectFacts = Partial<
  Pick<StoredObject, 'versionId' | 'size' | 'type' | 'cacheControl' | 'metadata' | 'modified' | 'sha256'>
> & {
  readonly etag?: string | undefined;
};

export interface MemoryBucket {
  /** Keys with their versions, the newest last. Without versions there is one. */
  readonly objects: ReadonlyMap<string, readonly StoredObject[]>;
  /** Keys of what is there, in the order of S3. */
  keys(): string[];
  get(key: string, versionId?: string): StoredObject | undefined;
  /** As UTF-8. @throws Error where there is none */
  text(key: string, versionId?: string): string;
  put(key: string, body: string | Uint8Array, facts?: ObjectFacts): StoredObject;
  delete(key: string, versionId?: string): void;
  clear(): void;
}

export interface MemoryS3<Name extends string> {
  readonly service: CalledService;
  readonly buckets: Readonly<Record<Name, MemoryBucket>>;
  /** Uploads by parts that were begun and neither completed nor given up. */
  readonly openUploads: () => number;
}

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly facts: ObjectFacts;
  readonly needsChecksums: boolean;
  readonly parts: Map<number, Pick<StoredObject, 'body' | 'size' | 'etag'> & { readonly sha256: string }>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const minPartBytes = 5 * 1024 ** 2;
const maxListed = 1_000;
const maxKeyBytes = 1_024;
const maxMetadataBytes = 2_048;
const maxCopyBytes = 5 * 1024 ** 3;

/**
 * @param buckets names, and whether each keeps what is overwritten or deleted
 * @param now milliseconds since 1970
 */
export function memoryS3<Name extends string>(
  buckets: Readonly<Record<Name, { readonly versioned: boolean }>>,
  now: () => number,
): MemoryS3<Name> {
  const uploads = new Map<string, Upload>();
  let made = 0;
  const nextId = (prefix: string) => {
    made += 1;
    return `${prefix}${made}`;
  };
  const byName = Object.fromEntries(
    Object.entries<{ versioned: boolean }>(buckets).map(([name, { versioned }]) => [
      name,
      memoryBucket(versioned, () => nextId('v'), now),
    ]),
  ) as Record<Name, MemoryBucket>;
  const bucketOf = (name: string | undefined): MemoryBucket => {
    const bucket = (byName as Record<string, MemoryBucket>)[name ?? ''];
    if (!bucket) throw refusal('NoSuchBucket', 404, `The specified bucket does not exist: ${name}`);
    return bucket;
  };

  return {
    service: { service: 's3', execute, targets },
    buckets: byName,
    openUploads: () => uploads.size,
  };

  function execute(command: string, input: Input): object {
    if (Buffer.byteLength(String(input.Key ?? '')) > maxKeyBytes)
      throw refusal('KeyTooLongError', 400, 'Your key is too long');
    switch (command) {
      case 'PutObject':
        return putObject(input as unknown as PutObjectCommandInput);
      case 'CopyObject':
        return copyObject(input as unknown as CopyObjectCommandInput);
      case 'GetObject':
        return getObject(input as unknown as GetObjectCommandInput);
      case 'HeadObject':
        return headObject(input as unknown as GetObjectCommandInput);
      case 'DeleteObject': {
        const { Bucket, Key = '', VersionId } = input as unknown as DeleteObjectCommandInput;
        bucketOf(Bucket).delete(Key, VersionId);
        return {};
      }
      case 'ListObjectsV2':
        return listObjects(input as unknown as ListObjectsV2CommandInput);
      case 'ListObjectVersions':
        return listVersions(input as unknown as ListObjectVersionsCommandInput);
      case 'CreateMultipartUpload':
        return createUpload(input as unknown as CreateMultipartUploadCommandInput);
      case 'UploadPart': {
        const asked = input as unknown as UploadPartCommandInput;
        const body = bytesOf(asked.Body);
        checkSum(body, asked.ChecksumSHA256);
        return { ETag: addPart(asked, body, body.length) };
      }
      case 'UploadPartCopy': {
        const asked = input as unknown as UploadPartCopyCommandInput;
        const { body, size } = cut(sourceOf(asked.CopySource), asked.CopySourceRange);
        return { CopyPartResult: { ETag: addPart(asked, body, size) } };
      }
      case 'ListParts':
        return listParts(input as unknown as ListPartsCommandInput);
      case 'CompleteMultipartUpload':
        return completeUpload(input as unknown as CompleteMultipartUploadCommandInput);
      case 'AbortMultipartUpload': {
        const { UploadId = '' } = input as unknown as AbortMultipartUploadCommandInput;
        uploadOf(UploadId);
        uploads.delete(UploadId);
        return {};
      }
      default:
        throw new Error(`This S3 does not know ${command}`);
    }
  }

  function putObject(input: PutObjectCommandInput): object {
    const { Bucket, Key = '', IfMatch, IfNoneMatch } = input;
    const bucket = bucketOf(Bucket);
    const before = bucket.get(Key);
    if (IfMatch !== undefined && !before) throw noSuchKey(`${Bucket}/${Key}`);
    if ((IfNoneMatch === '*' && before) || (IfMatch !== undefined && IfMatch !== before?.etag))
      throw refusal(
        'PreconditionFailed',
        412,
        'At least one of the pre-conditions you specified did not hold',
      );
    const body = bytesOf(input.Body);
    checkSum(body, input.ChecksumSHA256);
    const facts = { ...factsOf(input), sha256: input.ChecksumSHA256 };
    const { etag, versionId } = bucket.put(Key, body, facts);
    return { ETag: etag, VersionId: versionId };
  }

  function copyObject(input: CopyObjectCommandInput): object {
    const { body, size, type, cacheControl, metadata } = sourceOf(input.CopySource);
    if (size > maxCopyBytes)
      throw refusal(
        'InvalidRequest',
        400,
        'The specified copy source is larger than the maximum allowable size',
      );
    const facts = input.MetadataDirective === 'REPLACE' ? factsOf(input) : { type, cacheControl, metadata };
    const { etag, versionId } = bucketOf(input.Bucket).put(input.Key ?? '', body, { ...facts, size });
    return { CopyObjectResult: { ETag: etag }, VersionId: versionId };
  }

  function getObject({ Bucket, Key = '', VersionId, Range, IfMatch }: GetObjectCommandInput): object {
    const found = bucketOf(Bucket).get(Key, VersionId);
    if (!found) throw missing(bucketOf(Bucket), Key, VersionId);
    if (IfMatch !== undefined && IfMatch !== found.etag)
      throw refusal(
        'PreconditionFailed',
        412,
        'At least one of the pre-conditions you specified did not hold',
      );
    const { body, size, range } = cut(found, Range);
    return {
      ...headersOf(found, size),
      ...(range === undefined ? {} : { ContentRange: range }),
      Body: {
        transformToByteArray: async () => body,
        transformToString: async () => Buffer.from(body).toString('utf8'),
        destroy() {},
      },
    };
  }

  /** The response to HEAD has no body, so that its error is known by its status alone. */
  function headObject({ Bucket, Key = '', VersionId, ChecksumMode }: GetObjectCommandInput): object {
    const found = bucketOf(Bucket).get(Key, VersionId);
    if (found) {
      const checksum = ChecksumMode === 'ENABLED' && found.sha256 !== undefined;
      return { ...headersOf(found, found.size), ...(checksum && { ChecksumSHA256: found.sha256 }) };
    }
    const { httpStatusCode = 404 } = missing(bucketOf(Bucket), Key, VersionId).$metadata;
    if (httpStatusCode === 404)
      throw new NotFound({ message: 'UnknownError', $metadata: { httpStatusCode } });
    throw refusal('UnknownError', httpStatusCode, 'UnknownError');
  }

  function listObjects(input: ListObjectsV2CommandInput): object {
    const { Bucket, Prefix = '', StartAfter, ContinuationToken, MaxKeys = maxListed } = input;
    const { Delimiter } = input;
    const bucket = bucketOf(Bucket);
    const after = ContinuationToken ?? StartAfter;
    // Folders count among the keys of a page with S3; no test needs that.
    const keys = bucket
      .keys()
      .filter((key) => key.startsWith(Prefix) && (after === undefined || compareKeys(key, after) > 0))
      .filter((key) => Delimiter === undefined || !key.slice(Prefix.length).includes(Delimiter));
    const page = keys.slice(0, Math.min(MaxKeys, maxListed));
    const IsTruncated = page.length < keys.length;
    return {
      IsTruncated,
      KeyCount: page.length,
      Contents: page.map((Key) => {
        const object = bucket.get(Key);
        return { Key, LastModified: object?.modified, ETag: object?.etag, Size: object?.size };
      }),
      ...(IsTruncated ? { NextContinuationToken: page.at(-1) } : {}),
    };
  }

  /** By key, the newest version of each first. */
  function listVersions({
    Bucket,
    Prefix = '',
    KeyMarker,
    VersionIdMarker,
    MaxKeys = maxListed,
  }: ListObjectVersionsCommandInput): object {
    const all = [...bucketOf(Bucket).objects]
      .filter(([key]) => key.startsWith(Prefix))
      .sort(([a], [b]) => compareKeys(a, b))
      .flatMap(([Key, versions]) => versions.toReversed().map((version) => ({ Key, version })));
    const begun = all.findLastIndex(
      ({ Key, version }) =>
        KeyMarker !== undefined &&
        (compareKeys(Key, KeyMarker) < 0 ||
          (Key === KeyMarker && (VersionIdMarker === undefined || version.versionId === VersionIdMarker))),
    );
    const rest = all.slice(begun + 1);
    const page = rest.slice(0, Math.min(MaxKeys, maxListed));
    const last = page.at(-1);
    return {
      IsTruncated: page.length < rest.length,
      Versions: page
        .filter(({ version }) => !version.isMarker)
        .map(({ Key, version }) => ({ Key, VersionId: version.versionId, Size: version.size })),
      ...(page.length < rest.length && last
        ? { NextKeyMarker: last.Key, NextVersionIdMarker: last.version.versionId }
        : {}),
    };
  }

  function createUpload(input: CreateMultipartUploadCommandInput): object {
    const { Bucket = '', Key = '', ChecksumAlgorithm } = input;
    bucketOf(Bucket);
    const UploadId = nextId('upload-');
    const needsChecksums = ChecksumAlgorithm === 'SHA256';
    uploads.set(UploadId, {
      bucket: Bucket,
      key: Key,
      facts: factsOf(input),
      needsChecksums,
      parts: new Map(),
    });
    return { UploadId };
  }

  function addPart(
    { UploadId, PartNumber = 0 }: { UploadId?: string | undefined; PartNumber?: number | undefined },
    body: Uint8Array,
    size: number,
  ): string {
    const upload = uploadOf(UploadId);
    if (PartNumber < 1 || PartNumber > 10_000)
      throw refusal('InvalidArgument', 400, 'Part number must be an integer between 1 and 10000, inclusive');
    const etag = `"${md5(body).toString('hex')}"`;
    upload.parts.set(PartNumber, { body, size, etag, sha256: sha256(body) });
    return etag;
  }

  function listParts({
    UploadId,
    PartNumberMarker = '0',
    MaxParts = maxListed,
  }: ListPartsCommandInput): object {
    const parts = [...uploadOf(UploadId).parts]
      .filter(([number]) => number > Number(PartNumberMarker))
      .sort(([a], [b]) => a - b);
    const page = parts.slice(0, MaxParts);
    return {
      IsTruncated: page.length < parts.length,
      NextPartNumberMarker: String(page.at(-1)?.[0] ?? 0),
      Parts: page.map(([PartNumber, { etag, size, sha256 }]) => ({
        PartNumber,
        ETag: etag,
        Size: size,
        ChecksumSHA256: sha256,
      })),
    };
  }

  function completeUpload({ UploadId = '', MultipartUpload }: CompleteMultipartUploadCommandInput): object {
    const upload = uploadOf(UploadId);
    const named = MultipartUpload?.Parts ?? [];
    const parts = named.map(({ PartNumber = 0, ETag, ChecksumSHA256 }, index) => {
      if (PartNumber <= (named[index - 1]?.PartNumber ?? 0))
        throw refusal('InvalidPartOrder', 400, 'The list of parts was not in ascending order');
      const part = upload.parts.get(PartNumber);
      if (!part || part.etag.replaceAll('"', '') !== ETag?.replaceAll('"', ''))
        throw refusal('InvalidPart', 400, 'One or more of the specified parts could not be found');
      if (upload.needsChecksums && ChecksumSHA256 === undefined)
        throw refusal('InvalidRequest', 400, 'The upload was created using a sha256 checksum');
      if (ChecksumSHA256 !== undefined && ChecksumSHA256 !== part.sha256)
        throw refusal('InvalidPart', 400, 'One or more of the specified parts could not be found');
      if (index < named.length - 1 && part.size < minPartBytes)
        throw refusal('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size');
      return part;
    });
    if (parts.length === 0) throw refusal('InvalidRequest', 400, 'You must specify at least one part');
    const hash = createHash('md5');
    for (const { body } of parts) hash.update(md5(body));
    const etag = `"${hash.digest('hex')}-${parts.length}"`;
    const body = Buffer.concat(parts.map((part) => part.body));
    const digests = Buffer.concat(parts.map((part) => Buffer.from(part.sha256, 'base64')));
    const composite = upload.needsChecksums ? `${sha256(digests)}-${parts.length}` : undefined;
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const { versionId } = bucketOf(upload.bucket).put(upload.key, body, {
      ...upload.facts,
      etag,
      size,
      sha256: composite,
    });
    uploads.delete(UploadId);
    return { ETag: etag, VersionId: versionId };
  }

  function uploadOf(id: string | undefined): Upload {
    const upload = uploads.get(id ?? '');
    if (!upload) throw refusal('NoSuchUpload', 404, 'The specified multipart upload does not exist');
    return upload;
  }

  function sourceOf(copySource = ''): StoredObject {
    const [path = '', version] = copySource.split('?versionId=');
    const [bucket = '', ...segments] = path.split('/');
    const key = segments.map(decodeURIComponent).join('/');
    const versionId = version === undefined ? undefined : decodeURIComponent(version);
    const found = bucketOf(bucket).get(key, versionId);
    if (!found) throw missing(bucketOf(bucket), key, versionId);
    return found;
  }

  function targets(_command: string, input: Input): string[] {
    const { Bucket, Key, Prefix } = input as { Bucket?: string; Key?: string; Prefix?: string };
    return [`${Bucket}/${Key ?? Prefix ?? ''}`];
  }
}

function memoryBucket(versioned: boolean, nextId: () => string, now: () => number): MemoryBucket {
  const objects = new Map<string, readonly StoredObject[]>();
  let sorted: string[] | undefined;

  const store = (key: string, object: StoredObject) => {
    const before = objects.get(key);
    if (!before) sorted = undefined;
    objects.set(key, versioned && before ? [...before, object] : [object]);
  };
  const bucket: MemoryBucket = {
    objects,
    keys() {
      sorted ??= [...objects.keys()].sort(compareKeys);
      return sorted.filter((key) => bucket.get(key) !== undefined);
    },
    get(key, versionId) {
      const versions = objects.get(key) ?? [];
      const found =
        versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
      return found?.isMarker ? undefined : found;
    },
    text(key, versionId) {
      const found = bucket.get(key, versionId);
      if (!found) throw new Error(`There is no object ${key}`);
      return Buffer.from(found.body).toString('utf8');
    },
    put(key, body, facts = {}) {
      if (Buffer.byteLength(key) > maxKeyBytes) throw refusal('KeyTooLongError', 400, 'Your key is too long');
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      const stored: StoredObject = {
        versionId: facts.versionId ?? (versioned ? nextId() : 'null'),
        body: bytes,
        size: facts.size ?? bytes.length,
        etag: facts.etag ?? `"${md5(bytes).toString('hex')}"`,
        type: facts.type,
        cacheControl: facts.cacheControl,
        metadata: facts.metadata ?? {},
        // S3 keeps times by the second.
        modified: facts.modified ?? new Date(Math.floor(now() / 1_000) * 1_000),
        sha256: facts.sha256,
      };
      store(key, stored);
      return stored;
    },
    delete(key, versionId) {
      const versions = objects.get(key);
      if (versioned && versionId === undefined) {
        const marker = { versionId: nextId(), body: new Uint8Array(), size: 0, etag: '', type: undefined };
        const rest = { cacheControl: undefined, metadata: {}, modified: new Date(now()) };
        store(key, { ...marker, ...rest, isMarker: true });
        return;
      }
      const left = versionId === undefined ? [] : versions?.filter((one) => one.versionId !== versionId);
      if (left && left.length > 0) objects.set(key, left);
      else if (objects.delete(key)) sorted = undefined;
    },
    clear() {
      objects.clear();
      sorted = undefined;
    },
  };
  return bucket;
}

function headersOf(found: StoredObject, size: number): object {
  return {
    ContentLength: size,
    ContentType: found.type,
    CacheControl: found.cacheControl,
    Metadata: { ...found.metadata },
    LastModified: found.modified,
    ETag: found.etag,
    VersionId: found.versionId,
  };
}

function factsOf(input: {
  ContentType?: string | undefined;
  CacheControl?: string | undefined;
  Metadata?: Record<string, string> | undefined;
}): ObjectFacts {
  const entries = Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const bytes = entries.reduce((sum, [name = '', value = '']) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > maxMetadataBytes)
    throw refusal('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size');
  return {
    type: input.ContentType,
    cacheControl: input.CacheControl,
    metadata: Object.fromEntries(entries) as Record<string, string>,
  };
}

/** @param range `bytes=0-9`, both ends inside; a last byte behind the end is cut there; `bytes=-9` are the last ones */
function cut(
  object: StoredObject,
  range: string | undefined,
): Pick<StoredObject, 'body' | 'size'> & { readonly range?: string } {
  const { body, size } = object;
  if (range === undefined) return object;
  const [, suffix] = /^bytes=-(\d+)$/.exec(range) ?? [];
  const asked = suffix === undefined ? range : `bytes=${Math.max(0, size - Number(suffix))}-`;
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(asked) ?? [];
  if (first === '' || Number(first) >= size)
    throw refusal('InvalidRange', 416, 'The requested range is not satisfiable');
  const end = Math.min(size, last === '' ? size : Number(last) + 1);
  const isWhole = size === body.length;
  return {
    body: isWhole ? body.subarray(Number(first), end) : body,
    size: end - Number(first),
    range: `bytes ${first}-${end - 1}/${size}`,
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  throw new Error('This S3 takes texts and bytes, no streams');
}

function checkSum(body: Uint8Array, expected: string | undefined): void {
  if (expected !== undefined && expected !== sha256(body))
    throw refusal('BadDigest', 400, 'The SHA256 you specified did not match the calculated checksum');
}

function md5(body: Uint8Array): Buffer {
  return createHash('md5').update(body).digest();
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64');
}

function missing(bucket: MemoryBucket, key: string, versionId: string | undefined): S3ServiceException {
  if (versionId === undefined) return noSuchKey(key);
  const isMarker = bucket.objects.get(key)?.some((one) => one.versionId === versionId);
  return isMarker
    ? refusal('MethodNotAllowed', 405, 'The specified method is not allowed against this resource')
    : refusal('NoSuchVersion', 404, 'The specified version does not exist');
}

function noSuchKey(key: string): NoSuchKey {
  return new NoSuchKey({
    message: `The specified key does not exist: ${key}`,
    $metadata: { httpStatusCode: 404 },
  });
}

function refusal(name: string, httpStatusCode: number, message: string): S3ServiceException {
  return new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message });
}
