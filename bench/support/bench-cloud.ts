/** A local cloud whose backends are counted, with a company and a signed-in user. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isTerminal, type Job } from '../../domain/job/job.ts';
import { type ApiClient, createApiClient } from '../../local/api-client.ts';
import { findDynoxide, startDynoxide } from '../../local/dynamodb/start-dynoxide.ts';
import { createPorts } from '../../local/endpoint/free-ports.ts';
import { startMinistack } from '../../local/ministack/start-ministack.ts';
import { seedPeople, signIn } from '../../local/people.ts';
import { startCloud } from '../../local/start-cloud.ts';
import { synthesise } from '../../local/synthesise.ts';
import { addConsumed, countDynamodb, countS3, newTally, type Tally } from './counting-proxy.ts';

export const company = 'bench';

export interface BenchFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface BenchCloud {
  readonly api: ApiClient;
  /** Does something and tells what it cost, with all that followed it. */
  measure(work: () => Promise<unknown>): Promise<Tally>;
  /** Uploads files and waits for the end of the job. */
  upload(files: readonly BenchFile[], options?: { publishAfterUploading?: boolean }): Promise<Job>;
  until(jobId: string): Promise<Job>;
  stop(): Promise<void>;
}

/** A flush, the end of a job: whatever follows an action has come within this. Milliseconds. */
const quiet = 1_000;

export async function startBenchCloud(): Promise<BenchCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    return await start(folder, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  folder: string,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<BenchCloud> {
  const assembly = join(folder, 'assembly');
  await synthesise(assembly);
  const backends = join(folder, 'backends');
  await mkdir(backends);
  const shared = {
    stateFolder: backends,
    logFolder: backends,
    port: createPorts(join(backends, 'ports.json')),
    log: () => {},
  };
  const program = findDynoxide();
  if (!program) throw new Error('Dynoxide, which tells what calls consume, has no binary for this platform');
  const dynoxide = await startDynoxide({ ...shared, program });
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
  const s3 = await countS3(ministack.endpoint, (kind) => {
    tally[kind] += 1;
    last = Date.now();
  });
  stops.push(() => s3.stop());
  const dynamodb = await countDynamodb(dynoxide.endpoint, (operation, consumed) => {
    addConsumed(tally, operation, consumed, (table) => tables.get(table) ?? table);
    last = Date.now();
  });
  stops.push(() => dynamodb.stop());

  const { accessKeyId, secretAccessKey } = ministack.rootCredentials;
  const withKey = new URL(s3.address);
  withKey.username = encodeURIComponent(accessKeyId);
  withKey.password = encodeURIComponent(secretAccessKey);
  const cloud = await startCloud({
    assembly,
    stateFolder: join(folder, 'cloud'),
    settings: { ministack: withKey.href, dynamodb: dynamodb.address },
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
  const database = new DynamoDBClient({ ...connection, endpoint: cloud.ownEndpoint });
  stops.push(async () => {
    cognito.destroy();
    database.destroy();
  });
  const directory = {
    cognito,
    dynamodb: database,
    userPoolId: output('UserPoolId'),
    clientId: output('UserPoolClientId'),
    jobTable: output('JobTable'),
  };
  const logins = await seedPeople(directory, company, folder);
  const admin = logins.find(({ role }) => role === 'admin');
  const address = cloud.addresses.api;
  if (!admin || address === undefined) throw new Error('The local cloud has no admin or no API');
  const api = createApiClient(address, company, await signIn(directory, admin));

  const until = async (jobId: string): Promise<Job> => {
    for (;;) {
      const job = await api.call<Job>('GET', `/jobs/${jobId}`);
      if (isTerminal(job.status)) return job;
      await wait(50);
    }
  };
  return {
    api,
    async measure(work) {
      await settle();
      tally = newTally();
      await work();
      await settle();
      return tally;
    },
    async upload(files, options = {}) {
      const { job, files: places } = await api.call<{
        job: Job;
        files: { url: string; headers: Record<string, string> }[];
      }>('POST', '/uploads', {
        ...options,
        files: files.map(({ name, type, bytes }) => ({
          name,
          type,
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('base64'),
        })),
      });
      for (const [index, place] of places.entries()) {
        const response = await fetch(place.url, {
          method: 'PUT',
          headers: place.headers,
          body: new Uint8Array(files[index]?.bytes ?? []),
        });
        if (!response.ok) throw new Error(`An upload answered ${response.status}: ${await response.text()}`);
      }
      return until(job.id);
    },
    until,
    stop,
  };

  async function settle(): Promise<void> {
    while (Date.now() - last < quiet) await wait(quiet / 10);
  }
}
