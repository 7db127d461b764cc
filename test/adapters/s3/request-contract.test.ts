/**
 * Every request to S3 that the adapters send, as it leaves the true client, against what S3 documents for the operation:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html. Emulators are more
 * lenient than S3. A command that is added to an adapter without a call here fails the last test.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Client } from '../../../adapters/runtime/aws-clients.ts';
import { temporaryFiles } from '../../../adapters/runtime/temporary-files.ts';
import { readLogFile } from '../../../adapters/s3/access-logs.ts';
import { directoryFiles } from '../../../adapters/s3/directory-files.ts';
import { indexFiles } from '../../../adapters/s3/index-files.ts';
import { jobLogs } from '../../../adapters/s3/job-logs.ts';
import { libraryObjects } from '../../../adapters/s3/library-objects.ts';
import { logExports } from '../../../adapters/s3/log-exports.ts';
import { masterDownloads } from '../../../adapters/s3/master-downloads.ts';
import { readMasterFile } from '../../../adapters/s3/master-file.ts';
import { readMasterRange } from '../../../adapters/s3/master-range.ts';
import { masterVersionExists } from '../../../adapters/s3/master-versions.ts';
import { originBuckets, originCopies } from '../../../adapters/s3/origin-copies.ts';
import { findOriginObject, openOriginObject } from '../../../adapters/s3/origin-object.ts';
import { planFiles } from '../../../adapters/s3/plan-files.ts';
import { servedImageSettings } from '../../../adapters/s3/served-image-settings.ts';
import { setFiles } from '../../../adapters/s3/set-files.ts';
import { sourceLists } from '../../../adapters/s3/source-lists.ts';
import { listSourceObjects, openSourceObject } from '../../../adapters/s3/source-objects.ts';
import { storedBytes } from '../../../adapters/s3/stored-bytes.ts';
import { textObjects } from '../../../adapters/s3/text-objects.ts';
import {
  copyToMasters,
  deleteUploadObject,
  findStaged,
  putReduction,
  putRendition,
  putStaged,
  readStaged,
  stageEmpty,
} from '../../../adapters/s3/upload-object.ts';
import {
  abortMultipartUpload,
  beginMultipartUpload,
  completeMultipartUpload,
  listUploadParts,
} from '../../../adapters/s3/upload-parts.ts';
import { signPart, signUpload } from '../../../adapters/s3/upload-urls.ts';
import { zipDownloads } from '../../../adapters/s3/zip-downloads.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { anAsset, company, jobIdOf } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';

interface Captured {
  /** Name of the command without its ending. */
  readonly command: string;
  /** The adapter that sent it. */
  readonly file: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the body: one that is no text is longer or shorter than its text. */
  readonly bytes: number;
}

interface Rule {
  readonly method: string;
  /** Headers of S3 that the operation documents and that this project may send. */
  readonly headers: readonly string[];
  /** Parameters of the query; those in `required` must be there. */
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

const content = ['content-type', 'cache-control', 'x-amz-meta-'];
const putChecksums = ['x-amz-checksum-', 'x-amz-sdk-checksum-algorithm'];

/** The documented contract, as far as this project uses it. Not here, so refused: ACL, tagging, storage class, encryption. */
const contract: Readonly<Record<string, Rule>> = {
  PutObject: { method: 'PUT', headers: [...content, ...putChecksums, 'if-match', 'if-none-match'] },
  GetObject: {
    method: 'GET',
    headers: ['range', 'x-amz-checksum-mode', 'if-match', 'if-none-match'],
    optional: ['versionId', 'response-content-disposition'],
  },
  HeadObject: { method: 'HEAD', headers: ['x-amz-checksum-mode'], optional: ['versionId'] },
  DeleteObject: { method: 'DELETE', headers: [], optional: ['versionId'] },
  CopyObject: {
    method: 'PUT',
    headers: [...content, 'x-amz-copy-source', 'x-amz-metadata-directive'],
  },
  ListObjectsV2: {
    method: 'GET',
    headers: [],
    required: ['list-type'],
    optional: ['prefix', 'start-after', 'delimiter', 'continuation-token'],
  },
  ListObjectVersions: {
    method: 'GET',
    headers: [],
    required: ['versions'],
    optional: ['prefix', 'key-marker', 'version-id-marker'],
  },
  ListParts: { method: 'GET', headers: [], required: ['uploadId'], optional: ['part-number-marker'] },
  CreateMultipartUpload: {
    method: 'POST',
    headers: [...content, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    required: ['uploads'],
  },
  UploadPart: {
    method: 'PUT',
    headers: ['content-type', ...putChecksums],
    required: ['partNumber', 'uploadId'],
  },
  UploadPartCopy: {
    method: 'PUT',
    headers: ['x-amz-copy-source', 'x-amz-copy-source-range'],
    required: ['partNumber', 'uploadId'],
  },
  CompleteMultipartUpload: {
    method: 'POST',
    headers: ['content-type', 'x-amz-checksum-type'],
    required: ['uploadId'],
  },
  AbortMultipartUpload: { method: 'DELETE', headers: [], required: ['uploadId'] },
};

/** Of HTTP, of the signature and of the SDK. */
const anyOperation = [
  ...['host', 'content-length', 'user-agent', 'x-amz-user-agent', 'authorization', 'expect'],
  ...[
    'x-amz-date',
    'x-amz-content-sha256',
    'x-amz-security-token',
    'amz-sdk-invocation-id',
    'amz-sdk-request',
  ],
];

const captured: Captured[] = [];
let client: S3Client;
let handlerBefore: S3Client['config']['requestHandler'];
const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
const before = { ...process.env };

/** What S3 would respond, as far as the adapters read it. */
function responseTo(command: string, key: string): { body: string; headers?: Record<string, string> } {
  const etag = '<ETag>&quot;e&quot;</ETag>';
  switch (command) {
    case 'CreateMultipartUpload':
      return {
        body: `<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>`,
      };
    case 'CopyObject':
      return { body: `<CopyObjectResult>${etag}</CopyObjectResult>`, headers: { 'x-amz-version-id': 'v2' } };
    case 'UploadPartCopy':
      return { body: `<CopyPartResult>${etag}</CopyPartResult>` };
    case 'CompleteMultipartUpload':
      return {
        body: `<CompleteMultipartUploadResult>${etag}</CompleteMultipartUploadResult>`,
        headers: { 'x-amz-version-id': 'v2' },
      };
    case 'ListParts':
      return { body: '<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>' };
    case 'ListObjectVersions':
      return { body: '<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>' };
    case 'ListObjectsV2':
      return { body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' };
    case 'GetObject':
      if (key.includes('images.json')) return { body: '{"presets":[]}', headers: { etag: '"e"' } };
      return { body: key.includes('set') ? '{"type":"image-set","members":[]}' : '{"rounds":1}' };
    case 'HeadObject':
      // Of a search index, whose parts are read by their sizes.
      return {
        body: '',
        headers: {
          'content-length': key.includes('_search') ? '10' : '0',
          etag: '"e"',
          'x-amz-version-id': 'v2',
          'last-modified': 'Tue, 24 Nov 2026 10:00:00 GMT',
        },
      };
    default:
      return {
        body: '',
        headers: { etag: '"e"', 'x-amz-version-id': 'v2', 'last-modified': 'Tue, 24 Nov 2026 10:00:00 GMT' },
      };
  }
}

beforeAll(async () => {
  Object.assign(process.env, environment);
  client = s3Client();
  handlerBefore = client.config.requestHandler;
  const pending: { command: string; file: string }[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context.commandName).replace(/Command$/, '');
      const file = /adapters\/s3\/[\w-]+\.ts/.exec((new Error().stack ?? '').replaceAll('\\', '/'))?.[0];
      pending.push({ command, file: file ?? callers.at(-1) ?? '' });
      return next(args);
    },
    { step: 'initialize', name: 'capture', priority: 'high' },
  );
  client.config.requestHandler = {
    ...handlerBefore,
    handle: async (request: {
      method: string;
      path: string;
      query: Record<string, string>;
      headers: Record<string, string>;
      body?: unknown;
    }) => {
      const { command = '', file = '' } = pending.shift() ?? {};
      const { method, path, query, headers, body } = request;
      const bytes = body instanceof Uint8Array ? body.byteLength : Buffer.byteLength(textOf(body));
      captured.push({ command, file, method, path, query, headers, body: textOf(body), bytes });
      const { body: text, headers: more = {} } = responseTo(command, path);
      return {
        response: {
          statusCode: 200,
          headers: { 'content-length': String(text.length), ...more },
          body: Readable.from([Buffer.from(text)]),
        },
      };
    },
  } as unknown as typeof handlerBefore;
  for (const [file, call] of calls) {
    callers.push(file);
    await call(client);
  }
});

afterAll(() => {
  client.middlewareStack.remove('capture');
  client.config.requestHandler = handlerBefore;
  for (const name of Object.keys(environment)) {
    const value = before[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** Adapters whose calls are being made. */
const callers: string[] = [];
const signed: { readonly file: string; readonly command: string; readonly url: URL }[] = [];

const buckets = originBuckets(cloudNames);
const masters = cloudNames.MASTERS_BUCKET;
const jobs = cloudNames.JOBS_BUCKET;
const gibibyte = 1024 ** 3;
const sha256 = Buffer.alloc(32, 7).toString('base64');
const odd = anAsset({ id: 'Straße (1) + ünï & co=%', masterKey: 'luma/Straße (1) + ünï & co=%' });
const place = { company, jobId: jobIdOf(1) };
const entry = { at: '2026-11-24T10:00:00.000Z', outcome: 'recorded', message: 'Begun' } as const;
const staged = stagedKey(company, jobIdOf(1), 1);

/** Each function of the adapters that sends something, with names that need encoding. */
const calls: readonly (readonly [file: string, call: (s3: S3Client) => Promise<unknown>])[] = [
  [
    'adapters/s3/origin-copies.ts',
    async (s3) => {
      const { copyToOrigin, deleteFromOrigin } = originCopies(s3, masters, buckets);
      const object = { server: 'image-serving', key: `luma/image/${odd.id}` } as const;
      await copyToOrigin(odd, object);
      await copyToOrigin({ ...odd, bytes: 2 * gibibyte }, object);
      await deleteFromOrigin(object);
    },
  ],
  [
    'adapters/s3/upload-object.ts',
    async (s3) => {
      let isSaved = false;
      await findStaged(s3, 'uploads', staged);
      await readStaged(s3, 'uploads', staged, { first: 0, length: 10 });
      await copyToMasters(
        s3,
        { uploads: 'uploads', masters },
        { source: staged, target: odd.masterKey, bytes: 10, type: 'image/jpeg' },
      );
      await copyToMasters(
        s3,
        { uploads: 'uploads', masters },
        { source: staged, target: odd.masterKey, bytes: 2 * gibibyte, type: 'video/mp4' },
        {
          findCopy: async () => 'upload',
          saveCopy: async (_, id) => id,
          removeCopy: async () => undefined,
          hasTime: () => true,
        },
      );
      await copyToMasters(
        s3,
        { uploads: 'uploads', masters },
        { source: staged, target: odd.masterKey, bytes: 2 * gibibyte, type: 'video/mp4' },
        {
          // A parallel call saves its upload between the two.
          findCopy: async () => (isSaved ? 'another' : undefined),
          saveCopy: async () => {
            isSaved = true;
            return 'another';
          },
          removeCopy: async () => undefined,
          hasTime: () => false,
        },
      ).catch(() => undefined);
      await putRendition(s3, masters, {
        target: odd.masterKey,
        bytes: Buffer.from('png'),
        type: 'image/png',
      });
      await putReduction(s3, masters, 'luma', { divisor: 4, bytes: Buffer.from('jpeg') });
      await putStaged(s3, 'uploads', staged, { bytes: Buffer.from('png'), type: 'image/png', sha256 });
      await deleteUploadObject(s3, masters, staged, 'v1');
      await stageEmpty(s3, 'uploads', staged);
    },
  ],
  [
    'adapters/s3/upload-parts.ts',
    async (s3) => {
      const id = await beginMultipartUpload(s3, 'uploads', staged, 'video/mp4');
      const parts = [1, 2].map((part) => ({ part, etag: '"e"', sha256 }));
      await completeMultipartUpload(s3, 'uploads', staged, id, parts);
      await listUploadParts(s3, 'uploads', staged, id);
      await abortMultipartUpload(s3, 'uploads', staged, id);
    },
  ],
  [
    'adapters/s3/source-objects.ts',
    async (s3) => {
      const source = { kind: 's3', bucket: 'source', prefix: 'web/ä b+', changedOnly: true } as const;
      for (const below of [true, false]) for await (const _ of listSourceObjects(s3, { ...source, below }));
      const opened = await openSourceObject(s3, 'source', 'web/ä b+');
      await opened.readRange?.(0, 10);
      opened.close();
    },
  ],
  [
    'adapters/s3/source-lists.ts',
    async (s3) => {
      const { ensureSourceList, findSourceList } = sourceLists(s3, jobs);
      await ensureSourceList(company, jobIdOf(1), { files: [], unchanged: 0, more: false });
      await findSourceList(company, jobIdOf(1));
    },
  ],
  [
    'adapters/s3/log-exports.ts',
    async (s3) => {
      const { findExport, readProgress, writeProgress, beginExport, sendExportPart, completeExport } =
        logExports(s3, jobs);
      const key = '_30-days/luma/log.csv';
      await findExport(key);
      await readProgress(key);
      await writeProgress(key, { at: entry.at, lines: 0, processed: 0 });
      const id = await beginExport(key, 'csv');
      const part = await sendExportPart(key, id, 1, Buffer.from('a line'));
      if (part !== 'missing') await completeExport(key, id, [part]);
    },
  ],
  [
    'adapters/s3/zip-downloads.ts',
    async (s3) => {
      const zips = zipDownloads(s3, jobs);
      const zip = { company, id: jobIdOf(1) };
      await zips.writeDownload({
        ...zip,
        at: entry.at,
        by: 'ann',
        requestedAt: entry.at,
        revision: 0,
        files: 1,
        bytes: 1,
        leftOut: [],
      });
      await zips.findDownload(zip);
      await zips.writeZipList(zip, 0, []);
      await zips.readZipList(zip, 0);
      await zips.findZipProgress(zip, 0);
      await zips.zipExists(zip);
      const uploadId = await zips.beginZip(zip);
      await zips.writeZipProgress(zip, 0, { at: entry.at, uploadId, sent: [], crcs: [] });
      const part = await zips.sendZipPart(zip, uploadId, 1, Buffer.from('part'));
      if (part !== 'missing') await zips.completeZip(zip, uploadId, [part]);
    },
  ],
  [
    'adapters/s3/master-range.ts',
    (s3) =>
      readMasterRange(
        s3,
        masters,
        { masterKey: odd.masterKey, versionId: odd.masterVersionId },
        { from: 3, to: 10 },
      ),
  ],
  [
    'adapters/s3/stored-bytes.ts',
    async (s3) => {
      const { masterBytes, objectBytes } = storedBytes(s3, masters);
      await masterBytes(company, undefined);
      await masterBytes(company, { key: odd.masterKey, versionId: 'v1' });
      await objectBytes('video', company, undefined);
      await objectBytes('video', company, { key: odd.masterKey });
    },
  ],
  [
    'adapters/s3/directory-files.ts',
    async (s3) => {
      const { listFiles, describeFile } = directoryFiles(s3, 'server-directory');
      await listFiles(company, undefined);
      await listFiles(company, odd.masterKey);
      await describeFile({ key: odd.masterKey, bytes: 7, etag: 'e', modified: '2026-11-24T08:30:00.000Z' });
    },
  ],
  [
    'adapters/s3/access-logs.ts',
    async (s3) => void (await readLogFile(s3, 'access-logs', 'cloudfront/1.gz')),
  ],
  [
    'adapters/s3/library-objects.ts',
    async (s3) => {
      const { putRedirect, copyWithinOrigin, deleteMaster, listOrigin } = libraryObjects(
        s3,
        masters,
        buckets,
      );
      const object = { server: 'image-serving', key: `luma/image/${odd.id}` } as const;
      await putRedirect(company, odd.id, 'Büro', object);
      await copyWithinOrigin('image-serving', object.key, 'luma/image/other');
      await deleteMaster(odd);
      await listOrigin('image-serving', object.key);
    },
  ],
  [
    'adapters/s3/set-files.ts',
    async (s3) => {
      const { readSetRecord, putSetRecord } = setFiles(s3, masters);
      await readSetRecord({ masterKey: 'luma/set', masterVersionId: 'v1' });
      await putSetRecord('luma/set', { type: 'image-set', members: [] });
    },
  ],
  [
    'adapters/s3/served-image-settings.ts',
    async (s3) => {
      const settingsOf = servedImageSettings(() => s3, 'image-serving');
      await settingsOf(company, 1_000);
      await settingsOf(company, 1_000);
    },
  ],
  [
    'adapters/s3/index-files.ts',
    async (s3) => {
      const { fetchSnapshot, storeSnapshot, listChanges, readChanges, writeChanges } = indexFiles(s3, jobs);
      const { newFile, removeFile } = temporaryFiles('contract');
      const [stored, fetched] = [newFile(), newFile()];
      writeFileSync(stored, 'index');
      await storeSnapshot(company, stored);
      await fetchSnapshot(company, fetched);
      await writeChanges(company, '1-a', []);
      await listChanges(company, '1');
      await readChanges(company, '1-a').catch(() => undefined);
      for (const file of [stored, fetched]) removeFile(file);
    },
  ],
  ['adapters/s3/master-versions.ts', (s3) => masterVersionExists(s3, masters, odd)],
  [
    'adapters/s3/origin-object.ts',
    async (s3) => {
      await openOriginObject(s3, 'image-serving', odd.id, 1_000);
      await findOriginObject(s3, 'image-serving', odd.id, 1_000);
    },
  ],
  [
    'adapters/s3/origin-object.ts',
    (s3) => openOriginObject(s3, 'masters', odd.masterKey, 1_000, { versionId: 'v', metadata: {} }),
  ],
  ['adapters/s3/master-file.ts', (s3) => readMasterFile(s3, 'masters', odd, 'bytes=0-9', 1_000)],
  [
    'adapters/s3/text-objects.ts',
    async (s3) => {
      const { put, putUnchanged, find } = textObjects(s3, jobs);
      await put('luma/a.json', '{}', 'application/json');
      await putUnchanged('luma/a.json', '', 'application/json', undefined);
      await putUnchanged('luma/a.json', '{}', 'application/json', { text: '', etag: '"e"' });
      await find('luma/a.json');
    },
  ],
  [
    'adapters/s3/job-logs.ts',
    (s3) =>
      jobLogs(s3, jobs)
        .readLog(place.company, place.jobId, { limit: 10 })
        .catch(() => undefined),
  ],
  ['adapters/s3/plan-files.ts', (s3) => planFiles(s3, jobs).writeScope(company, jobIdOf(1), ['ünï'])],
  [
    'adapters/s3/upload-urls.ts',
    async (s3) => {
      const file = { key: staged, bytes: 10, sha256 };
      const put = await signUpload(s3, 'uploads', { ...file, type: 'image/jpeg' });
      const part = await signPart(s3, 'uploads', { ...file, uploadId: 'upload', part: 1 });
      const original = await masterDownloads(s3, masters).signDownload(
        { key: 'luma/red shoe', versionId: 'v1' },
        'attachment',
        60,
      );
      const get = await logExports(s3, jobs).signExport('_30-days/luma/log.csv', 'attachment', 60);
      const zip = await zipDownloads(s3, jobs).signZip({ company, id: jobIdOf(1) }, 'attachment', 60);
      signed.push(
        { file: 'adapters/s3/zip-downloads.ts', command: 'GetObject', url: new URL(zip) },
        { file: 'adapters/s3/upload-urls.ts', command: 'PutObject', url: new URL(put.url) },
        { file: 'adapters/s3/upload-urls.ts', command: 'UploadPart', url: new URL(part.url) },
        { file: 'adapters/s3/log-exports.ts', command: 'GetObject', url: new URL(get) },
        { file: 'adapters/s3/master-downloads.ts', command: 'GetObject', url: new URL(original) },
      );
    },
  ],
];

function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  throw new Error('A body is a stream, so its length and its hash are not known before it is sent');
}

const isNamed = (name: string, names: readonly string[]) =>
  names.some((one) => name === one || (one.endsWith('-') && name.startsWith(one)));

/** @returns what S3 would refuse, or what this project does not intend to send */
function problemsOf({ command, method, query, headers, body, bytes }: Captured): string[] {
  const rule = contract[command];
  if (!rule) return [`${command} is not in the contract`];
  const { required = [], optional = [] } = rule;
  const problems: string[] = [];
  if (method !== rule.method) problems.push(`method ${method}`);
  for (const name of Object.keys(headers).map((one) => one.toLowerCase()))
    if (!isNamed(name, [...anyOperation, ...rule.headers])) problems.push(`header ${name}`);
  for (const name of required) if (!(name in query)) problems.push(`query without ${name}`);
  for (const name of Object.keys(query))
    if (!['x-id', ...required, ...optional].includes(name)) problems.push(`query ${name}`);
  for (const [name, value] of Object.entries(headers))
    if (!/^[\x20-\x7e]*$/.test(value)) problems.push(`header ${name} is not ASCII`);
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  if (metadata.reduce((sum, [name, value]) => sum + name.length - 11 + value.length, 0) > 2_048)
    problems.push('metadata above 2 kB');
  const source = headers['x-amz-copy-source'];
  if (source !== undefined && !/^[\w.-]+\/[\w.~!*'()/%-]+(\?versionId=[\w.%-]+)?$/.test(source))
    problems.push(`copy source ${source} is not encoded`);
  const replaces = headers['x-amz-metadata-directive'] === 'REPLACE';
  if (command === 'CopyObject' && !replaces && (headers['content-type'] !== undefined || metadata.length > 0))
    problems.push('metadata that S3 ignores without the directive REPLACE');
  if (command === 'PutObject' && ![undefined, '*'].includes(headers['if-none-match']))
    problems.push('if-none-match other than *');
  const hash = headers['x-amz-content-sha256'] ?? '';
  if (!/^[0-9a-f]{64}$/.test(hash)) problems.push(`payload is not signed: ${hash}`);
  const sendsBytes = body !== '' || command === 'PutObject' || command === 'UploadPart';
  if (sendsBytes && headers['content-length'] !== String(bytes))
    problems.push(`content-length ${headers['content-length']}`);
  return problems;
}

describe('every request to S3', () => {
  it('follows the contract of its operation', () => {
    const problems = captured.flatMap((request) =>
      problemsOf(request).map((problem) => `${request.file} ${request.command}: ${problem}`),
    );
    expect(captured.length).toBeGreaterThan(40);
    expect(problems).toEqual([]);
  });

  it('names the source of a copy so that S3 finds the key', () => {
    const sources = captured.flatMap(({ headers }) => headers['x-amz-copy-source'] ?? []);
    const keys = sources.map((source) => decodeURIComponent(source.split('?')[0] ?? ''));
    expect(keys).toContain(`${masters}/${odd.masterKey}`);
    expect(keys).toContain(`uploads/${staged}`);
    expect(keys).toContain(`image-serving/luma/image/${odd.id}`);
  });

  it('that is conditional names a condition that its operation knows', () => {
    const conditions = captured.flatMap(({ command, headers }) =>
      ['if-match', 'if-none-match'].flatMap((name) =>
        headers[name] === undefined ? [] : [`${command} ${name} ${headers[name]}`],
      ),
    );
    expect([...new Set(conditions)].sort()).toEqual([
      'GetObject if-match "e"',
      'GetObject if-none-match "e"',
      'PutObject if-match "e"',
      'PutObject if-none-match *',
    ]);
  });
});

/**
 * S3 refuses to complete an upload that names its checksum at the beginning, unless each part has one in both other calls:
 * "The upload was created using a sha256 checksum. The complete request must include the checksum for each part."
 */
describe('a multipart upload', () => {
  const created = () => captured.filter(({ command }) => command === 'CreateMultipartUpload');
  const familyOf = (file: string, command: string) =>
    captured.filter((one) => one.file === file && one.command === command);

  it.each([['of a file that a client sends', 'adapters/s3/upload-parts.ts']])(
    '%s names SHA-256 at the beginning and for each part at the end',
    (_, file) => {
      for (const { headers } of created().filter((one) => one.file === file)) {
        expect(headers['x-amz-checksum-algorithm']).toBe('SHA256');
        expect(headers['x-amz-checksum-type']).toBe('COMPOSITE');
      }
      const ends = familyOf(file, 'CompleteMultipartUpload');
      expect(ends.length).toBeGreaterThan(1);
      for (const { body } of ends) {
        const parts = body.split('<Part>').slice(1);
        expect(parts.length).toBeGreaterThan(0);
        for (const part of parts) expect(part).toMatch(/<ChecksumSHA256>[\w+/]{43}=<\/ChecksumSHA256>/);
      }
    },
  );

  it('of a log, a ZIP file or a search index has the same checksum in its parts', () => {
    const parts = familyOf('adapters/s3/upload-parts.ts', 'UploadPart');
    expect(parts).toHaveLength(3);
    for (const { headers } of parts) {
      expect(headers['x-amz-checksum-sha256']).toMatch(/^[\w+/]{43}=$/);
      expect(headers['x-amz-checksum-crc32']).toBeUndefined();
    }
  });

  it('of a copy names a checksum in all of its calls or in none', () => {
    const file = 'adapters/s3/copy-object.ts';
    const begins = created().filter((one) => one.file === file);
    const ends = familyOf(file, 'CompleteMultipartUpload');
    expect(begins.length).toBeGreaterThan(1);
    expect(ends.length).toBeGreaterThan(1);
    const namesChecksum = begins.map(({ headers }) => headers['x-amz-checksum-algorithm'] !== undefined);
    const hasChecksums = ends.map(({ body }) => /<Checksum/.test(body));
    expect(new Set([...namesChecksum, ...hasChecksums]).size).toBe(1);
  });

  it('numbers its parts from 1 without a gap', () => {
    for (const { body } of captured.filter(({ command }) => command === 'CompleteMultipartUpload')) {
      const numbers = [...body.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) =>
        Number(number),
      );
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });
});

describe('a signed address', () => {
  it('of an upload signs length and checksum as headers, and adds no checksum of the SDK', () => {
    for (const { url } of signed.filter(({ command }) => command !== 'GetObject')) {
      const names = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
      expect(names).toEqual(expect.arrayContaining(['content-length', 'host', 'x-amz-checksum-sha256']));
      const parameters = [...url.searchParams.keys()].map((name) => name.toLowerCase());
      expect(parameters.filter((name) => /checksum|acl|tagging/.test(name))).toEqual([]);
    }
  });

  it('has a lifetime and a payload that is not part of the signature', () => {
    expect(signed).toHaveLength(5);
    for (const { url } of signed) {
      expect(Number(url.searchParams.get('X-Amz-Expires'))).toBeGreaterThan(0);
      expect(Number(url.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(604_800);
      expect(url.searchParams.get('X-Amz-Content-Sha256')).toBe('UNSIGNED-PAYLOAD');
    }
  });
});

it('every command of every adapter was sent', () => {
  const used = globSync('adapters/**/*.ts').flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const names = /import \{([^}]*)\} from '@aws-sdk\/client-s3'/.exec(text)?.[1] ?? '';
    return [...names.matchAll(/\b(\w+)Command\b/g)].map(([, command]) => `${file} ${command}`);
  });
  const sent = new Set([...captured, ...signed].map(({ file, command }) => `${file} ${command}`));
  expect(used.length).toBeGreaterThan(25);
  expect(used.filter((one) => !sent.has(one))).toEqual([]);
});
