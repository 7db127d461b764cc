import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { noCounts, type PublishJob } from '../../../../domain/jobs/job.ts';
import { asset, endedJob, endedJobId, publishJob, publishJobId, uploadJobId } from '../api-records.ts';
import { ask } from '../ask.ts';

type Dependencies = NonNullable<Parameters<typeof ask>[2]>;

/** Asks for a job, and tells what was submitted. */
async function submit(
  body: object,
  {
    as = 'user',
    path = '/jobs',
    headers = {},
    ...more
  }: { as?: string; path?: string; headers?: Record<string, string> } & Dependencies = {},
) {
  const jobs: PublishJob[] = [];
  const submissions: unknown[] = [];
  const response = await ask(
    as,
    { method: 'POST', path, body, headers },
    {
      submit: async (job, submission) => {
        jobs.push(job);
        submissions.push(submission);
        return { job };
      },
      ...more,
    },
  );
  return { response, job: jobs[0], submissions };
}

describe('a publish job', () => {
  it.each([
    [
      'user',
      { scope: { folder: '/autumn/' } },
      { scope: { kind: 'folder', folder: '/autumn/', below: false } },
    ],
    ['user', { scope: { assets: [asset.id] } }, { scope: { kind: 'assets', count: 1 } }],
    ['user', { publish: 'full-with-search' }, { publish: 'full-with-search' }],
    ['user', { force: true }, { force: true }],
    ['admin', { invalidate: true }, { invalidate: true }],
    ['admin', { runAs: 'user' }, { runAs: 'user', submittedBy: 'admin' }],
  ])('of a %s takes %j', async (as, body, expected) => {
    const { response, job } = await submit(body, { as });
    expect(response.status).toBe(201);
    expect(job).toMatchObject(expected);
    expect(response.body).toMatchObject(expected);
  });

  it('has nothing to say of who it is run as where that is who submits it', async () => {
    const { job } = await submit({ runAs: 'user' });
    expect(job).not.toHaveProperty('runAs');
  });

  it('has its list written before itself', async () => {
    const calls: unknown[] = [];
    await submit(
      { scope: { assets: [asset.id, asset.id] } },
      {
        writeScope: async (company, _, ids) => void calls.push([company, ids]),
        submit: async (job) => {
          calls.push('submit');
          return { job };
        },
      },
    );
    expect(calls).toEqual([['luma', [asset.id]], 'submit']);
  });

  it.each([
    [{ publish: 'all' }, 'publish', 'must be one of new, full, full-with-search'],
    [{ publish: 'disable-server' }, 'publish', 'must be one of new, full, full-with-search'],
    [{ force: 'yes' }, 'force', 'must be true or false'],
    [{ invalidate: 1 }, 'invalidate', 'must be true or false'],
    [{ runAs: '' }, 'runAs', 'must not be empty'],
    [{ scope: { folder: 'autumn' } }, 'scope.folder', 'must start and end with a slash'],
    [{ scope: {} }, 'scope', 'must be {"folder": "/autumn/", "below": true}'],
    [{ scope: { assets: [] } }, 'scope.assets', 'must name at least one asset'],
    [{ scope: { query: {}, count: 1 } }, 'scope.query', 'must have a filter'],
    [{ scope: { query: { q: 'a' } } }, 'scope', 'must be {"folder": "/autumn/", "below": true}'],
    [
      { scope: { query: { bytesFrom: 9, bytesTo: 8 }, count: 1 } },
      'scope.query.bytesTo',
      'must not be smaller than bytesFrom',
    ],
    [{ servers: ['server-directory'] }, 'servers', 'server-directory is not enabled for this company'],
    [{ colour: 'red' }, 'colour', 'is not known here'],
  ])('is refused with %j', async (body, field, text) => {
    const { response, job } = await submit(body, { as: 'admin' });
    expect(response.status).toBe(400);
    expect(response.body.detail).toContain(`${field}: ${text}`);
    expect(job).toBeUndefined();
  });

  it('takes every asset that a search finds, with the ids written before it', async () => {
    const asked: unknown[] = [];
    const { response, job } = await submit(
      { scope: { query: { q: 'shoe', type: 'image', unused: true, bytesFrom: 1 }, count: 3 } },
      {
        search: async (company, query) => {
          asked.push([company, query]);
          return {
            hits: ['a', 'b'].map((id) => ({ id, unused: true, incomplete: false, stillLive: false })),
            total: 2,
            facets: {},
          };
        },
        writeScope: async (company, _, ids) => void asked.push([company, ids]),
      },
    );
    expect(response.status).toBe(201);
    expect(job?.scope).toEqual({ kind: 'assets', count: 2 });
    expect(asked).toEqual([
      [
        'luma',
        {
          filters: { q: 'shoe', types: ['image'], unused: true, bytesFrom: 1 },
          sort: 'name',
          order: 'asc',
          limit: 100_000,
        },
      ],
      ['luma', ['a', 'b']],
    ]);
  });

  it.each([
    ['more assets match than were seen', 5, 409, 'scope.changed'],
    ['a scope cannot have so many', 200_000, 422, 'scope.too-large'],
  ])('is refused if %s', async (_, count, status, code) => {
    const total = count + (status === 409 ? 1 : 0);
    const { response, job } = await submit(
      { scope: { query: { q: 'shoe' }, count } },
      { search: async () => ({ hits: [], total, facets: {} }) },
    );
    expect(response).toMatchObject({ status, body: { code, matches: String(total) } });
    expect(job).toBeUndefined();
  });

  it('needs a server', async () => {
    const none = { getSettings: async () => ({ ...defaultSettings, servers: [] }) };
    const { response, job } = await submit({}, none);
    expect(response).toMatchObject({
      status: 400,
      body: { detail: 'servers: this company has no server. Enable one first' },
    });
    expect(job).toBeUndefined();
  });

  it('names every asset that it does not know, and does nothing unless it may be partial', async () => {
    const scope = { assets: ['nobody', asset.id, 'nothing'] };
    const { response, job } = await submit({ scope });
    expect(response).toMatchObject({
      status: 404,
      body: { errors: [{ field: 'scope.assets[0]' }, { field: 'scope.assets[2]' }] },
    });
    expect(job).toBeUndefined();
  });

  it('that may be partial takes what can be had, and tells what it leaves out', async () => {
    const trashed = { at: '2026-11-24T08:00:00.000Z', by: 'ann', intent: 'live' } as const;
    const lists: unknown[] = [];
    const { response, job } = await submit(
      { scope: { assets: ['nobody', asset.id, 'old'] }, partial: true },
      {
        getAssets: async () =>
          new Map([
            [asset.id, asset],
            ['old', { ...asset, id: 'old', trashed }],
          ]),
        writeScope: async (_company, _jobId, ids) => void lists.push(ids),
      },
    );
    expect(job?.scope).toEqual({ kind: 'assets', count: 1 });
    expect(lists).toEqual([[asset.id]]);
    expect(response.body.leftOut).toEqual([
      { id: 'nobody', message: 'There is no asset nobody' },
      { id: 'old', message: 'It is in the trash' },
    ]);
  });

  it.each([
    ['user', { invalidate: true }, 403, 'Only an admin may have a job flush the CDN'],
    ['user', { runAs: 'admin' }, 403, 'Only an admin may have a job run as somebody else'],
  ])('of a %s with %j answers %i', async (as, body, status, text) => {
    const { response } = await submit(body, { as });
    expect(response).toMatchObject({ status, body: { detail: text, requiredRole: 'admin' } });
  });

  it('runs as nobody who is no member', async () => {
    const { response } = await submit(
      { runAs: 'stranger' },
      { as: 'admin', findRole: async () => undefined },
    );
    expect(response.body.detail).toBe('runAs: must be the subject of a member of the company');
  });

  it('runs as nobody who may not publish', async () => {
    const { response } = await submit({ runAs: 'viewer' }, { as: 'admin', findRole: async () => 'viewer' });
    expect(response.body.detail).toBe('runAs: must be a member who may publish; viewer is a viewer');
  });

  it.each(['', 'two words', 'ü', 'k'.repeat(256)])('takes no idempotency key like %j', async (key) => {
    const { response } = await submit({}, { headers: { 'Idempotency-Key': key } });
    expect(response.body.detail).toBe('Idempotency-Key: must have 1 to 255 visible ASCII characters');
  });

  it('is submitted with the key and a hash of who asks for what', async () => {
    const hashOf = async (body: object, as = 'user') =>
      (await submit(body, { as, headers: { 'idempotency-key': 'k1' } })).submissions[0] as {
        request: string;
      };
    const first = await hashOf({ name: 'A' });
    expect(first).toMatchObject({ key: 'k1' });
    expect(await hashOf({ name: 'A' })).toEqual(first);
    expect(await hashOf({ name: 'B' })).not.toEqual(first);
    expect(await hashOf({ name: 'A' }, 'admin')).not.toEqual(first);
  });
});

describe('what failed in a job', () => {
  const retry = (jobId: string, more: Dependencies = {}) =>
    submit({}, { path: `/jobs/${jobId}/retry`, ...more });

  it('is done again with its options', async () => {
    const former: PublishJob = { ...endedJob, force: true, invalidate: true, runAs: 'ann', publish: 'full' };
    const { response, job } = await retry(endedJobId, { getJob: async () => former });
    expect(response.status).toBe(201);
    expect(job).toMatchObject({
      givenName: 'Publish (retry)',
      publish: 'full',
      force: true,
      servers: ['image-serving'],
      scope: { kind: 'failed', jobId: endedJobId },
      submittedBy: 'user',
    });
    // These are for admins to set in a new job.
    expect(job).not.toHaveProperty('invalidate');
    expect(job).not.toHaveProperty('runAs');
  });

  it('is done again without the notification, which was set for the earlier job', async () => {
    const notification = { url: 'https://hooks.example.com/pressroom', onlyIfPublished: false };
    const { job } = await retry(endedJobId, { getJob: async () => ({ ...endedJob, notification }) });
    expect(job).not.toHaveProperty('notification');
  });

  it.each([
    ['user', { submittedBy: 'user' }, 201],
    ['user', { submittedBy: 'ann', runAs: 'user' }, 201],
    ['user', { submittedBy: 'ann' }, 403],
    ['user', { submittedBy: 'ann', runAs: 'bob' }, 403],
    ['admin', { submittedBy: 'ann' }, 201],
    ['admin', { submittedBy: 'ann', runAs: 'bob' }, 201],
    ['viewer', { submittedBy: 'viewer' }, 403],
    ['viewer', { submittedBy: 'ann' }, 403],
  ])('is done again by a %s for a job of %j with %i', async (who, owner, status) => {
    const request = { method: 'POST', path: `/jobs/${endedJobId}/retry` };
    const response = await ask(who, request, { getJob: async () => ({ ...endedJob, ...owner }) });
    expect(response.status).toBe(status);
  });

  it('keeps its name when it is done again once more', async () => {
    const former = { ...endedJob, givenName: 'Publish (retry)' };
    expect((await retry(endedJobId, { getJob: async () => former })).job?.givenName).toBe('Publish (retry)');
  });

  it.each([
    ['is running', publishJobId, {}, 409, /is running: wait for its end/],
    ['is an upload', uploadJobId, {}, 409, /Upload the failed files again/],
    ['does not exist', '01M868ZYSAAE2H8JTE1Z5727DN', {}, 404, /no job/],
    [
      'had no errors',
      endedJobId,
      { counts: { ...endedJob.counts, done: 100, errors: 0 }, status: 'succeeded' },
      409,
      /Nothing failed/,
    ],
    [
      'failed before it had a plan',
      endedJobId,
      { status: 'failed', counts: noCounts },
      409,
      /ended before anything was planned: submit it again/,
    ],
    [
      'published to a server that was turned off since',
      endedJobId,
      { servers: ['server-directory'] },
      409,
      /none of its servers any more: server-directory/,
    ],
    ['turned a server off', endedJobId, { publish: 'disable-server' }, 409, /Repeat that call/],
  ] as const)('cannot be done again where the job %s', async (_, jobId, changes, status, text) => {
    const jobs = jobId === endedJobId ? { getJob: async () => ({ ...endedJob, ...changes }) } : {};
    const { response } = await retry(jobId, jobs);
    expect(response.status).toBe(status);
    expect(response.body.detail).toMatch(text);
  });
});

describe('a server', () => {
  async function turn(server: string, body: object) {
    const changes: unknown[] = [];
    const jobs: PublishJob[] = [];
    const response = await ask(
      'admin',
      { method: 'PUT', path: `/servers/${server}`, body },
      {
        changeServers: async (_, from, to) => {
          changes.push({ from, to });
          return true;
        },
        submit: async (job) => {
          jobs.push(job);
          return { job };
        },
      },
    );
    return { response, changes, jobs };
  }

  it('is turned on by a job that makes due what belongs there', async () => {
    const { response, changes, jobs } = await turn('server-directory', { on: true });
    expect(response.status).toBe(202);
    expect(changes).toEqual([
      {
        from: defaultSettings.servers,
        to: ['image-serving', 'image-rendering', 'video', 'server-directory'],
      },
    ]);
    expect(jobs).toMatchObject([
      { publish: 'enable-server', servers: ['server-directory'], givenName: 'Enable server-directory' },
    ]);
  });

  it('is turned off, once that is confirmed, by a job that withdraws and flushes what is live there', async () => {
    const { changes, jobs } = await turn('video', { on: false, confirm: 'video' });
    expect(changes).toEqual([{ from: defaultSettings.servers, to: ['image-serving', 'image-rendering'] }]);
    expect(jobs).toMatchObject([{ publish: 'disable-server', servers: ['video'], invalidate: true }]);
  });

  it.each([{ on: false }, { on: false, confirm: 'yes' }, { on: false, confirm: 'image-serving' }])(
    'stays on with %j',
    async (body) => {
      const { response, changes, jobs } = await turn('video', body);
      expect(response).toMatchObject({ status: 422, body: { errors: [{ field: 'confirm' }] } });
      expect([changes, jobs]).toEqual([[], []]);
    },
  );

  it('is turned beside another that another admin turns at the same moment', async () => {
    let servers = defaultSettings.servers;
    let calls = 0;
    const response = await ask(
      'admin',
      { method: 'PUT', path: '/servers/video', body: { on: false, confirm: 'video' } },
      {
        getSettings: async () => ({ ...defaultSettings, servers }),
        changeServers: async (_, from, to) => {
          calls += 1;
          if (calls === 1) servers = [...servers, 'server-directory'];
          if (from.join() !== servers.join()) return false;
          servers = to;
          return true;
        },
      },
    );
    expect(response.status).toBe(202);
    expect(servers).toEqual(['image-serving', 'image-rendering', 'server-directory']);
  });

  it('tells that the settings are busy where others keep changing them, and starts no job', async () => {
    const jobs: PublishJob[] = [];
    const response = await ask(
      'admin',
      { method: 'PUT', path: '/servers/video', body: { on: true } },
      {
        changeServers: async () => false,
        submit: async (job) => {
          jobs.push(job);
          return { job };
        },
      },
    );
    expect(response).toMatchObject({ status: 503, body: { code: 'storage.busy' } });
    expect(jobs).toEqual([]);
  });

  it('changes nothing by a dry run', async () => {
    const { response, changes, jobs } = await turn('video', { on: false, dryRun: true });
    expect(response).toMatchObject({ status: 200, body: { dryRun: true } });
    expect([changes, jobs]).toEqual([[], []]);
  });

  it.each([
    ['printer', { on: true }, 'server: must be one of image-serving'],
    ['video', {}, 'on: '],
    ['video', { on: 'yes' }, 'on: must be true or false'],
  ])('%s is not turned by %j', async (server, body, text) => {
    const { response } = await turn(server, body);
    expect(response.status).toBe(400);
    expect(response.body.detail).toContain(text);
  });

  it('is told to be on or off', async () => {
    const { body } = await ask('viewer', { path: '/servers' });
    expect(body.items).toEqual([
      { server: 'image-serving', on: true },
      { server: 'image-rendering', on: true },
      { server: 'video', on: true },
      { server: 'server-directory', on: false },
    ]);
  });
});

it('a job is cancelled by the member that it runs as', async () => {
  const cancelPublishJob = async () => ({ ...publishJob, status: 'stopping' as const });
  const cancel = (runAs: string) =>
    ask(
      'user',
      { method: 'POST', path: `/jobs/${publishJobId}/cancel` },
      { getJob: async () => ({ ...publishJob, submittedBy: 'admin', runAs }), cancelPublishJob },
    );
  expect((await cancel('user')).status).toBe(202);
  expect((await cancel('ann')).status).toBe(403);
});
