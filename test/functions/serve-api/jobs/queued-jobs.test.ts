import { describe, expect, it } from 'vitest';
import { publishJob, publishJobId, uploadJob } from '../api-records.ts';
import { ask } from '../ask.ts';

const queued = { ...publishJob, status: 'queued' } as const;
const before = { jobId: '00000000000000000000000001', servers: publishJob.servers };
const holder = '00000000000000000000000000';

describe('a publish job that waits', () => {
  const reads: string[] = [];
  const world = {
    getJob: async () => queued,
    listJobs: async () => ({ items: [queued, { ...queued, id: before.jobId }, uploadJob] }),
    readQueue: async () => {
      reads.push('queue');
      return [before, { jobId: publishJobId, servers: publishJob.servers }];
    },
    readLocks: async () => {
      reads.push('locks');
      return { [publishJob.servers[0] ?? 'video']: holder };
    },
  };

  it('tells its place and what it waits for', async () => {
    const { body } = await ask('viewer', { method: 'GET', path: `/jobs/${publishJobId}` }, world);
    expect(body).toMatchObject({ position: 2, waitsFor: [holder, before.jobId], planned: false });
  });

  it('does so in a list too, for one look at the queue and the locks', async () => {
    reads.length = 0;
    const { body } = await ask('viewer', { method: 'GET', path: '/jobs' }, world);
    expect(body).toMatchObject({
      items: [
        { position: 2, waitsFor: [holder, before.jobId] },
        { position: 1, waitsFor: [holder] },
        { kind: 'upload' },
      ],
    });
    expect(reads).toEqual(['queue', 'locks']);
  });

  it('tells its place among the jobs of all companies if it waits only for a permit', async () => {
    const waiting = ['zeta', 'acme', publishJob.company].map((of, number) => {
      const since = `2026-11-24T08:30:0${number}.000Z`;
      return { company: of, since, asked: since };
    });
    const alone = {
      ...world,
      readQueue: async () => [{ jobId: publishJobId, servers: publishJob.servers }],
      readLocks: async () => ({}),
      readWaiting: async () => waiting,
    };
    const { body } = await ask('viewer', { method: 'GET', path: `/jobs/${publishJobId}` }, alone);
    expect(body).toMatchObject({ position: 1, installationPosition: 3, waitsFor: [] });
  });

  it('has a place only while it waits, and nobody looks for it else', async () => {
    reads.length = 0;
    const running = { ...world, getJob: async () => ({ ...queued, status: 'running' as const }) };
    const { body } = await ask('viewer', { method: 'GET', path: `/jobs/${publishJobId}` }, running);
    expect(body).not.toHaveProperty('position');
    expect(reads).toEqual([]);
  });
});

describe('a job that runs', () => {
  it('tells how fast it goes, when it will be done, and what was done where', async () => {
    const perServer = { video: { done: 10, skipped: 0, errors: 0, bytes: 5_000 } };
    const job = {
      ...publishJob,
      status: 'running' as const,
      counts: {
        ...publishJob.counts,
        total: 40,
        done: 10,
        skipped: 0,
        errors: 0,
        notReached: 0,
        bytes: 5_000,
      },
      started: '2026-11-24T08:29:00.000Z',
      plannedAt: '2026-11-24T08:29:50.000Z',
      perServer,
    };
    const { body } = await ask(
      'viewer',
      { method: 'GET', path: `/jobs/${publishJobId}` },
      { getJob: async () => job, now: () => '2026-11-24T08:30:00.000Z' },
    );
    expect(body).toMatchObject({
      planned: true,
      progress: 0.25,
      rate: 1,
      bytesPerSecond: 500,
      eta: '2026-11-24T08:30:30.000Z',
      perServer,
    });
  });
});

describe('a cancellation', () => {
  it.each([
    [undefined, false],
    [{}, false],
    [{ force: true }, true],
  ])('with the body %j has force: %s', async (body, force) => {
    const asked: unknown[] = [];
    const response = await ask(
      'admin',
      { method: 'POST', path: `/jobs/${publishJobId}/cancel`, ...(body ? { body } : {}) },
      {
        cancelPublishJob: async (_company, _jobId, cancel) => {
          asked.push(cancel.force);
          return { ...publishJob, status: 'stopping' };
        },
      },
    );
    expect(response.status).toBe(202);
    expect(asked).toEqual([force]);
  });

  it('whose force is neither true nor false is refused, with the field', async () => {
    const path = `/jobs/${publishJobId}/cancel`;
    const response = await ask('admin', { method: 'POST', path, body: { force: 'yes' } });
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'force', message: 'must be true or false' }] },
    });
  });
});
