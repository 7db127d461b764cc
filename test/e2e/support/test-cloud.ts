import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { toApiError } from '@pressroom/client/api-error';
import type {
  OperationBody,
  OperationItem,
  OperationName,
  OperationResponse,
} from '@pressroom/client/create-client';
import { type Client, createClient, type OperationRequest } from '@pressroom/client/create-client';
import { type Cloud, type CloudOptions, startCloud } from '@pressroom/local-aws/start-cloud';
import { expect, inject, vi } from 'vitest';
import type { Role } from '../../../domain/companies/role.ts';
import { type Delivered, fetchDelivered } from '../../../local/fetch-delivered.ts';
import { type Directory, seedSampleUsers, signIn } from '../../../local/sample-users.ts';

export const company = 'brightside';

export interface TestFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly type: string;
}

export type JobResponse = OperationResponse<'readJob'>;
export type LogEntry = OperationItem<'readJobLog'>;

/** A file that is sent with one PUT. */
export type PresignedFile = Extract<
  OperationResponse<'createUpload'>['files'][number],
  { readonly url: string }
>;

/** A file that was sent. */
export interface SentFile {
  /** Number of the file in its job. */
  readonly file: number;
  readonly assetId: string;
}

/** The body that an operation accepts. */
export type BodyOf<Name extends OperationName> = NonNullable<OperationRequest<Name>['body']>;

/** Settings of an upload job. */
export type UploadOptions = Omit<OperationBody<'createUpload'>, 'files'>;

export interface TestCloud {
  readonly cloud: Cloud;
  /** Address of the API, without `/v1`. */
  readonly apiUrl: string;
  readonly directory: Directory;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** The client of a member with this role. */
  as(role: Role, inCompany?: string): Client;
  /**
   * A request that the client's types refuse: wrong values, unknown paths, other companies.
   * @param path below `/v1/companies/{company}`
   */
  raw(role: Role, method: string, path: string, body?: unknown, inCompany?: string): Promise<unknown>;
  token(role: Role): string;
  /** Asks for presigned uploads and sends the bytes. */
  upload(
    files: readonly TestFile[],
    options?: UploadOptions,
  ): Promise<{ job: JobResponse; files: SentFile[] }>;
  presign(
    files: readonly TestFile[],
    options?: UploadOptions,
  ): Promise<{ job: JobResponse; files: PresignedFile[] }>;
  /** Waits until the job has one of the statuses. */
  until(jobId: string, ...statuses: JobResponse['status'][]): Promise<JobResponse>;
  wholeLog(jobId: string): Promise<LogEntry[]>;
  deliver(pathOrUrl: string, headers?: Record<string, string>): Promise<Delivered>;
  stop(): Promise<void>;
}

/**
 * @param assembly another one than the synthesised one, for a test that changes the template
 * @param keptFolder a state folder that is kept after the stop, for a test that starts the cloud again
 * @param more further options of the cloud
 */
export async function startTestCloud(
  assembly = inject('assembly'),
  keptFolder?: string,
  more: Pick<CloudOptions, 'schedulerClock'> = {},
): Promise<TestCloud> {
  const stateFolder = keptFolder ?? (await mkdtemp(join(tmpdir(), 'pressroom-cloud-')));
  const cloud = await startCloud({ assembly, stateFolder, ...more });
  const connection = { region: cloud.region, credentials: cloud.rootCredentials };
  const s3 = new S3Client({ ...connection, endpoint: cloud.ministackEndpoint, forcePathStyle: true });
  const sqs = new SQSClient({ ...connection, endpoint: cloud.ministackEndpoint });
  const directory: Directory = {
    cognito: new CognitoIdentityProviderClient({ ...connection, endpoint: cloud.ministackEndpoint }),
    dynamodb: new DynamoDBClient({ ...connection, endpoint: cloud.ownEndpoint }),
    userPoolId: required(cloud.outputs.UserPoolId, 'UserPoolId'),
    clientId: required(cloud.outputs.UserPoolClientId, 'UserPoolClientId'),
    jobTable: required(cloud.outputs.JobTable, 'JobTable'),
  };
  const logins = await seedSampleUsers(directory, company, stateFolder);
  const tokens = new Map<Role, string>();
  for (const login of logins) tokens.set(login.role, await signIn(directory, login));
  const certificate = await readFile(cloud.certificateFile, 'utf8');
  const api = required(cloud.addresses.api, 'api');
  const delivery = required(cloud.addresses.delivery, 'delivery');
  const token = (role: Role) => required(tokens.get(role), role);
  const as: TestCloud['as'] = (role, inCompany = company) =>
    createClient(api, () => token(role), { company: inCompany });

  const presign: TestCloud['presign'] = async (files, options = {}) => {
    const upload = await as('user').call('createUpload', {
      body: {
        ...options,
        files: files.map((file) => ({
          name: file.name,
          bytes: file.bytes.length,
          type: file.type,
          sha256: createHash('sha256').update(file.bytes).digest('base64'),
        })),
      },
    });
    return { job: upload.job, files: upload.files.filter((file) => 'url' in file) };
  };

  return {
    cloud,
    apiUrl: api,
    directory,
    s3,
    sqs,
    as,
    token,
    presign,
    async raw(role, method, path, body, inCompany = company) {
      const response = await fetch(`${api}/v1/companies/${inCompany}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token(role)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw await toApiError(`${method} ${path}`, response);
      return response.json();
    },
    async upload(files, options = {}) {
      const response = await as('user').upload(
        files.map(({ name, type, bytes }) => ({ name, type, content: new Blob([new Uint8Array(bytes)]) })),
        options,
      );
      const sent = response.files.flatMap(({ status, file, assetId }): SentFile[] =>
        status === 'sent' && file !== undefined && assetId !== undefined ? [{ file, assetId }] : [],
      );
      return { job: response.job, files: sent };
    },
    async until(jobId, ...statuses) {
      return vi.waitFor(
        async () => {
          const job = await as('viewer').call('readJob', { params: { jobId } });
          expect(statuses, `${job.name}: ${JSON.stringify(job.counts)}`).toContain(job.status);
          return job;
        },
        { timeout: 60_000, interval: 100 },
      );
    },
    async wholeLog(jobId) {
      const entries: LogEntry[] = [];
      for await (const entry of as('viewer').all('readJobLog', { params: { jobId } })) entries.push(entry);
      return entries;
    },
    deliver: (pathOrUrl, headers = {}) =>
      fetchDelivered(
        pathOrUrl.startsWith('https:') ? pathOrUrl : `${delivery}${pathOrUrl}`,
        certificate,
        headers,
      ),
    async stop() {
      for (const client of [s3, sqs, directory.cognito, directory.dynamodb]) client.destroy();
      await cloud.stop();
      if (!keptFolder) await rm(stateFolder, { recursive: true, force: true });
    },
  };
}

/** Sends the bytes to the presigned URL. */
export async function send(file: PresignedFile, bytes: Buffer): Promise<void> {
  const response = await fetch(file.url, {
    method: 'PUT',
    headers: file.headers,
    body: new Uint8Array(bytes),
  });
  expect(response.status, `${file.name}: ${await response.text()}`).toBe(200);
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The local cloud has no ${name}`);
  return value;
}
