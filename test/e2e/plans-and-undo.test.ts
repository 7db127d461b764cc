import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedPlanKey } from '../../domain/jobs/job-file-names.ts';
import { startTestCloud, type TestCloud, type TestFile } from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
});
afterAll(() => test?.stop());

const style = (name: string, colour: string): TestFile => ({
  name: `${name}.css`,
  type: 'text/css',
  bytes: Buffer.from(`.${name} { color: ${colour} }`),
});

async function stock(files: readonly TestFile[], folder = '/plans/'): Promise<void> {
  const { job } = await test.upload(files, { folder, publishAfterUploading: false });
  await test.until(job.id, 'succeeded');
}

const scope = { folder: '/plans/' };

const user = () => test.as('user');

async function delivered(id: string): Promise<{ status: number; body: string }> {
  const { urls } = await user().call('readAsset', { params: { id } });
  const { status, body } = await test.deliver(urls.content ?? '');
  return { status, body: body.toString() };
}

async function runPlan(planId: string) {
  const job = await user().call('submitJob', { body: { plan: planId } });
  return test.until(job.id, 'succeeded', 'completed-with-errors');
}

describe('plans and undo', () => {
  it('publish what a plan says, and take it back', async () => {
    // Only jobs publish, also what was live before.
    await test.as('admin').call('editSettings', { body: { publishOnUpload: 'mark' } });
    await stock([style('plan-a', 'red')]);
    const first = await user().call('createPlan', { body: { scope } });
    expect(first).toMatchObject({ status: 'ready', counts: { added: 1 } });
    await runPlan(first.id);
    expect((await delivered('plan-a')).body).toContain('red');

    await stock([style('plan-a', 'blue'), style('plan-b', 'green')]);
    const plan = await user().call('createPlan', { body: { publish: 'full', scope } });
    const { items } = await test
      .as('viewer')
      .call('listPlanEntries', { params: { planId: plan.id }, query: {} });
    expect(items.map(({ id, change }) => `${id} ${change}`).sort()).toEqual([
      'plan-a changed',
      'plan-b added',
    ]);

    const job = await runPlan(plan.id);
    expect(job.counts).toMatchObject({ done: 2, errors: 0 });
    await expect(runPlan(plan.id)).rejects.toThrow(/409.*already live/);

    const preview = await user().dryRun('undoJob', { params: { jobId: job.id }, body: { dryRun: true } });
    expect(preview.assets.map(({ id, action }) => `${id} ${action}`).sort()).toEqual([
      'plan-a publish',
      'plan-b withdraw',
    ]);
    const undo = await user().call('undoJob', { params: { jobId: job.id }, body: {} });
    await test.until(undo.id, 'succeeded');
    await expect.poll(async () => (await delivered('plan-a')).body, { timeout: 20_000 }).toContain('red');
    await expect.poll(async () => (await delivered('plan-b')).status, { timeout: 20_000 }).toBe(404);
    const { items: log } = await user().call('readJobLog', { params: { jobId: undo.id }, query: {} });
    expect(log.at(-1)?.message).toContain('2 assets are invalidated in the CDN.');
    // The next job does not publish it again.
    const next = await user().call('submitJob', { body: { publish: 'full', scope } });
    expect((await test.until(next.id, 'succeeded')).counts.total).toBe(0);
  });

  it('continue a large plan in the background', async () => {
    await stock([style('plan-c', 'black')], '/large/');
    const { id } = await user().call('createPlan', { body: { scope: { folder: '/large/' } } });
    const place = { Bucket: test.cloud.outputs.JobsBucket, Key: storedPlanKey('brightside', id) };
    const { Body } = await test.s3.send(new GetObjectCommand(place));
    const stored = JSON.parse((await Body?.transformToString()) ?? '') as { summary: { counts: object } };
    // As it is when its time was up before the first page, and its message was lost.
    const counts = Object.fromEntries(Object.keys(stored.summary.counts).map((change) => [change, 0]));
    const begun = {
      ...stored,
      id: id.replace(/.$/, id.endsWith('0') ? '1' : '0'),
      summary: { ...stored.summary, counts },
      lists: [],
      parts: 0,
      total: 0,
      position: { source: 'pending', shards: [] },
      progressAt: '2026-01-01T00:00:00.000Z',
    };
    const Key = storedPlanKey('brightside', begun.id);
    await test.s3.send(new PutObjectCommand({ ...place, Key, Body: JSON.stringify(begun) }));
    const read = () => user().call('readPlan', { params: { planId: begun.id } });
    expect(await read()).toMatchObject({ status: 'planning' });
    await expect.poll(read, { timeout: 60_000 }).toMatchObject({ status: 'ready', counts: { added: 1 } });
  });
});
