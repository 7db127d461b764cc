/** A local cloud of its own for a test file, with a company, its people, and what tests do with them. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, type CloudOptions, startCloud } from '@pressroom/local-aws/start-cloud';
import { expect, inject, vi } from 'vitest';
import type { Role } from '../../../domain/companies/role.ts';
import type { Job } from '../../../domain/jobs/job.ts';
import { type ApiClient, createApiClient } from '../../../local/api-client.ts';
import { type Delivered, fetchDelivered } from '../../../local/fetch-delivered.ts';
import { type Directory, seedSampleUsers, signIn } from '../../../local/sample-users.ts';

export const company = 'brightside';

export interface TestFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly type: string;
}

export interface PresignedFile {
  readonly file: number;
  readonly name: string;
  readonly assetId: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AssetResponse {
  readonly id: string;
  readonly version: number;
  readonly intent: string;
  readonly published: boolean;
  readonly publications: Readonly<Record<string, { version: number }>>;
  readonly urls: Readonly<Record<string, string>>;
}

export interface UploadOptions {
  readonly publishAfterUploading?: boolean;
  readonly folder?: string;
  readonly overwrite?: boolean;
  readonly preservePublishState?: boolean;
}

export interface LogPage {
  readonly items: readonly { outcome: string; asset?: string; server?: string; message: string }[];
  readonly next?: string;
}

export interface TestCloud {
  readonly cloud: Cloud;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** The company's API as seen by one role. */
  as(role: Role): ApiClient;
  token(role: Role): string;
  /** Asks for presigned uploads and sends the bytes. */
  upload(files: readonly TestFile[], options?: UploadOptions): Promise<{ job: Job; files: PresignedFile[] }>;
  presign(files: readonly TestFile[], options?: UploadOptions): Promise<{ job: Job; files: PresignedFile[] }>;
  /** Waits until the job is in one of the states. */
  until(jobId: string, ...statuses: Job['status'][]): Promise<Job>;
  wholeLog(jobId: string): Promise<LogPage['items'][number][]>;
  deliver(pathOrUrl: string, headers?: Record<string, string>): Promise<Delivered>;
  stop(): Promise<void>;
}

/**
 * @param assembly another than the synthesised one, for a test that changes the template
 * @param keptFolder a state folder that outlives the cloud, for a test that starts it again
 * @param more what else the cloud is started with
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
  const as = (role: Role) => createApiClient(api, company, token(role));

  const presign: TestCloud['presign'] = (files, options = {}) =>
    as('user').call('POST', '/uploads', {
      ...options,
      files: files.map((file) => ({
        name: file.name,
        bytes: file.bytes.length,
        type: file.type,
        sha256: createHash('sha256').update(file.bytes).digest('base64'),
      })),
    });

  return {
    cloud,
    s3,
    sqs,
    as,
    token,
    presign,
    async upload(files, options = {}) {
      const response = await presign(files, options);
      for (const [index, file] of response.files.entries())
        await send(file, required(files[index], file.name).bytes);
      return response;
    },
    async until(jobId, ...statuses) {
      return vi.waitFor(
        async () => {
          const job = await as('viewer').call<Job>('GET', `/jobs/${jobId}`);
          expect(statuses, `${job.name}: ${JSON.stringify(job.counts)}`).toContain(job.status);
          return job;
        },
        { timeout: 60_000, interval: 100 },
      );
    },
    async wholeLog(jobId) {
      const lines: LogPage['items'][number][] = [];
      let next: string | undefined;
      do {
        const page: LogPage = await as('viewer').call(
          'GET',
          `/jobs/${jobId}/log${next ? `?cursor=${encodeURIComponent(next)}` : ''}`,
        );
        lines.push(...page.items);
        next = page.next;
      } while (next);
      return lines;
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

/** Puts the bytes where the presigned URL says. */
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
