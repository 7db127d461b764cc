import { beforeEach, describe, expect, it } from 'vitest';
import { jobLogs } from '../../../../adapters/s3/job-logs.ts';
import { noCounts } from '../../../../domain/jobs/job.ts';
import { anAsset } from '../../../support/builders.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { endedJob, endedJobId, now, publishJobId, uploadJobId } from '../api-records.ts';
import { askAgain, cloud, reset } from '../ask.ts';

const view = cloud.company('luma');
const undo = (body: object = {}, as = 'user', jobId = endedJobId) =>
  askAgain(as, { method: 'POST', path: `/jobs/${jobId}/undo`, body });

function put(id: string, was: number, jobId = endedJobId, bytes = 1_000): void {
  view.putVersion(anAsset({ id, bytes }));
  view.putVersion(
    anAsset({
      id,
      version: 2,
      intent: 'live',
      publications: {
        'image-serving': { version: 2, at: now, by: 'user', key: `luma/image/${id}`, jobId, was },
      },
    }),
  );
}

beforeEach(async () => {
  await reset();
  put('old', 1, endedJobId, 30);
  put('fresh', 0);
  put('again', 1, publishJobId);
  const published = ['old', 'fresh', 'again', 'gone'].map((asset) => ({
    time: now,
    asset,
    server: 'image-serving' as const,
    outcome: 'published' as const,
    message: 'Version 2 is live',
  }));
  await jobLogs(cloud.clients.s3, cloudNames.JOBS_BUCKET).addPartLog(
    { company: 'luma', jobId: endedJobId, level: 0, part: 0 },
    published,
  );
  view.parts.set(`${endedJobId}/0/0`, {
    level: 0,
    part: 0,
    counts: { ...noCounts, total: 4, done: 4 },
    perServer: {},
    closed: false,
    at: now,
  });
});

describe('POST /jobs/{jobId}/undo', () => {
  it('submits a job of its own, which invalidates the CDN', async () => {
    const { status, body } = await undo();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'queued',
      publish: 'undo',
      givenName: 'Publish (undo)',
      scope: { kind: 'undo', jobId: endedJobId },
      servers: ['image-serving'],
      invalidate: true,
      submittedBy: 'user',
    });
  });

  it('says in a dry run what it would do with each asset, and does nothing', async () => {
    const jobs = [...view.jobs.keys()].length;
    const { status, body } = await undo({ dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dryRun: true,
      complete: true,
      totals: { assets: 2, copies: 1, deletes: 1, bytes: 30 },
    });
    expect(body.assets).toEqual([
      {
        id: 'old',
        type: 'image',
        action: 'publish',
        servers: ['image-serving'],
        bytes: 30,
        message: 'Version 1 is live again',
      },
      { id: 'fresh', type: 'image', action: 'withdraw', servers: ['image-serving'], bytes: 0 },
      {
        id: 'again',
        type: 'image',
        action: 'refuse',
        servers: ['image-serving'],
        bytes: 0,
        message: `It has been published again since: version 2 went live at ${now}`,
      },
      {
        id: 'gone',
        type: 'document',
        action: 'refuse',
        servers: ['image-serving'],
        bytes: 0,
        message: 'The asset no longer exists',
      },
    ]);
    expect([...view.jobs.keys()]).toHaveLength(jobs);
  });

  it('is submitted once for a key', async () => {
    const request = {
      method: 'POST',
      path: `/jobs/${endedJobId}/undo`,
      headers: { 'idempotency-key': 'once' },
    } as const;
    const first = await askAgain('user', request);
    const second = await askAgain('user', request, { newId: () => '01M86900X103YN7W5QY1DZ2VST' });
    expect(second.body.id).toBe(first.body.id);
  });

  it.each([
    ['a job that runs', publishJobId, /is running/],
    ['an upload', uploadJobId, /upload job/],
  ])('refuses %s', async (_, jobId, message) => {
    const { body } = await undo({}, 'user', jobId);
    expect(body).toMatchObject({
      status: 409,
      code: 'job.not-undoable',
      detail: expect.stringMatching(message),
    });
  });

  it('refuses a job whose servers are all disabled, one that is unknown, and a wrong body', async () => {
    view.setSettings({ servers: ['video'] });
    expect((await undo()).body).toMatchObject({ status: 409, code: 'job.not-undoable' });
    expect((await undo({}, 'user', '01M868ZYSAAE2H8JTE1Z5727ZZ')).body).toMatchObject({
      code: 'job.not-found',
    });
    expect((await undo({ dryRun: 'yes' })).body).toMatchObject({ code: 'request.invalid' });
    expect((await undo({ force: true })).body).toMatchObject({ code: 'request.invalid' });
  });

  it('takes the job of another member only of an admin', async () => {
    view.jobs.set(endedJobId, { ...endedJob, submittedBy: 'somebody else' });
    expect((await undo()).body).toMatchObject({ status: 403, requiredRole: 'admin' });
    expect((await undo({}, 'admin')).status).toBe(201);
  });

  it('cannot be retried or undone itself', async () => {
    view.jobs.set(endedJobId, {
      ...endedJob,
      publish: 'undo',
      scope: { kind: 'undo', jobId: publishJobId },
    });
    expect((await undo()).body).toMatchObject({ code: 'job.not-undoable' });
    const retry = { method: 'POST', path: `/jobs/${endedJobId}/retry` } as const;
    expect((await askAgain('user', retry)).body).toMatchObject({
      code: 'job.not-retryable',
      detail: 'The job undoes another one. Undo that job again instead',
    });
  });
});
