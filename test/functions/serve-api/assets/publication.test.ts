import { describe, expect, it } from 'vitest';
import type { Preview } from '../../../../application/assets/preview.ts';
import type { PublishedAsset } from '../../../../application/assets/publish-closures.ts';
import type { Asset } from '../../../../domain/assets/asset.ts';
import { noTotals } from '../../../../domain/assets/estimate.ts';
import { Failure } from '../../../../domain/failure.ts';
import { asset, set } from '../api-records.ts';
import { ask, cursorAt } from '../ask.ts';

const trashed = { at: '2026-11-24T08:00:00.000Z', by: 'ann' };
const results =
  (...all: PublishedAsset[]) =>
  async () =>
    new Map(all.map((result) => [result.id, result]));
const told = (id: string, outcome: PublishedAsset['outcome'], more: Partial<PublishedAsset> = {}) => ({
  id,
  outcome,
  servers: [],
  message: `${id} is ${outcome}`,
  ...more,
});
const having =
  (...assets: Asset[]) =>
  async (_: string, ids: readonly string[]) =>
    new Map(assets.filter(({ id }) => ids.includes(id)).map((one) => [one.id, one]));

const nothingToDo: Preview = { items: [], leftOut: 0, assets: 0, totals: noTotals, complete: true };

describe('publishing one', () => {
  const publish = { method: 'POST', path: '/assets/red%20shoe/publish' };

  it('answers with the asset, and what became of all that belongs to it', async () => {
    const asked: unknown[] = [];
    const response = await ask('user', publish, {
      clock: () => 0,
      publishClosures: async (company, roots, publishing) => {
        asked.push(
          company,
          roots.map(({ id }) => id),
          publishing.by,
          publishing.until,
        );
        return results(told('red shoe', 'published', { asset }), told('teaser', 'error'))();
      },
    });
    expect(asked).toEqual(['luma', ['red shoe'], 'user', 20_000]);
    expect(response).toMatchObject({ status: 200, body: { id: 'red shoe', published: true } });
    expect(response.body.results).toEqual([
      { id: 'red shoe', outcome: 'published', servers: [], message: 'red shoe is published' },
      { id: 'teaser', outcome: 'error', servers: [], message: 'teaser is error' },
    ]);
  });

  it.each([
    ['refused', told('red shoe', 'refused'), 409, 'asset.not-publishable'],
    ['not reached', told('red shoe', 'not-reached'), 503, 'publication.not-finished'],
    ['changed meanwhile', told('red shoe', 'error', { asset }), 409, 'asset.changed-meanwhile'],
    ['not copied', told('red shoe', 'error', { error: new Error('down') }), 503, 'storage.busy'],
  ] as const)('that is %s is an error that says why', async (_, result, status, code) => {
    const publishClosures = results(result, told('view', 'refused'));
    const response = await ask('user', publish, { publishClosures });
    expect(response).toMatchObject({
      status,
      body: { code, errors: [{ field: 'red shoe', message: result.message }, { field: 'view' }] },
    });
  });

  it('that is in the trash is refused', async () => {
    const response = await ask('user', publish, { getAssets: having({ ...asset, trashed }) });
    expect(response).toMatchObject({
      status: 409,
      body: {
        code: 'asset.trashed',
        errors: [{ field: 'id', message: expect.stringContaining('Restore it') }],
      },
    });
  });

  it('dry tells what it would do', async () => {
    const totals = { ...noTotals, copies: 1, writeUnits: 3, readUnits: 1 };
    const response = await ask(
      'user',
      { ...publish, body: { dryRun: true } },
      {
        previewPublish: async () => ({ ...nothingToDo, totals }),
        publishClosures: async () => {
          throw new Error('It must not');
        },
      },
    );
    expect(response).toMatchObject({
      status: 200,
      body: {
        dryRun: true,
        complete: true,
        totals: { copies: 1, writeUnits: 3, estimatedCostUsd: 0.000007 },
      },
    });
  });
});

describe('publishing many', () => {
  const publish = (assetIds: string[], more: object = {}) => ({
    method: 'POST',
    path: '/publish',
    body: { assetIds, ...more },
  });

  it('tells of each that was named, in that order, then of what went with them', async () => {
    const response = await ask('user', publish(['views', 'red shoe', 'views']), {
      publishClosures: results(
        told('a', 'published'),
        told('red shoe', 'already-live'),
        told('views', 'not-reached'),
      ),
    });
    expect(response.body).toMatchObject({
      complete: false,
      results: [{ id: 'views' }, { id: 'red shoe' }, { id: 'a' }],
    });
  });

  it('names every unknown id, and does nothing', async () => {
    const response = await ask('user', publish(['red shoe', 'x', 'views', 'y']), {
      publishClosures: async () => {
        throw new Error('It must not');
      },
    });
    expect(response).toMatchObject({
      status: 404,
      body: {
        code: 'asset.not-found',
        errors: [
          { field: 'assetIds[1]', message: 'There is no asset x' },
          { field: 'assetIds[3]', message: 'There is no asset y' },
        ],
      },
    });
  });

  it('names what is in the trash, and does nothing', async () => {
    const response = await ask('user', publish(['red shoe', 'views']), {
      getAssets: having(asset, { ...set, trashed: { ...trashed, renamedTo: 'all views' } }),
    });
    expect(response).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'assetIds[1]', message: 'views: It was renamed to all views' }] },
    });
  });

  it('does it for those that are there, where that will do', async () => {
    const response = await ask('user', publish(['x', 'red shoe'], { partial: true }), {
      publishClosures: results(told('red shoe', 'published')),
    });
    expect(response).toMatchObject({
      status: 200,
      body: {
        complete: true,
        results: [
          { id: 'red shoe', outcome: 'published' },
          { id: 'x', outcome: 'not-found', message: 'There is no asset x' },
        ],
      },
    });
  });

  it('dry names what is not there, too', async () => {
    const response = await ask('user', publish(['x', 'red shoe'], { partial: true, dryRun: true }), {
      previewPublish: async () => nothingToDo,
    });
    expect(response.body.assets).toEqual([
      { id: 'x', action: 'none', servers: [], bytes: 0, message: 'There is no asset x' },
    ]);
  });

  it('tells the operators what failed', async () => {
    const errors: string[] = [];
    await ask('user', publish(['red shoe']), {
      publishClosures: results(told('red shoe', 'error', { error: new Error('down') })),
      log: { warn: () => {}, error: (text, error) => errors.push(`${text}: ${error.message}`) },
    });
    expect(errors).toEqual([expect.stringMatching(/red shoe.*down/)]);
  });

  it.each([
    ['no ids', { assetIds: [] }, 'assetIds', 'at least one'],
    ['1,001 ids', { assetIds: Array.from({ length: 1_001 }, (_, index) => `a${index}`) }, 'assetIds', '1000'],
    ['a number', { assetIds: [7] }, 'assetIds[0]', 'must be a text'],
    ['no body', undefined, 'body', ''],
    ['what it does not know', { assetIds: ['a'], force: true }, 'force', 'not known'],
  ])('takes no %s', async (_, body, field, message) => {
    const response = await ask('user', { method: 'POST', path: '/publish', ...(body ? { body } : {}) });
    expect(response.status).toBe(400);
    expect(response.body.errors).toContainEqual({
      field,
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('unpublishing an image with derived images', () => {
  const derivedStillLive = async () => ['teaser', 'banner'];

  it.each([
    ['one', '/assets/red%20shoe/unpublish', {}],
    ['many', '/unpublish', { assetIds: ['red shoe'] }],
  ])('lists those that stay live, for %s', async (_, path, body) => {
    const response = await ask('user', { method: 'POST', path, body }, { derivedStillLive });
    expect(response).toMatchObject({ status: 200, body: { stillLive: ['teaser', 'banner'] } });
    const dry = await ask(
      'user',
      { method: 'POST', path, body: { ...body, dryRun: true } },
      {
        derivedStillLive,
        previewWithdrawal: () => ({
          ...nothingToDo,
          items: [{ id: 'red shoe', type: 'image', action: 'withdraw', servers: [], bytes: 0, message: '' }],
        }),
      },
    );
    expect(dry.body.warnings).toEqual(['These derived images stay live: teaser, banner']);
  });
});

describe('unpublishing', () => {
  const one = { method: 'POST', path: '/assets/red%20shoe/unpublish' };
  const many = (assetIds: string[], more: object = {}) => ({
    method: 'POST',
    path: '/unpublish',
    body: { assetIds, ...more },
  });
  const incompleteSets = async (_: string, ids: readonly string[], but: ReadonlySet<string> = new Set()) =>
    ids.filter((id) => !but.has(id)).map((id) => `${id} is missing now`);

  it('one answers with the asset, held, and the sets that have a hole', async () => {
    const response = await ask('user', one, { incompleteSets });
    expect(response).toMatchObject({
      status: 200,
      body: { intent: 'held', published: false, warnings: ['red shoe is missing now'] },
    });
  });

  it('one that was live nowhere warns of nothing', async () => {
    const withdrawn = { ...asset, intent: 'held' as const, publications: {} };
    const response = await ask('user', one, {
      incompleteSets,
      withdrawAssets: async () =>
        new Map([
          ['red shoe', { id: 'red shoe', outcome: 'not-live', servers: [], message: '', asset: withdrawn }],
        ]),
    });
    expect(response.body.warnings).toEqual([]);
  });

  it.each([
    [new Failure('asset.changed-meanwhile', 'again'), 409, 'asset.changed-meanwhile'],
    [new Error('down'), 503, 'storage.busy'],
  ])('one that fails tells why', async (error, status, code) => {
    const response = await ask('user', one, {
      withdrawAssets: async () =>
        new Map([['red shoe', { id: 'red shoe', outcome: 'error', servers: [], message: 'no', error }]]),
    });
    expect(response).toMatchObject({ status, body: { code } });
  });

  it('many tells of each, warns, and leaves what is in the trash', async () => {
    const chosen: string[] = [];
    const response = await ask('user', many(['views', 'red shoe', 'x'], { partial: true }), {
      incompleteSets,
      getAssets: having(asset, { ...set, trashed }),
      withdrawAssets: async (_, assets) => {
        chosen.push(...assets.map(({ id }) => id));
        return new Map(
          assets.map(({ id }) => [
            id,
            { id, outcome: 'unpublished', servers: ['image-serving'], message: '' },
          ]),
        );
      },
    });
    expect(chosen).toEqual(['red shoe']);
    expect(response.body).toMatchObject({
      complete: true,
      results: [
        { id: 'views', outcome: 'not-live' },
        { id: 'red shoe', outcome: 'unpublished', servers: ['image-serving'] },
        { id: 'x', outcome: 'not-found' },
      ],
      warnings: ['red shoe is missing now'],
    });
  });

  it('many dry tells also what is passed over in the trash', async () => {
    const response = await ask('user', many(['views', 'red shoe', 'x'], { partial: true, dryRun: true }), {
      getAssets: having(asset, { ...set, trashed }),
    });
    expect(response.body.assets).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: 'views',
          action: 'none',
          message: 'It is in the trash, where nothing is live',
        }),
        expect.objectContaining({ id: 'x', action: 'none', message: 'There is no asset x' }),
      ]),
    );
  });

  it('many dry warns of sets, but not of those that would be withdrawn too', async () => {
    const seen: unknown[] = [];
    const response = await ask('user', many(['red shoe'], { dryRun: true }), {
      incompleteSets: async (_, ids, but) => {
        seen.push([...ids], [...(but ?? [])]);
        return ['warned'];
      },
      derivedStillLive: async () => [],
    });
    expect(seen).toEqual([['red shoe'], ['red shoe']]);
    expect(response.body).toMatchObject({ dryRun: true, warnings: ['warned'] });
  });

  it('one dry does nothing', async () => {
    const response = await ask(
      'user',
      { ...one, body: { dryRun: true } },
      {
        withdrawAssets: async () => {
          throw new Error('It must not');
        },
      },
    );
    expect(response).toMatchObject({ status: 200, body: { dryRun: true } });
  });
});

describe('the sets of an asset', () => {
  it('are told with their places and state, page by page', async () => {
    const pages: unknown[] = [];
    const listMemberships = async (company: string, member: string, page: unknown) => {
      pages.push({ company, member, page });
      return {
        items: [
          { set: 'views', places: 2 },
          { set: 'gone', places: 1 },
        ],
        next: 'gone',
      };
    };
    const first = await ask(
      'viewer',
      { path: '/assets/red%20shoe/sets', query: 'limit=2' },
      { listMemberships },
    );
    expect(first.body).toEqual({
      items: [
        {
          id: 'views',
          type: 'image-set',
          places: 2,
          published: false,
          trashed: false,
          thumbnailUrl: expect.any(String),
          previewUrl: expect.any(String),
        },
      ],
      next: cursorAt({ set: 'gone' }),
    });
    const query = `cursor=${String(first.body.next)}`;
    await ask('viewer', { path: '/assets/red%20shoe/sets', query }, { listMemberships });
    expect(pages).toEqual([
      { company: 'luma', member: 'red shoe', page: { limit: 2, after: undefined } },
      { company: 'luma', member: 'red shoe', page: { limit: 100, after: 'gone' } },
    ]);
  });

  it('of no asset are no sets', async () => {
    expect((await ask('viewer', { path: '/assets/blue/sets' })).body.code).toBe('asset.not-found');
  });
});
