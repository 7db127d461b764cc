/**
 * Lambda refuses calls for lack of concurrency while jobs run: no asset becomes an error, and the counts are exact. On the
 * local cloud, with the deployed template; the same for ten minutes and a hundred jobs is in virtual time
 * (test/statemachines/refused-parts.test.ts).
 */
import { rm } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { memberKey } from '../../adapters/dynamodb/keys.ts';
import { withSmallParts } from './support/faulty-assembly.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';

const companies = ['nova', 'luma', 'zeta'] as const;
const partEntries = 4;
const parts = 5;
const assets = partEntries * parts;
const refusedMs = 20_000;

let folder: string;
let test: TestCloud;

beforeAll(async () => {
  folder = await withSmallParts(inject('assembly'), partEntries);
  test = await startTestCloud(folder);
});

afterAll(async () => {
  await test?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Makes the user of the tests a member of other companies. */
async function joinCompanies(): Promise<void> {
  const [, payload = ''] = test.token('user').split('.');
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
  const { region, rootCredentials: credentials, ownEndpoint: endpoint } = test.cloud;
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ region, credentials, endpoint }));
  for (const company of companies) {
    const Item = { ...memberKey(company, sub), company, subject: sub, name: company, role: 'user' };
    await dynamodb.send(new PutCommand({ TableName: test.cloud.outputs.JobTable, Item }));
  }
  dynamodb.destroy();
}

/** A member of a company, and the wait for one of its jobs. */
function memberOf(company: string) {
  const client = test.as('user', company);
  const succeeded = (jobId: string) =>
    vi.waitFor(
      async () => {
        const job = await client.call('readJob', { params: { jobId } });
        expect(job.status).toBe('succeeded');
        return job;
      },
      { timeout: 120_000, interval: 500 },
    );
  return { client, succeeded };
}

async function upload(company: string): Promise<void> {
  const { client, succeeded } = memberOf(company);
  const files = await Promise.all(
    Array.from({ length: assets }, async (_, index) => {
      const background = { r: index, g: 9, b: 9 };
      const png = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
      const content = new Blob([new Uint8Array(png)]);
      return { name: `picture-${index}.png`, type: 'image/png', content };
    }),
  );
  const { job } = await client.upload(files, { publishAfterUploading: false });
  await succeeded(job.id);
}

/**
 * Refuses nine of ten calls of the functions of a job for a time, as Lambda does without concurrency. The time begins with
 * the first part: most of it would pass before, while the begin of the job is tried again.
 * @returns the number of refusals so far, by the name of the function
 */
function refuseFor(milliseconds: number): ReadonlyMap<string, number> {
  const refusals = new Map<string, number>();
  let until: number | undefined;
  let calls = 0;
  for (const [arn, running] of test.cloud.services.functions) {
    if (!/(begin-job|plan-job|publish-part|find-refused-parts|finish-job)/.test(running.name)) continue;
    test.cloud.services.functions.set(arn, {
      ...running,
      async invoke(event, options) {
        if (running.name.endsWith('publish-part')) until ??= Date.now() + milliseconds;
        calls += 1;
        if (until === undefined || Date.now() >= until || calls % 10 === 0)
          return running.invoke(event, options);
        refusals.set(running.name, (refusals.get(running.name) ?? 0) + 1);
        const error = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
        return { error, refused: true };
      },
    });
  }
  return refusals;
}

it('Three jobs of five parts succeed with exact counts while Lambda refuses most of their calls for 20 seconds', async () => {
  await joinCompanies();
  for (const company of companies) await upload(company);
  const refusals = refuseFor(refusedMs);
  const jobs = await Promise.all(
    companies.map(async (company) => {
      const job = await memberOf(company).client.call('submitJob', { body: { name: 'All', publish: 'new' } });
      return { company, id: job.id };
    }),
  );
  for (const { company, id } of jobs) {
    const { client, succeeded } = memberOf(company);
    const { counts } = await succeeded(id);
    expect(counts).toMatchObject({ total: assets, done: assets, skipped: 0, errors: 0, notReached: 0 });
    const { items } = await client.call('readJobLog', { params: { jobId: id }, query: { limit: 1_000 } });
    expect(items.filter(({ outcome }) => outcome === 'published')).toHaveLength(assets);
    for (let index = 0; index < assets; index += 1) {
      const { status } = await test.deliver(`/is/image/${company}/picture-${index}`);
      expect(status).toBe(200);
    }
  }
  expect([...refusals.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
  expect([...refusals.keys()].some((name) => name.endsWith('publish-part'))).toBe(true);
}, 240_000);
