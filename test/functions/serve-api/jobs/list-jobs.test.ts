import { describe, expect, it } from 'vitest';
import type { JobListStore } from '../../../../adapters/dynamodb/jobs/job-list-store.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { tooManyToSort } from '../../../../domain/jobs/plan-job-list.ts';
import { publishJob, publishJobId, uploadJob } from '../api-records.ts';
import { ask } from '../ask.ts';

type Call = Parameters<JobListStore['listJobs']>;

/** Keeps what was asked for. */
function recorded() {
  const calls: Call[] = [];
  const listJobs: JobListStore['listJobs'] = async (...call) => {
    calls.push(call);
    return { items: [publishJob], next: { id: publishJobId, key: publishJobId } };
  };
  return { calls, listJobs };
}

describe('a list of jobs', () => {
  it('tells every column', async () => {
    const { body } = await ask(
      'viewer',
      { path: '/jobs' },
      { listJobs: async () => ({ items: [publishJob, uploadJob] }) },
    );
    expect(body.items).toMatchObject([
      {
        kind: 'publish',
        name: 'Publish 2026-11-24 08:00:00',
        started: '2026-11-24T08:29:00.000Z',
        counts: { total: 100, warnings: 0, errors: 0 },
        duration: 60,
        status: 'running',
        user: 'user',
      },
      { kind: 'upload', destination: 'luma/autumn/', duration: 1_800 },
    ]);
  });

  it('is the newest ones of all unless something else is asked', async () => {
    const { calls, listJobs } = recorded();
    await ask('viewer', { path: '/jobs' }, { listJobs });
    expect(calls).toMatchObject([
      ['luma', { by: 'started', descending: true }, {}, { limit: 100, after: undefined }],
    ]);
  });

  it.each([
    ['by=mine', { user: 'viewer' }],
    ['user=ann', { user: 'ann' }],
    ['kind=upload&state=ended', { kind: 'upload', state: 'ended' }],
    ['kind=all', { kind: undefined }],
    ['status=stopped,failed', { statuses: ['failed', 'stopped'] }],
    ['from=2026-11-24T09:00:00%2B01:00', { from: '2026-11-24T08:00:00.000Z' }],
    ['from=2026-11-23&to=2026-11-24', { from: '2026-11-22T15:00:00.000Z', to: '2026-11-24T14:59:59.999Z' }],
  ])('with %s is filtered by %j', async (query, expected) => {
    const { calls, listJobs } = recorded();
    const getSettings = async () => ({ ...defaultSettings, timeZone: 'Asia/Tokyo' });
    const response = await ask('viewer', { path: '/jobs', query }, { listJobs, getSettings });
    expect(response.status, JSON.stringify(response.body)).toBe(200);
    expect(calls[0]?.[2]).toMatchObject(expected);
  });

  it('goes on with its cursor, and with that of no other list', async () => {
    const { calls, listJobs } = recorded();
    const first = await ask('viewer', { path: '/jobs', query: 'kind=publish&limit=1' }, { listJobs });
    const cursor = encodeURIComponent(String(first.body.next));
    const other = await ask('viewer', { path: '/jobs', query: `sort=name&cursor=${cursor}` }, { listJobs });
    expect(other).toMatchObject({
      status: 400,
      body: { detail: 'cursor: is not one that this list gave for these filters and this order' },
    });
    // The position is not one of the range: it was forged.
    const forged: JobListStore['listJobs'] = async () => ({
      items: [],
      next: { id: publishJobId, key: `x${publishJobId}` },
    });
    const { body } = await ask('viewer', { path: '/jobs', query: 'kind=publish' }, { listJobs: forged });
    const query = `kind=publish&cursor=${encodeURIComponent(String(body.next))}`;
    expect((await ask('viewer', { path: '/jobs', query }, { listJobs })).status).toBe(400);
    calls.length = 0;
    const whole = await ask('viewer', { path: '/jobs' }, { listJobs });
    await ask('viewer', { path: '/jobs', query: `cursor=${String(whole.body.next)}` }, { listJobs });
    expect(calls[1]?.[3]).toEqual({ limit: 100, after: { id: publishJobId, key: publishJobId } });
  });

  it('has the same default range on all pages, whenever they are asked for', async () => {
    const { calls, listJobs } = recorded();
    const first = await ask('viewer', { path: '/jobs', query: 'sort=name' }, { listJobs });
    const query = `sort=name&cursor=${encodeURIComponent(String(first.body.next))}`;
    const later = { listJobs, now: () => '2026-11-25T08:30:00.000Z' };
    expect((await ask('viewer', { path: '/jobs', query }, later)).status).toBe(200);
    expect(calls[1]?.[1]).toEqual(calls[0]?.[1]);
    expect(calls[1]?.[3]).toEqual({ limit: 100, after: { id: publishJobId, key: publishJobId } });
    calls.length = 0;
    await ask('viewer', { path: '/jobs', query: 'sort=name' }, { listJobs });
    await ask('viewer', { path: '/jobs', query: 'sort=name' }, later);
    expect(calls[1]?.[1].firstId).not.toBe(calls[0]?.[1].firstId);
  });

  it('with more jobs than can be sorted is refused with a range that fits', async () => {
    const listJobs: JobListStore['listJobs'] = async (_, plan) => {
      throw tooManyToSort(plan, publishJobId);
    };
    const { status, body } = await ask('viewer', { path: '/jobs', query: 'sort=name' }, { listJobs });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'job.range-too-wide',
      errors: [{ field: 'from', nearest: expect.stringMatching(/Z$/) }],
    });
  });

  it.each([
    ['state=waiting', 'state: must be active or ended'],
    ['kind=delete', 'kind: must be publish, upload, action or all'],
    ['by=me', 'by: must be mine or all'],
    ['by=mine&user=ann', 'user: cannot be given together with by=mine'],
    [
      'status=done',
      'status: must be one status or several of queued, running, stopping, succeeded, completed-with-errors, stopped, failed, with commas between',
    ],
    ['state=active&status=failed', 'status: names no status that jobs of this state have'],
    ['from=yesterday', 'from: must be a date or a time in ISO 8601'],
    ['from=2026-11-24&to=2026-11-23', 'to: must not be before from'],
    [
      'sort=size',
      'sort: must be one of type, name, started, total, warnings, errors, duration, status, destination, user',
    ],
    ['order=up', 'order: must be asc or desc'],
  ])('with %s is refused', async (query, detail) => {
    const response = await ask('viewer', { path: '/jobs', query });
    expect(response).toMatchObject({ status: 400, body: { code: 'request.invalid', detail } });
  });
});
