import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../../domain/assets/asset.ts';
import { asset, now } from '../api-records.ts';
import { ask, askAgain, reset, shipped } from '../ask.ts';

const importing = (csv: string, more: object = {}) => ({
  method: 'POST',
  path: '/metadata/import',
  body: { csv, ...more },
});

/** A table of assets, and what is written and trashed. */
function shelf(...states: Asset[]) {
  const written: Asset[] = [];
  const trashed: string[] = [];
  return {
    written,
    trashed,
    replacements: {
      getAssets: async (_: string, ids: readonly string[]) =>
        new Map(states.filter(({ id }) => ids.includes(id)).map((state) => [state.id, state])),
      getAsset: async (_: string, id: string) => states.find((state) => state.id === id),
      recordMetadata: async (_: Asset, after: Asset) => {
        written.push(after);
        return true;
      },
      trash: async (one: Asset) => {
        trashed.push(one.id);
        return { trashed: [one], wasLive: [], warnings: [] };
      },
      setsLeftIncomplete: async () => ['The set views is incomplete'],
    },
  };
}
const a = { ...asset, id: 'a', title: 'A', keywords: ['old'] };
const b = { ...asset, id: 'b' };
const binned = { ...asset, id: 'binned', trashed: { at: now, by: 'ann' } };

describe('POST /metadata/import', () => {
  it('changes metadata by a row for each asset, and moves assets to the trash', async () => {
    const { written, trashed, replacements } = shelf(a, b);
    const csv = 'id,title,keywords,delete\r\na,A,new; old,\r\nb,,,yes\r\n';
    const response = await ask('user', importing(csv), replacements);
    expect(response).toMatchObject({
      status: 200,
      body: {
        results: [
          { row: 2, id: 'a', outcome: 'changed' },
          { row: 3, id: 'b', outcome: 'trashed' },
        ],
        warnings: ['The set views is incomplete'],
        remaining: false,
      },
    });
    expect(written).toMatchObject([{ id: 'a', title: 'A', keywords: ['new', 'old'], modifiedBy: 'user' }]);
    expect(trashed).toEqual(['b']);
  });

  it('changes the true records', async () => {
    await reset();
    const csv = 'id,title,addKeywords,fields.sku\nred shoe,Red shoe,sale,RS-100\n';
    const first = await askAgain('user', importing(csv));
    expect(first.body).toMatchObject({ results: [{ row: 2, id: 'red shoe', outcome: 'changed' }] });
    expect(await shipped.assets.getAsset('luma', 'red shoe')).toMatchObject({
      title: 'Red shoe',
      keywords: expect.arrayContaining(['sale']),
      fields: { sku: 'RS-100' },
    });
    const second = await askAgain('user', importing(csv));
    expect(second.body).toMatchObject({ results: [{ outcome: 'unchanged' }] });
  });

  const wrong = 'id,title,keywords,delete\na,New,,\nnobody,x,,\nbinned,x,,\n,x,,\na,x,,\nb,'.concat(
    'x'.repeat(256),
    `,${'y'.repeat(101)},maybe\n`,
  );
  const problems = [
    ['row 3, column id: There is no asset nobody', 3, 'id'],
    ['row 4, column id: binned is in the trash; restore it first', 4, 'id'],
    ['row 5, column id: must not be empty', 5, 'id'],
    ['row 6, column id: a is in row 2 too', 6, 'id'],
    ['row 7, column delete: must be yes, no or empty, not maybe', 7, 'delete'],
    ['row 7, column title: must have at most 255 characters; it has 256', 7, 'title'],
    ['row 7, column keywords: must have at most 100 characters; it has 101', 7, 'keywords'],
  ] as const;

  it('changes nothing if a cell is wrong, and lists each wrong cell with row and column', async () => {
    const { written, replacements } = shelf(a, b, binned);
    const response = await ask('user', importing(wrong), replacements);
    expect(response.status).toBe(400);
    expect(response.body.errors).toEqual(problems.map(([message]) => ({ field: 'csv', message })));
    expect(response.body.detail).toBe(
      `csv: ${problems[0][0]}, and ${problems.length - 1} more wrong cells; nothing was changed`,
    );
    expect(written).toEqual([]);
  });

  it.each([
    ['a dry run', { dryRun: true }, []],
    ['partial', { partial: true }, ['a']],
  ])('with %s says of each row what becomes of it', async (_, options, changed) => {
    const { written, trashed, replacements } = shelf(a, b, binned);
    const { status, body } = await ask('user', importing(wrong, options), replacements);
    expect(status).toBe(200);
    const results = body.results as { row: number; outcome: string; errors?: { column: string }[] }[];
    expect(results.map(({ row, outcome }) => [row, outcome])).toEqual([
      [2, 'changed'],
      ...[3, 4, 5, 6, 7].map((row) => [row, 'failed']),
    ]);
    expect(results.flatMap(({ row, errors = [] }) => errors.map(({ column }) => [row, column]))).toEqual(
      problems.map(([, row, column]) => [row, column]),
    );
    expect(written.map(({ id }) => id)).toEqual(changed);
    expect(trashed).toEqual([]);
  });

  it('says of an asset that keeps being changed that it failed, and does the others', async () => {
    const { replacements } = shelf(a, b);
    const { body } = await ask('user', importing('id,title\na,x\nb,x\n'), {
      ...replacements,
      recordMetadata: async ({ id }: Asset) => id === 'b',
    });
    expect(body.results).toEqual([
      {
        row: 2,
        id: 'a',
        outcome: 'failed',
        errors: [{ column: 'id', message: 'a keeps being changed; try again' }],
      },
      { row: 3, id: 'b', outcome: 'changed' },
    ]);
  });

  it.each([
    ['only a header', 'id,title\n', 'must have a header and at least one row'],
    ['nothing', ' ', 'must have a header and at least one row'],
    ['a row that is too short', 'id,title\na\n', 'line 2: The row has not as many cells as the header'],
    ['too many rows', `id\n${'a\n'.repeat(1_001)}`, 'must have at most 1000 rows below the header'],
    ['an unknown column', 'id,colour\na,red\n', 'row 1, column colour: is no column of metadata'],
    ['no id', 'title\nx\n', 'row 1, column id: is missing'],
  ])('refuses a table with %s, also with partial and as a dry run', async (_, csv, message) => {
    for (const options of [{}, { partial: true }, { dryRun: true }]) {
      const { status, body } = await ask('user', importing(csv, options));
      expect(status).toBe(400);
      expect(JSON.stringify(body.errors)).toContain(message);
    }
  });

  it('takes 1,000 rows', async () => {
    const csv = `id\n${Array.from({ length: 1_000 }, (_, index) => `a${index}\n`).join('')}`;
    const { body } = await ask('user', importing(csv, { partial: true }));
    expect(body.results).toHaveLength(1_000);
  });
});

describe('GET /metadata/export', () => {
  it('is a table of the assets that an import takes', async () => {
    await reset();
    const { headers, body } = await askAgain('viewer', { path: '/metadata/export' });
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': expect.stringContaining('luma metadata 2026-11-24.csv'),
    });
    expect(headers).not.toHaveProperty('link');
    const csv = String(body.file);
    expect(csv).toMatch(/^id,folder,type,title,description,altText,keywords/);
    expect(csv).toContain('\r\nred shoe,/autumn/,image,');
    const imported = await askAgain('user', importing(csv));
    const results = imported.body.results as { outcome: string }[];
    expect(results.length).toBeGreaterThan(1);
    for (const { outcome } of results) expect(outcome).toBe('unchanged');
  });

  it('names the address of the next table after 1,000 assets', async () => {
    const asked: unknown[] = [];
    const listAssets = async (_: string, page: { limit: number; after?: unknown }) => {
      asked.push(page);
      const items = Array.from({ length: page.limit }, (__, index) => ({
        ...asset,
        id: `${asked.length} ${index}`,
      }));
      return { items, next: { folder: '/autumn & more/', id: `${asked.length} 99` } };
    };
    const query = 'folder=/autumn%20%26%20more/&below=false';
    const { headers, body } = await ask('viewer', { path: '/metadata/export', query }, { listAssets });
    expect(String(body.file).split('\r\n')).toHaveLength(1_002);
    const [, url = ''] = /^<(.*)>; rel="next"$/.exec(String(headers.link)) ?? [];
    const next = new URL(url, 'https://api.example');
    expect(Object.fromEntries(next.searchParams)).toEqual({
      folder: '/autumn & more/',
      below: 'false',
      afterFolder: '/autumn & more/',
      afterId: '10 99',
    });
    asked.length = 0;
    await ask('viewer', { path: '/metadata/export', query: next.search.slice(1) }, { listAssets });
    expect(asked[0]).toEqual({
      limit: 100,
      folder: '/autumn & more/',
      below: false,
      after: { folder: '/autumn & more/', id: '10 99' },
    });
  });

  it('ends a table after a megabyte of metadata', async () => {
    const large = { ...asset, description: 'x'.repeat(2_000), altText: 'y'.repeat(1_000) };
    let pages = 0;
    const listAssets = async () => {
      pages += 1;
      return { items: Array(100).fill(large) as Asset[], next: { folder: '/', id: 'x' } };
    };
    await ask('viewer', { path: '/metadata/export' }, { listAssets });
    expect(pages).toBe(4);
  });

  it.each([
    ['folder=autumn', 'folder'],
    ['below=maybe', 'below'],
    ['afterId=a', ''],
    ['afterFolder=/a/', ''],
    ['limit=5', ''],
    ['folder=/a/&afterFolder=/b/&afterId=x', 'afterFolder'],
    ['folder=/a/&below=true&afterFolder=/&afterId=x', 'afterFolder'],
  ])('with %s is refused with 400', async (query, field) => {
    const { status, body } = await ask('viewer', { path: '/metadata/export', query });
    expect(status).toBe(400);
    expect(JSON.stringify(body.errors)).toContain(field);
  });
});

describe('POST /assets/metadata', () => {
  it('replaces the keywords of many', async () => {
    const { written, replacements } = shelf(a, b);
    const body = { assetIds: ['a', 'b'], keywords: ['new'] };
    const response = await ask('user', { method: 'POST', path: '/assets/metadata', body }, replacements);
    expect(response.status).toBe(200);
    expect(written.map(({ keywords }) => keywords)).toEqual([['new'], ['new']]);
  });
});
