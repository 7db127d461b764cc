import { beforeEach, describe, expect, it } from 'vitest';
import { storedPlans } from '../../../../adapters/s3/stored-plans.ts';
import { type PlannedAsset, planChanges } from '../../../../domain/jobs/stored-plan.ts';
import { anAsset } from '../../../support/builders.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { now, plan, planId } from '../api-records.ts';
import { askAgain, cloud, reset } from '../ask.ts';

const view = cloud.company('luma');

const live = (version: number) => ({
  'image-serving': { version, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'k' },
});

beforeEach(async () => {
  await reset();
  // One of each kind: what a job of all servers finds in the library.
  for (const { id } of [...view.assets.values()]) view.assets.delete(id);
  view.put(anAsset({ id: 'fresh' }));
  view.put(anAsset({ id: 'changed', version: 2, intent: 'live', publications: live(1) }));
  view.put(anAsset({ id: 'alive', intent: 'live', publications: live(1) }));
  view.put(anAsset({ id: 'held', intent: 'held' }));
  view.put(anAsset({ id: 'script', type: 'javascript', mimeType: 'text/javascript' }));
  view.putSet({ id: 'views' }, ['nobody']);
  view.putSet({ id: 'shows' }, ['held']);
});

async function make(body: object = {}, as = 'user') {
  const response = await askAgain(as, { method: 'POST', path: '/plans', body });
  return response.body as { id: string; status: string; counts: Record<string, number>; totals: object };
}

async function entriesOf(id: string, query = ''): Promise<PlannedAsset[]> {
  const items: PlannedAsset[] = [];
  let cursor = '';
  do {
    const { body } = await askAgain('viewer', {
      method: 'GET',
      path: `/plans/${id}/entries`,
      query: `limit=2${query}${cursor}`,
    });
    items.push(...(body.items as PlannedAsset[]));
    cursor = body.next === undefined ? '' : `&cursor=${encodeURIComponent(String(body.next))}`;
  } while (cursor !== '');
  return items;
}

const namesOf = (items: readonly PlannedAsset[]) =>
  Object.fromEntries(
    planChanges.flatMap((change) => {
      const ids = items.filter((item) => item.change === change).map(({ id }) => id);
      return ids.length === 0 ? [] : [[change, ids.sort()]];
    }),
  );

/** The S3 version that the token of a preview opens. */
function masterOf(url: string): unknown {
  const [, content = ''] = /\/preview\/\d+\.([\w-]+)\./.exec(url) ?? [];
  return (JSON.parse(Buffer.from(content, 'base64url').toString()) as unknown[])[3];
}

describe('a plan', () => {
  it('says of every asset that a job could take what the job would do with it, and why', async () => {
    const made = await make({ publish: 'full' });
    expect(made).toMatchObject({
      status: 'ready',
      counts: { added: 3, changed: 1, republished: 0, refused: 2, skipped: 0, unchanged: 0 },
      totals: { copies: 4, bytes: expect.any(Number), estimatedCostUsd: expect.any(Number) },
      madeBy: 'user',
      made: now,
      expires: '2026-12-01T08:30:00.000Z',
    });
    const entries = await entriesOf(made.id);
    expect(namesOf(entries)).toEqual({
      added: ['fresh', 'held', 'shows'],
      changed: ['changed'],
      refused: ['script', 'views'],
    });
    expect(entries).toContainEqual({
      id: 'changed',
      type: 'image',
      change: 'changed',
      version: 2,
      servers: ['image-serving'],
      live: { 'image-serving': 1 },
      bytes: 1_000,
    });
    expect(entries.find(({ id }) => id === 'held')?.message).toBe(
      'It is held, and goes live with a set that shows it',
    );
    expect(entries.find(({ id }) => id === 'views')?.message).toBe('Member nobody will not be live');
    expect(entries.find(({ id }) => id === 'script')?.message).toMatch(/does not allow active content/);
  });

  it.each([
    ['the option new leaves what has changed', {}, { skipped: ['changed'] }],
    [
      'with unchanged it also lists what stays',
      { publish: 'full', unchanged: true },
      { unchanged: ['alive'] },
    ],
    ['by force it copies what is live', { publish: 'full', force: true }, { republished: ['alive'] }],
    [
      'of some assets it says why one is left',
      { scope: { assets: ['fresh', 'held', 'alive'] } },
      { added: ['fresh'], skipped: ['held'], unchanged: ['alive'] },
    ],
    [
      'of a server that takes none of them',
      { servers: ['video'] },
      { skipped: expect.arrayContaining(['fresh']) },
    ],
  ])('%s', async (_, body, expected) => {
    const { id } = await make(body);
    expect(namesOf(await entriesOf(id))).toMatchObject(expected);
  });

  it('has previews of the planned and of the live version, if they are asked for', async () => {
    for (const version of [1, 2]) {
      const masterVersionId = `m${version}`;
      view.putVersion(
        anAsset({ id: 'changed', version, masterVersionId, intent: 'live', publications: live(1) }),
      );
    }
    const { id } = await make({ publish: 'full' });
    const entry = async (query: string) => (await entriesOf(id, query)).find((one) => one.id === 'changed');
    expect(await entry('')).not.toHaveProperty('previewUrl');
    const { thumbnailUrl, previewUrl, livePreviewUrl } = (await entry('&previews=true')) as unknown as Record<
      string,
      string
    >;
    expect([thumbnailUrl, previewUrl, livePreviewUrl].map((url = '') => masterOf(url))).toEqual([
      'm2',
      'm2',
      'm1',
    ]);
    // Without its record a version has no preview.
    expect((await entriesOf(id, '&previews=true')).find((one) => one.id === 'fresh')).not.toHaveProperty(
      'previewUrl',
    );
    const wrong = { method: 'GET', path: `/plans/${id}/entries`, query: 'previews=yes' } as const;
    expect((await askAgain('viewer', wrong)).body).toMatchObject({ code: 'request.invalid' });
  });

  it('lists only the changes that are asked for, page by page', async () => {
    const { id } = await make({ publish: 'full' });
    expect(namesOf(await entriesOf(id, '&change=refused,added'))).toEqual({
      added: ['fresh', 'held', 'shows'],
      refused: ['script', 'views'],
    });
  });

  it('is left to store-plan where it takes too long, and is not listed or run before it is ready', async () => {
    let time = Date.parse(now);
    const response = await askAgain(
      'user',
      { method: 'POST', path: '/plans', body: {} },
      { storeRound: async () => undefined },
    );
    expect(response.body).toMatchObject({ status: 'planning', counts: { added: 0 } });
    const { id } = response.body as { id: string };
    const requests = () => cloud.messages.filter(({ queueUrl }) => queueUrl === cloudNames.PLAN_QUEUE);
    expect(requests().map(({ body }) => body)).toEqual([{ company: 'luma', planId: id }]);
    for (const request of [
      { method: 'GET', path: `/plans/${id}/entries` },
      { method: 'POST', path: '/jobs', body: { plan: id } },
    ] as const)
      expect((await askAgain('user', request)).body).toMatchObject({ status: 409, code: 'plan.not-ready' });
    // Read soon it is only read; after 16 minutes without progress it is requested again, once.
    for (const [minutes, count] of [
      [1, 1],
      [17, 2],
      [18, 2],
    ] as const) {
      time = Date.parse(now) + minutes * 60_000;
      const at = new Date(time).toISOString();
      await askAgain('viewer', { method: 'GET', path: `/plans/${id}` }, { clock: () => time, now: () => at });
      expect(requests()).toHaveLength(count);
    }
  });

  it.each([
    ['that never was', '01M868ZYSAAE2H8JTE1Z5727ZZ', now, /There is no plan/],
    ['that has expired', planId, '2026-12-01T08:30:00.000Z', /expired at 2026-12-01T08:30:00.000Z/],
  ])('%s is not found', async (_, id, at, message) => {
    for (const request of [
      { method: 'GET', path: `/plans/${id}` },
      { method: 'GET', path: `/plans/${id}/entries` },
      { method: 'POST', path: '/jobs', body: { plan: id } },
    ] as const) {
      const { body } = await askAgain('user', request, { now: () => at });
      expect(body).toMatchObject({ code: 'plan.not-found', detail: expect.stringMatching(message) });
    }
  });

  it.each([
    [{ publish: 'all' }, 'publish'],
    [{ servers: [] }, 'servers'],
    [{ servers: ['image-rendering', 'image-rendering'] }, 'servers'],
    [{ scope: { folder: 'autumn' } }, 'scope.folder'],
    [{ unchanged: 'yes' }, 'unchanged'],
    [{ dryRun: true }, ''],
  ])('of %j is refused', async (body, field) => {
    const response = await askAgain('user', { method: 'POST', path: '/plans', body });
    expect(response.body).toMatchObject({ status: 400, code: 'request.invalid' });
    if (field !== '') expect(JSON.stringify(response.body.errors)).toContain(field.split('.')[0]);
  });

  it('names assets that it leaves out only where the request is partial', async () => {
    const body = { scope: { assets: ['fresh', 'nobody'] } };
    expect(await make(body)).toMatchObject({ code: 'asset.not-found' });
    expect(await make({ ...body, partial: true })).toMatchObject({
      counts: { added: 1 },
      leftOut: [{ id: 'nobody', message: 'There is no asset nobody' }],
    });
  });
});

describe('a job of a plan', () => {
  const run = (id: string, more: object = {}) =>
    askAgain('user', { method: 'POST', path: '/jobs', body: { plan: id, ...more } });

  it('has the options of the plan, and the plan as its scope', async () => {
    const { id } = await make({ publish: 'full', servers: ['image-serving'], force: true });
    const { status, body } = await run(id, { name: 'As planned' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      givenName: 'As planned',
      publish: 'full',
      servers: ['image-serving'],
      force: true,
      scope: { kind: 'plan', planId: id },
    });
  });

  it.each([
    [
      'has a new version',
      { version: 2 },
      'It has changed since the plan was made; the next job publishes it',
    ],
    ['was unpublished', { intent: 'held' }, 'It has been unpublished since the plan was made'],
    ['is live already', { intent: 'live', publications: live(1) }, 'This version is already live'],
    ['is in the trash', { trashed: { at: now, by: 'ann' } }, 'It is in the trash'],
  ] as const)('is refused where an asset %s, and names it', async (_, change, message) => {
    const { id } = await make({ publish: 'full' });
    view.put(anAsset({ id: 'fresh', ...change }));
    const { status, body } = await run(id);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'plan.outdated', errors: [{ field: 'fresh', message }] });
    expect((await run(id, { skipChanged: true })).status).toBe(201);
  });

  it('is refused where an asset is gone, a member is no longer live, or a server is disabled', async () => {
    view.putSet({ id: 'pair' }, ['alive']);
    const { id } = await make({ publish: 'full' });
    view.put(anAsset({ id: 'alive', version: 2, intent: 'live', publications: live(1) }));
    view.assets.delete('fresh');
    expect((await run(id)).body.errors).toEqual([
      { field: 'fresh', message: 'The asset no longer exists' },
      {
        field: 'pair',
        message: 'Member alive is not live: an older version of it is on image-serving',
      },
    ]);
    view.setSettings({ servers: ['video'] });
    expect((await run(id)).body).toMatchObject({
      code: 'plan.outdated',
      errors: expect.arrayContaining([
        { field: 'fresh', message: 'image-serving has been disabled since the plan was made' },
      ]),
    });
  });

  it.each([
    [{ publish: 'full' }, 'publish'],
    [{ publish: 'new' }, 'publish'],
    [{ servers: ['video'] }, 'servers'],
    [{ force: false }, 'force'],
    [{ scope: { folder: '/' } }, 'scope'],
    [{ partial: true }, 'partial'],
    [{ dryRun: true }, 'dryRun'],
  ])('cannot also have %j', async (more, field) => {
    const { id } = await make();
    expect((await run(id, more)).body).toMatchObject({
      code: 'request.invalid',
      errors: [{ field, message: expect.stringMatching(/plan/) }],
    });
  });

  it('is the same job for a repeated key, also when it has published the plan since', async () => {
    const { id } = await make({ publish: 'full' });
    const request = {
      method: 'POST',
      path: '/jobs',
      body: { plan: id },
      headers: { 'idempotency-key': 'once' },
    } as const;
    const first = await askAgain('user', request);
    view.put(anAsset({ id: 'fresh', intent: 'live', publications: live(1) }));
    const second = await askAgain('user', request, { newId: () => '01M86900X103YN7W5QY1DZ2VST' });
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
    expect((await run(id)).status).toBe(409);
  });

  it('is not compared in advance above 20,000 log entries: the job itself skips what has changed', async () => {
    for (const [total, status] of [
      [20_000, 409],
      [20_001, 201],
    ] as const) {
      const response = await askAgain(
        'user',
        { method: 'POST', path: '/jobs', body: { plan: planId } },
        {
          findPlan: async () => ({ ...plan, position: undefined, total }),
          compare: async () => [{ id: 'fresh', message: 'It is in the trash' }],
        },
      );
      expect(response.status).toBe(status);
    }
  });

  it('skipChanged needs a plan', async () => {
    const { body } = await askAgain('user', { method: 'POST', path: '/jobs', body: { skipChanged: true } });
    expect(body.errors).toEqual([{ field: 'skipChanged', message: 'needs plan' }]);
  });

  it('of another company is not found', async () => {
    const { writePlan } = storedPlans(cloud.clients.s3, cloudNames.JOBS_BUCKET);
    const theirs = '01M868ZYSAAE2H8JTE1Z5727ZZ';
    await writePlan({ ...plan, company: 'other', id: theirs });
    expect((await run(theirs)).body).toMatchObject({ status: 404, code: 'plan.not-found' });
  });
});
