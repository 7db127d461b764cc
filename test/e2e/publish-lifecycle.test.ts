import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateListExecutions, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Client } from '@pressroom/client/create-client';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { jobKey, memberKey } from '../../adapters/dynamodb/keys.ts';
import { addsUp } from '../../domain/jobs/counts.ts';
import { isTerminal, type PublishJob } from '../../domain/jobs/job.ts';
import { type ShakenAssembly, shakenFunctions } from './support/faulty-assembly.ts';
import { type LogEntry, startTestCloud, type TestCloud } from './support/test-cloud.ts';

/** Milliseconds after which no further run starts. */
const maxTime = Number(process.env.LIFECYCLE_SECONDS ?? 25) * 1_000;
const seed = Number(process.env.MODEL_SEED ?? 20_261_124);

/** Actions on the jobs of a run, one after the other. */
const action = fc.oneof(
  fc.record({ do: fc.constant('cancel' as const), job: fc.nat(2) }),
  fc.record({ do: fc.constant('force' as const), job: fc.nat(2) }),
  fc.record({ do: fc.constant('stop-execution' as const), job: fc.nat(2) }),
  fc.record({ do: fc.constant('reconcile' as const) }),
  fc.record({ do: fc.constant('look' as const), times: fc.integer({ min: 1, max: 8 }) }),
);

const run = fc.record({
  jobs: fc.array(fc.subarray(['image-serving', 'image-rendering', 'video'] as const, { minLength: 1 }), {
    minLength: 1,
    maxLength: 3,
  }),
  actions: fc.array(action, { maxLength: 5, size: 'max' }),
  crash: fc.constantFrom(0, 0.01, 0.03),
  busy: fc.constantFrom(0, 0.05, 0.2),
  twice: fc.constantFrom(0, 0.2),
  lost: fc.constantFrom(0, 0.7),
});

type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

const companies = ['luma', 'nova', 'alba'];

let busy: HttpServer;
let shakenAssembly: ShakenAssembly;
let test: TestCloud;
let documents: DynamoDBDocumentClient;
let states: SFNClient;

beforeAll(async () => {
  busy = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.writeHead(503).end());
  });
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  shakenAssembly = await shakenFunctions(inject('assembly'), (busy.address() as AddressInfo).port);
  test = await startTestCloud(shakenAssembly.folder);
  const { region, rootCredentials: credentials, ownEndpoint: endpoint } = test.cloud;
  documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region, credentials, endpoint }));
  states = new SFNClient({ region, credentials, endpoint });
});

afterAll(async () => {
  documents?.destroy();
  states?.destroy();
  await test?.stop();
  await shakenAssembly?.remove();
  busy?.closeAllConnections();
  busy?.close();
});

/** A company with a few small pictures. */
async function openCompany(company: string): Promise<{ api: Client; ids: string[] }> {
  const [, payload = ''] = test.token('admin').split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
  await documents.send(
    new PutCommand({
      TableName: test.cloud.outputs.JobTable,
      Item: { ...memberKey(company, sub), company, subject: sub, name: company, role: 'admin' },
    }),
  );
  const api = test.as('admin', company);
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#a31' } })
    .png()
    .toBuffer();
  const upload = await api.upload(
    Array.from({ length: 24 }, (_, index) => ({
      name: `${company}-${index}.png`,
      type: 'image/png',
      content: new Blob([new Uint8Array(bytes)]),
    })),
    { publishAfterUploading: false },
  );
  await untilEnded(company, [upload.job.id], async () => {});
  return { api, ids: upload.files.flatMap((file) => ('assetId' in file ? file.assetId : [])) };
}

async function jobOf(company: string, id: string): Promise<PublishJob> {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: test.cloud.outputs.JobTable,
      Key: jobKey(company, id),
      ConsistentRead: true,
    }),
  );
  if (!Item) throw new Error(`There is no job ${id}`);
  return { ...Item, id } as unknown as PublishJob;
}

/** Waits until jobs have ended, and calls reconcile whenever nothing has changed for a second. */
async function untilEnded(
  company: string,
  ids: readonly string[],
  reconcile: () => Promise<void>,
): Promise<PublishJob[]> {
  let before = '';
  let still = 0;
  for (let looks = 0; ; looks += 1) {
    const jobs = await Promise.all(ids.map((id) => jobOf(company, id)));
    if (jobs.every(({ status }) => isTerminal(status))) return jobs;
    // Sorted, because the table returns the attributes of a map in any order.
    const now = jobs
      .map(({ id, status, counts }) =>
        [id, status, counts.total, counts.done, counts.skipped, counts.errors, counts.notReached].join(' '),
      )
      .join('; ');
    still = now === before ? still + 1 : 0;
    before = now;
    if (looks > 4_800) throw new Error(`Stuck: ${now}`);
    if (still > 0 && still % 20 === 0) await reconcile();
    await wait(50);
  }
}

async function reconcile(): Promise<void> {
  const functions = [...test.cloud.services.functions.values()];
  const result = await functions.find(({ name }) => name.endsWith('reconcile-jobs'))?.invoke({});
  expect(result?.error).toBeUndefined();
}

async function stopExecution(execution: string | undefined): Promise<void> {
  if (execution === undefined) return;
  const machine = stateMachine();
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${execution}`;
  await states.send(new StopExecutionCommand({ executionArn })).catch(() => undefined);
}

function stateMachine(): string {
  const machine = Object.values(test.cloud.physicalIds).find((id) => /:stateMachine:.*publish-job$/.test(id));
  if (machine === undefined) throw new Error('The local cloud has no state machine of the publish job');
  return machine;
}

async function executionsRunning(): Promise<number> {
  let count = 0;
  const stateMachineArn = stateMachine();
  for await (const { executions = [] } of paginateListExecutions(
    { client: states },
    { stateMachineArn, statusFilter: 'RUNNING' },
  ))
    count += executions.length;
  return count;
}

async function take(
  company: string,
  api: Client,
  one: Run['actions'][number],
  ids: readonly string[],
): Promise<void> {
  const id = 'job' in one ? (ids[one.job % ids.length] ?? '') : '';
  switch (one.do) {
    case 'look':
      for (let looks = 0; looks < one.times; looks += 1)
        await api.call('readJob', { params: { jobId: ids[0] ?? '' } });
      return;
    case 'reconcile':
      return reconcile();
    case 'stop-execution':
      return stopExecution((await jobOf(company, id)).execution);
    case 'cancel':
      await api.call('cancelJob', { params: { jobId: id } }).catch(refused);
      return;
    case 'force': {
      const { status } = await jobOf(company, id);
      if (isTerminal(status)) return;
      await api.call('cancelJob', { params: { jobId: id } }).catch(refused);
      await documents
        .send(
          new UpdateCommand({
            TableName: test.cloud.outputs.JobTable,
            Key: jobKey(company, id),
            UpdateExpression: 'SET stopRequested = :at',
            ConditionExpression: '#status = :stopping',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':at': new Date(Date.now() - 360_000).toISOString(),
              ':stopping': 'stopping',
            },
          }),
        )
        .catch(() => undefined);
      await api.call('cancelJob', { params: { jobId: id }, body: { force: true } }).catch(refused);
    }
  }
}

/** Ignores the refusal of a cancellation: the job may have ended meanwhile. */
function refused(error: unknown): void {
  if (!/job\.(already-ended|too-early-for-force)|storage\.busy/.test(String(error))) throw error;
}

/** Items of a company in the job table that would prevent a job from running. */
async function leftovers(company: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: documents },
    { TableName: test.cloud.outputs.JobTable ?? '', ConsistentRead: true },
  )) {
    for (const { pk, sk } of Items) {
      const key = `${pk} ${sk}`;
      if (key.includes(company) && /queue|lock/i.test(key)) found.push(key);
    }
  }
  return found;
}

async function checkJob(api: Client, company: string, id: string): Promise<string[]> {
  const { status, counts, perServer } = await jobOf(company, id);
  const faults: string[] = [];
  if (!addsUp(counts)) faults.push(`the counts do not add up: ${JSON.stringify(counts)}`);
  for (const name of ['done', 'skipped', 'errors', 'bytes'] as const) {
    const sum = Object.values(perServer ?? {}).reduce((all, server) => all + server[name], 0);
    if (perServer && sum !== counts[name]) faults.push(`${name} is ${counts[name]}, by server ${sum}`);
  }
  const lines: LogEntry[] = [];
  for await (const entry of api.all('readJobLog', { params: { jobId: id } }))
    if (entry.asset !== undefined) lines.push(entry);
  const places = lines.map(({ asset, server }) => `${asset} ${server}`);
  if (new Set(places).size !== places.length) faults.push('lines are there twice');
  if (lines.length !== counts.total) faults.push(`${lines.length} lines of ${counts.total}`);
  for (const [outcome, name] of [
    ['published', 'done'],
    ['skipped', 'skipped'],
    ['error', 'errors'],
    ['not-reached', 'notReached'],
  ] as const) {
    const counted = lines.filter((line) => line.outcome === outcome).length;
    if (counted !== counts[name]) faults.push(`${counted} lines are ${outcome}, ${counts[name]} are counted`);
  }
  return faults.map((fault) => `${id} (${status}): ${fault}`);
}

async function checkHistory(
  api: Client,
  ids: readonly string[],
  jobs: readonly PublishJob[],
): Promise<string[]> {
  const faults: string[] = [];
  let published = 0;
  for (const id of ids) {
    const { items } = await api.call('readAssetHistory', { params: { id }, query: { limit: 100 } });
    for (const job of jobs) {
      const times = items.filter(({ event, jobId }) => event === 'published' && jobId === job.id).length;
      if (times > 1) faults.push(`${job.id} published ${id} ${times} times`);
      published += times;
    }
  }
  const done = jobs.reduce((sum, { counts }) => sum + counts.done, 0);
  if (published !== done) faults.push(`${published} entries are in the history, ${done} are counted`);
  return faults;
}

async function isLive(api: Client, ids: readonly string[]): Promise<string[]> {
  const assets = await Promise.all(ids.map((id) => api.call('readAsset', { params: { id } })));
  return assets.filter(({ published }) => !published).map(({ id }) => `${id} is not live`);
}

/** The random faults and the checks of the model test (test/model), on the local cloud. */
it(
  'no job is stuck, and no asset is lost or published twice, after random faults on the local cloud',
  async () => {
    const opened = await Promise.all(
      companies.map(async (company) => ({ company, ...(await openCompany(company)) })),
    );
    const runs = fc.sample(run, { seed, numRuns: 2_000 });
    const begun = Date.now();
    const tally = { runs: 0, jobs: 0, ended: {} as Record<string, number> };
    for (let next = 0; next < runs.length && Date.now() - begun < maxTime; next += companies.length) {
      const [first] = runs.slice(next);
      const odds = first && { crash: first.crash, busy: first.busy, twice: first.twice, lost: first.lost };
      await shakenAssembly.shake({ seed: seed + next, crash: 0, busy: 0, twice: 0, lost: 0, ...odds });
      // The rest of the run has no faults, because with enough of them no job would ever end.
      const recovery = setTimeout(() => void shakenAssembly.shake(undefined), 8_000);
      const all = await Promise.all(
        opened.map(async ({ company, api }, index) => {
          const one = runs[next + index];
          if (!one) return [];
          const ids: string[] = [];
          for (const servers of one.jobs) {
            const { id } = await api.call('submitJob', {
              body: {
                publish: 'full',
                force: true,
                servers,
              },
            });
            ids.push(id);
          }
          for (const each of one.actions) await take(company, api, each, ids);
          return untilEnded(company, ids, reconcile);
        }),
      );
      clearTimeout(recovery);
      await shakenAssembly.shake(undefined);
      // A worker that is still running after the end of its job corrects the counts.
      while ((await executionsRunning()) > 0) await wait(50);
      for (const [index, { company, api, ids }] of opened.entries()) {
        const jobs = all[index] ?? [];
        const counted = JSON.stringify(runs[next + index]);
        let faults: string[] = [];
        for (let looks = 0; looks < 60; looks += 1) {
          if (looks > 0) await wait(250);
          if (looks % 8 === 4) await reconcile();
          faults = [
            ...(await leftovers(company)),
            ...(await Promise.all(jobs.map(({ id }) => checkJob(api, company, id)))).flat(),
          ];
          const now = await Promise.all(jobs.map(({ id }) => jobOf(company, id)));
          if (faults.length === 0) faults = await checkHistory(api, ids, now);
          if (faults.length === 0) break;
        }
        expect(faults, `run ${next + index} with ${JSON.stringify(odds)}: ${counted}`).toEqual([]);
        tally.runs += 1;
        tally.jobs += jobs.length;
        for (const { status } of jobs) tally.ended[status] = (tally.ended[status] ?? 0) + 1;
      }
    }
    for (const { company, api, ids } of opened) {
      const last = await api.call('submitJob', { body: { publish: 'full' } });
      const [job] = await untilEnded(company, [last.id], reconcile);
      expect(job?.status).toBe('succeeded');
      expect(await isLive(api, ids)).toEqual([]);
    }
    console.log(`${JSON.stringify(tally)} in ${Math.round((Date.now() - begun) / 1_000)} s`);
    expect(tally.runs).toBeGreaterThan(0);
  },
  maxTime + 400_000,
);
