import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Client, createClient } from '@pressroom/client/create-client';
import type { UploadOptions } from '@pressroom/client/upload';
import { findDynoxide, startDynoxide } from '@pressroom/local-aws/dynamodb/start-dynoxide';
import { createPorts } from '@pressroom/local-aws/endpoint/free-ports';
import { startMinistack } from '@pressroom/local-aws/ministack/start-ministack';
import { type Cloud, startCloud } from '@pressroom/local-aws/start-cloud';
import { isTerminal } from '../../domain/jobs/job.ts';
import type { JobResponse } from '../../local/demo/follow-job.ts';
import { seedSampleUsers, signIn } from '../../local/sample-users.ts';
import { synthesise } from '../../local/synthesise.ts';
import { addConsumed, countDynamodb, countS3, newTally, type Tally } from './counting-proxy.ts';

export const company = 'bench';

export interface BenchFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface BenchCloudOptions {
  /** Whether calls pass the counting proxies. They take time: switch them off to measure time. */
  readonly counted?: boolean;
  /** `memory`: the emulator of DynamoDB keeps its tables in memory and does not wait for the disk. */
  readonly database?: 'file' | 'memory';
  /** Settings of the deployment, as `cdk deploy -c` takes them. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface BenchCloud {
  readonly api: Client;
  readonly cloud: Cloud;
  /** Both with the root key. Their calls are not counted. */
  readonly s3: S3Client;
  readonly documents: DynamoDBDocumentClient;
  /** The addresses behind the endpoint of the cloud; those of the counting proxies if calls are counted. */
  readonly backends: { readonly s3: string; readonly dynamodb: string };
  /** An output of the stacks. */
  output(name: string): string;
  /** Counts the cost of an action, including everything that follows it. */
  measure(work: () => Promise<unknown>): Promise<Tally>;
  /** Uploads files and waits for the end of the job. */
  upload(files: readonly BenchFile[], options?: UploadOptions): Promise<JobResponse>;
  until(jobId: string): Promise<JobResponse>;
  stop(): Promise<void>;
}

/** Milliseconds. An invalidation or the end of a job follows an action within this time. */
const quiet = 1_000;

export async function startBenchCloud(options: BenchCloudOptions = {}): Promise<BenchCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    return await start(options, folder, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { counted = true, database: kept = 'file', context = {} }: BenchCloudOptions,
  folder: string,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<BenchCloud> {
  const assembly = join(folder, 'assembly');
  await synthesise(assembly, context);
  const backends = join(folder, 'backends');
  await mkdir(backends);
  const shared = {
    stateFolder: backends,
    logFolder: backends,
    port: createPorts(join(backends, 'ports.json')),
    log: () => {},
  };
  const program = findDynoxide();
  if (!program)
    throw new Error('Dynoxide, which reports the consumed capacity, has no binary for this platform');
  const dynoxide = await startDynoxide({ ...shared, program, inMemory: kept === 'memory' });
  stops.push(() => dynoxide.process.stop());
  const ministack = await startMinistack({
    ...shared,
    setting: process.env.PRESSROOM_MINISTACK,
    account: '000000000000',
    region: 'us-east-1',
    moreServices: [],
  });
  stops.push(async () => ministack.process?.stop());

  let tally = newTally();
  let last = Date.now();
  let tables = new Map<string, string>();
  const addresses = { s3: ministack.endpoint, dynamodb: dynoxide.endpoint };
  if (counted) {
    const s3Proxy = await countS3(ministack.endpoint, (kind) => {
      tally[kind] += 1;
      last = Date.now();
    });
    stops.push(() => s3Proxy.stop());
    const dynamodbProxy = await countDynamodb(dynoxide.endpoint, (operation, consumed) => {
      addConsumed(tally, operation, consumed, (table) => tables.get(table) ?? table);
      last = Date.now();
    });
    stops.push(() => dynamodbProxy.stop());
    Object.assign(addresses, { s3: s3Proxy.address, dynamodb: dynamodbProxy.address });
  }

  const { accessKeyId, secretAccessKey } = ministack.rootCredentials;
  const withKey = new URL(addresses.s3);
  withKey.username = encodeURIComponent(accessKeyId);
  withKey.password = encodeURIComponent(secretAccessKey);
  const cloud = await startCloud({
    assembly,
    stateFolder: join(folder, 'cloud'),
    settings: { ministack: withKey.href, dynamodb: addresses.dynamodb },
  });
  stops.push(() => cloud.stop());
  const output = (name: string) => {
    const value = cloud.outputs[name];
    if (value === undefined) throw new Error(`The local cloud has no ${name}`);
    return value;
  };
  tables = new Map(['AssetTable', 'JobTable'].map((name) => [output(name), name]));

  const connection = { region: cloud.region, credentials: cloud.rootCredentials };
  const cognito = new CognitoIdentityProviderClient({ ...connection, endpoint: cloud.ministackEndpoint });
  const database = new DynamoDBClient({ ...connection, endpoint: dynoxide.endpoint });
  const s3 = new S3Client({ ...connection, endpoint: ministack.endpoint, forcePathStyle: true });
  stops.push(async () => {
    for (const client of [cognito, database, s3]) client.destroy();
  });
  const directory = {
    cognito,
    dynamodb: database,
    userPoolId: output('UserPoolId'),
    clientId: output('UserPoolClientId'),
    jobTable: output('JobTable'),
  };
  const logins = await seedSampleUsers(directory, company, folder);
  const admin = logins.find(({ role }) => role === 'admin');
  const address = cloud.addresses.api;
  if (!admin || address === undefined) throw new Error('The local cloud has no admin or no API');
  const token = await signIn(directory, admin);
  const api = createClient(address, ({ renew }) => (renew ? signIn(directory, admin) : token), { company });

  const until = async (jobId: string): Promise<JobResponse> => {
    for (;;) {
      const job = await api.call('readJob', { params: { jobId } });
      if (isTerminal(job.status)) return job;
      await wait(50);
    }
  };
  return {
    api,
    cloud,
    backends: addresses,
    s3,
    documents: DynamoDBDocumentClient.from(database, { marshallOptions: { removeUndefinedValues: true } }),
    output,
    async measure(work) {
      await settle();
      tally = newTally();
      await work();
      await settle();
      return tally;
    },
    async upload(files, options = {}) {
      const { job } = await api.upload(
        files.map(({ name, type, bytes }) => ({ name, type, content: new Blob([new Uint8Array(bytes)]) })),
        options,
      );
      return until(job.id);
    },
    until,
    stop,
  };

  async function settle(): Promise<void> {
    while (Date.now() - last < quiet) await wait(quiet / 10);
  }
}
