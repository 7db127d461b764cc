/** Action jobs over the API: submitted, listed, cancelled, and run again for what is left. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cloudNames } from '../../../support/cloud-names.ts';
import { shippedFunctions } from '../../../support/shipped-functions.ts';
import { asset } from '../api-records.ts';
import { type ask, askAgain, cloud, reset } from '../ask.ts';

beforeEach(reset);

const submit = (body: object, replacements: Parameters<typeof ask>[2] = {}) =>
  askAgain('user', { method: 'POST', path: '/actions', body }, replacements);
const messages = () => cloud.messages.filter(({ queueUrl }) => queueUrl === cloudNames.ACTION_QUEUE);

/** Calls run-action with a message as the queue delivers it. */
async function run(jobId: unknown): Promise<void> {
  const body = JSON.stringify({ company: 'luma', jobId });
  const attributes = { ApproximateReceiveCount: '1' };
  await shippedFunctions(cloud)('run-action', {
    Records: [{ messageId: 'm', receiptHandle: 'r', body, attributes }],
  });
}

const found = (total: number, ...ids: string[]) => ({
  search: async () => ({
    hits: ids.map((id) => ({ id, unused: true, incomplete: false, stillLive: false })),
    total,
    facets: {},
  }),
});

describe('POST /actions', () => {
  it('submits a job for what a search finds, which run-action does', async () => {
    const scope = { query: { q: 'shoe' }, count: 2 };
    const action = { name: 'move', folder: '/archive/' };
    const { status, body } = await submit({ action, scope }, found(2, asset.id, 'gone'));
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({
      kind: 'action',
      action: 'move',
      folder: '/archive/',
      givenName: 'Move to a folder',
      status: 'running',
      submittedBy: 'user',
      counts: { total: 2, done: 0 },
    });
    expect(messages()).toHaveLength(1);
    await run(body.id);
    const path = `/jobs/${body.id}`;
    expect((await askAgain('viewer', { path })).body).toMatchObject({
      status: 'succeeded',
      counts: { total: 2, done: 1, skipped: 1 },
    });
    const log = (await askAgain('viewer', { path: `${path}/log` })).body.items;
    expect(log).toMatchObject([
      { outcome: 'begin' },
      { asset: asset.id, outcome: 'changed', message: 'It is in /archive/' },
      { asset: 'gone', outcome: 'skipped' },
      { outcome: 'end' },
    ]);
    const changed = await askAgain('viewer', { path: `${path}/log`, query: 'outcome=changed' });
    expect(changed.body.items).toHaveLength(1);
    const listed = await askAgain('viewer', { path: '/jobs', query: 'kind=action' });
    expect(listed.body.items).toMatchObject([{ id: body.id }]);
  });

  it('creates one job for a repeated request with the same key, and refuses another request with it', async () => {
    const request = (name: string) => ({
      method: 'POST',
      path: '/actions',
      headers: { 'idempotency-key': 'once' },
      body: { action: { name }, scope: { assets: [asset.id] } },
    });
    const ids = ['01M86900X103YN7W5QY1DZ2VSA', '01M86900X103YN7W5QY1DZ2VSB'];
    const askOnce = (name: string) =>
      askAgain('user', request(name), { newId: () => ids.shift() ?? '01M86900X103YN7W5QY1DZ2VSC' });
    const first = await askOnce('trash');
    const second = await askOnce('trash');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).toBe(first.body.id);
    expect(await askOnce('unpublish')).toMatchObject({ status: 422, body: { code: 'request.key-reused' } });
  });

  const refused: readonly (readonly [string, object, string])[] = [
    ['an unknown action', { name: 'delete' }, 'action.name'],
    ['a folder that is no path', { name: 'move', folder: 'a\u0000b' }, 'action.folder'],
    ['metadata without a change', { name: 'metadata' }, 'action'],
    [
      'a keyword that is too long',
      { name: 'metadata', addKeywords: ['x'.repeat(101)] },
      'action.addKeywords[0]',
    ],
    [
      'a field with a name that no field can have',
      { name: 'metadata', fields: { '1st': 'x' } },
      'action.fields.1st',
    ],
    ['dates without a date', { name: 'dates' }, 'action'],
    ['a date that does not exist', { name: 'dates', liveFrom: '2027-02-30T10:00Z' }, 'action.liveFrom'],
    [
      'an end before the beginning',
      { name: 'dates', liveFrom: '2027-02-01T10:00Z', liveUntil: '2027-01-01T10:00Z' },
      'liveUntil',
    ],
  ];

  it.each(refused)('refuses %s before any asset is touched', async (_, action, field) => {
    const { status, body } = await submit({ action, scope: { assets: [asset.id] } });
    expect(status).toBe(400);
    expect((body.errors as { field: string }[])[0]?.field).toBe(field);
    expect(messages()).toEqual([]);
  });

  it.each([
    ['more assets match than were seen', 1, 2, 409, 'scope.changed'],
    ['more than 100,000 assets match', 200_000, 100_001, 422, 'scope.too-large'],
  ] as const)('refuses a scope if %s', async (_, count, total, status, code) => {
    const scope = { query: { q: 'shoe' }, count };
    const response = await submit({ action: { name: 'trash' }, scope }, found(total, asset.id));
    expect(response).toMatchObject({ status, body: { code } });
  });

  it('is recorded in the audit with its job', async () => {
    const { body } = await submit({ action: { name: 'trash' }, scope: { assets: [asset.id] } });
    const audit = await askAgain('admin', { path: '/audit', query: 'kind=actions' });
    expect(audit.body.items).toMatchObject([
      {
        operation: 'submitAction',
        subjects: [body.id],
        change: { action: { name: 'trash' } },
        outcome: 'done',
      },
    ]);
  });
});

describe('an action job', () => {
  it('stops when it is cancelled, and runs again for what it has not reached', async () => {
    const action = { name: 'metadata', addKeywords: ['sale'] };
    const { body: job } = await submit({ action, scope: { assets: [asset.id] } });
    const cancelled = await askAgain('user', { method: 'POST', path: `/jobs/${job.id}/cancel`, body: {} });
    expect(cancelled).toMatchObject({ status: 202, body: { status: 'stopping' } });
    const early = await askAgain('user', { method: 'POST', path: `/jobs/${job.id}/retry` });
    expect(early).toMatchObject({ status: 409, body: { code: 'job.not-retryable' } });
    await run(job.id);
    const stopped = await askAgain('user', { path: `/jobs/${job.id}` });
    expect(stopped.body).toMatchObject({ status: 'stopped', counts: { notReached: 1 } });
    const again = await askAgain(
      'user',
      { method: 'POST', path: `/jobs/${job.id}/retry` },
      { newId: () => '01M86900X103YN7W5QY1DZ2VSS' },
    );
    expect(again).toMatchObject({
      status: 201,
      body: { givenName: 'Change metadata (retry)', retryOf: job.id, counts: { total: 1 } },
    });
    await run(again.body.id);
    const after = await askAgain('user', { path: `/assets/${encodeURIComponent(asset.id)}` });
    expect(after.body.keywords).toContain('sale');
    const all = await askAgain('user', { method: 'POST', path: `/jobs/${again.body.id}/retry` });
    expect(all).toMatchObject({ status: 409, body: { code: 'job.not-retryable' } });
  });

  it('is not undone', async () => {
    const { body } = await submit({ action: { name: 'trash' }, scope: { assets: [asset.id] } });
    const response = await askAgain('user', { method: 'POST', path: `/jobs/${body.id}/undo`, body: {} });
    expect(response).toMatchObject({ status: 409, body: { code: 'job.not-undoable' } });
  });

  it('of another member is cancelled and run again by admins only', async () => {
    const { body } = await submit({ action: { name: 'trash' }, scope: { assets: [asset.id] } });
    cloud.own.roles.set('bob', 'user');
    for (const path of ['cancel', 'retry']) {
      const request = { method: 'POST', path: `/jobs/${body.id}/${path}`, body: {} };
      expect((await askAgain('viewer', request)).status).toBe(403);
    }
    const cancel = { method: 'POST', path: `/jobs/${body.id}/cancel`, body: {} };
    expect((await askAgain('admin', cancel)).status).toBe(202);
  });
});
