import { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import type { ApiRoute } from '@pressroom/api/route';
import { type RouteName, routes } from '@pressroom/api/routes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeCursor } from '../../../adapters/http/cursor.ts';
import { type CursorOwner, sealCursor } from '../../../adapters/http/sealed-cursor.ts';
import { publishJobId, sum } from './api-records.ts';
import { ask, cursorKey } from './ask.ts';
import { type SampleRequest, sampleRequests } from './sample-requests.ts';

/** Requests that were seen to fail with 500, made by code from the sample request of every route. */

type Json =
  | null
  | boolean
  | number
  | string
  | undefined
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Every variant of a value in which one text, or one name, has half of a surrogate pair in it, with the field's name. */
function* withHalfPairs(value: Json, field = ''): Generator<{ field: string; value: Json }> {
  if (typeof value === 'string') {
    for (const half of ['\ud800', '\udfff', `a\ud83d`, `\ude00${value}`]) yield { field, value: half };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const found of withHalfPairs(item, `${field}[${index}]`))
        yield { ...found, value: value.with(index, found.value) };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value))
      for (const found of withHalfPairs(item, field === '' ? name : `${field}.${name}`))
        yield { ...found, value: { ...value, [name]: found.value } };
    const name = 'x\udc00'.toWellFormed();
    yield { field: field === '' ? name : `${field}.${name}`, value: { ...value, 'x\udc00': 1 } };
  }
}

const served = (Object.entries(sampleRequests) as [RouteName, SampleRequest][]).filter(
  ([name]) => !(name in invalidationRoutes),
);

describe('half of a surrogate pair', () => {
  const rows = served.flatMap(([name, { method, path, body }]) =>
    body === undefined
      ? []
      : [...withHalfPairs(body as Json)].map(({ field, value }) => ({ name, method, path, field, value })),
  );

  it('is tried in every text of every body', () => {
    expect(rows.length).toBeGreaterThan(200);
  });

  it.each(rows)('in $field of $name is refused with 400', async ({ method, path, field, value }) => {
    const response = await ask('admin', { method, path, body: value });
    expect(response).toMatchObject({
      status: 400,
      body: {
        code: 'request.invalid',
        errors: [{ field, message: 'must be valid Unicode; it contains half of a surrogate pair' }],
      },
      faults: [],
    });
  });

  it.each([
    ['lists', '['.repeat(400_000) + ']'.repeat(400_000)],
    ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['lists around it', `${'['.repeat(300_000)}"\\ud800"${']'.repeat(300_000)}`],
    ['objects around it', `${'{"a":'.repeat(100_000)}"\\udc00"${'}'.repeat(100_000)}`],
  ])('is looked for in deeply nested %s, which are refused with 400', async (_, rawBody) => {
    for (const path of ['/jobs', '/uploads', '/publish']) {
      const response = await ask('user', { method: 'POST', path, rawBody });
      expect(response).toMatchObject({ status: 400, body: { code: 'request.invalid' }, faults: [] });
    }
  });

  it('in any text at any depth is refused with 400', async () => {
    const texts = fc.string({
      unit: fc.integer({ min: 0xd7fe, max: 0xe001 }).map((unit) => String.fromCharCode(unit)),
    });
    await fc.assert(
      fc.asyncProperty(texts, async (name) => {
        const body = { files: [{ name: `a${name}.png`, bytes: 9, type: 'image/png', sha256: sum }] };
        const response = await ask('user', { method: 'POST', path: '/uploads', body });
        expect(response.faults).toEqual([]);
        expect(response.status).toBe(name.isWellFormed() ? 201 : 400);
      }),
      { numRuns: 200 },
    );
  });
});

describe('bytes that are not UTF-8', () => {
  const json = (bytes: string) =>
    Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes, 'hex'), Buffer.from('"}')]);

  it.each([
    ['a lone continuation byte', '80'],
    ['a byte that never occurs', 'ff'],
    ['Latin-1', '636166e9'],
    ['a character that is cut off', 'e282'],
    ['a slash in two bytes', 'c0af'],
    ['a surrogate', 'eda080'],
    ['a code point above the last', 'f5808080'],
    ['UTF-16', 'feff0061'],
  ])('in a body are refused with 400: %s', async (_, bytes) => {
    const body = json(bytes);
    const requests = [
      { rawBody: body.toString('base64'), base64: true },
      // As a gateway passes it on that takes it for text.
      { rawBody: body.toString('utf8') },
    ];
    for (const request of requests) {
      const headers = { 'content-type': 'application/json' };
      const response = await ask('user', { method: 'POST', path: '/jobs', headers, ...request });
      expect(response).toMatchObject({
        status: 400,
        body: { code: 'request.not-json', detail: expect.stringContaining('is not JSON in UTF-8') },
      });
    }
  });

  it.each(['%80', '%FF', '%C0%AF', '%ED%A0%80', '%F5%80%80%80', '%E2%82', 'caf%E9', '%FE%FF'])(
    'in a query and in a path are refused with 400: %s',
    async (encoded) => {
      expect(await ask('viewer', { path: '/search', query: `q=${encoded}` })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'query', message: expect.stringContaining('percent-encoded UTF-8') }] },
      });
      expect(await ask('viewer', { path: `/assets/${encoded}` })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'path', message: expect.stringContaining('percent-encoded UTF-8') }] },
      });
    },
  );

  it('are not seen in a percent sign that begins no code', async () => {
    expect((await ask('viewer', { path: '/search', query: 'q=100%' })).status).toBe(200);
    expect((await ask('viewer', { path: '/assets/100%' })).status).toBe(404);
  });
});

describe('a forged cursor', () => {
  const lists = served.filter(([name]) => 'cursor' in (routes[name] as ApiRoute).query.shape);
  const positions = [
    null,
    '/autumn/',
    { folder: '/', id: 'a' },
    { id: 'a', key: 'a' },
    { version: 1 },
    { set: 'a' },
    { event: 'PUBLISHED', at: '2026-11-24T08:00:00.000Z', server: 'video' },
    { file: 'begin.jsonl', line: 0 },
    { schedule: 'x'.repeat(2_000) },
  ].map(writeCursor);

  it.each(lists)(
    'of %s is refused with 400, and nothing is read with it',
    async (name, { path, query = '' }) => {
      const owner: CursorOwner = { company: 'luma', list: name, params: { company: 'luma' }, query: {} };
      const forged = positions.flatMap((position) => [
        position,
        `${position}.`,
        `.${position}`,
        `${position}.${'A'.repeat(22)}`,
        sealCursor(position, owner, new Uint8Array(32)),
        sealCursor(position, { ...owner, company: 'other' }, cursorKey),
        sealCursor(position, { ...owner, list: 'listOther' }, cursorKey),
        sealCursor(position, { ...owner, query: { ...owner.query, folder: '/other/' } }, cursorKey),
      ]);
      for (const cursor of ['x', '%00', '.', '..', '%F0%9F%91%9F', ...forged]) {
        const response = await ask('admin', { path, query: `${query}&cursor=${cursor}`.replace(/^&/, '') });
        expect(response, cursor).toMatchObject({
          status: 400,
          body: { code: 'request.invalid', errors: [{ field: 'cursor' }] },
          faults: [],
        });
      }
    },
  );

  it('that is any change of a given one is refused with 400', async () => {
    const next = { file: 'begin.jsonl', line: 3 };
    const readLog = async () => ({ items: [], next });
    const log = { path: `/jobs/${publishJobId}/log` };
    const { body } = await ask('viewer', log, { readLog });
    const given = String(body.next);
    expect((await ask('viewer', { ...log, query: `cursor=${given}&limit=7` }, { readLog })).status).toBe(200);
    const changed = fc.oneof(
      fc.nat(given.length - 1).map((at) => given.slice(0, at) + given.slice(at + 1)),
      fc
        .tuple(fc.nat(given.length), fc.string({ minLength: 1, maxLength: 3 }))
        .map(([at, text]) => given.slice(0, at) + text + given.slice(at)),
      fc
        .tuple(fc.nat(given.length - 1), fc.constantFrom(...'AZaz09-_.=+/'))
        .map(([at, text]) => given.slice(0, at) + text + given.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(
        changed.filter((cursor) => cursor !== given),
        async (cursor) => {
          const query = `cursor=${encodeURIComponent(cursor)}`;
          expect(await ask('viewer', { ...log, query }, { readLog })).toMatchObject({
            status: 400,
            faults: [],
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['another filter', `/jobs/${publishJobId}/log`, 'outcome=error'],
    ['a filter that was given with another value', `/jobs/${publishJobId}/log`, 'server=video'],
    ['another job', '/jobs/01M868ZYSAAE2H8JTE1Z5727DP/log', ''],
    ['another list', '/jobs', ''],
    ['the assets', '/assets', ''],
    ['the folders', '/folders', ''],
    ['the trash', '/trash', ''],
    ['a search', '/search', 'q=a'],
  ])('that was given for a log is refused for %s', async (_, path, query) => {
    const readLog = async () => ({ items: [], next: { file: 'begin.jsonl', line: 3 } });
    const { body } = await ask('viewer', { path: `/jobs/${publishJobId}/log` }, { readLog });
    const response = await ask(
      'viewer',
      { path, query: `${query}&cursor=${String(body.next)}` },
      { readLog },
    );
    expect(response).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] }, faults: [] });
  });
});

describe('a hostile file name', () => {
  const named = (...names: string[]) => ({
    method: 'POST',
    path: '/uploads',
    body: { files: names.map((name) => ({ name, bytes: 9, type: 'image/png', sha256: sum })) },
  });

  it.each([
    ['press/logo.jpg', 'logo.jpg'],
    ['x/../../../other/pic.png', 'pic.png'],
    ['..\\..\\windows\\win.png', 'win.png'],
    ['cafe\u0301.png', 'caf\u00e9.png'],
    ['می\u200cخواهم.png', 'می\u200cخواهم.png'],
  ])('%j is kept as %j', async (given, kept) => {
    const written: string[] = [];
    const response = await ask('user', named(given), {
      createUpload: async (_, files) => {
        written.push(...files.map(({ name }) => name));
        return true;
      },
    });
    expect(response).toMatchObject({ status: 201, body: { files: [{ name: kept }] } });
    expect(written).toEqual([kept]);
  });

  it.each([
    ['lo\u0000go.jpg', 'U+0000'],
    ['\u001b[2Jlogo.jpg', 'U+001B'],
    ['logo\r\n.jpg', 'U+000D'],
    ['a\u0085.jpg', 'U+0085'],
    ['invoice\u202egpj.exe', 'U+202E'],
    ['zero\u200bwidth.jpg', 'U+200B'],
    ['\ufefflogo.jpg', 'U+FEFF'],
    ['join\u200der.jpg', 'U+200D'],
    ['\u2066logo\u2069.jpg', 'U+2066'],
  ])('%j is refused with 400 that names the character', async (name, character) => {
    const response = await ask('user', named('fine.png', name));
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'files[1].name', message: expect.stringContaining(character) }] },
      faults: [],
    });
  });

  const members = [{ id: 'red shoe' }];
  const preset = { setType: 'image-set', members: '{base}-{view}' };
  it.each([
    ['an id in a rename', 'POST', '/assets/red%20shoe/rename', { to: 'a\u202eb' }, 'to', 'U+202E'],
    ['an id of a set', 'POST', '/sets', { type: 'image-set', id: 'a\u200bb', members }, 'id', 'U+200B'],
    [
      'an id of a derived image',
      'POST',
      '/assets/red%20shoe/derived',
      { id: 'a\ufeff', recipe: 'wid=4' },
      'id',
      'U+FEFF',
    ],
    ['a folder', 'POST', '/folders', { path: '/a\u2066b/' }, 'path', 'U+2066'],
    ['a folder to move to', 'PATCH', '/folders', { from: '/autumn/', to: '/a\u0000/' }, 'to', 'U+0000'],
    [
      'a folder of assets',
      'POST',
      '/assets/move',
      { assetIds: ['red shoe'], folder: '/\u00ad/' },
      'folder',
      'U+00AD',
    ],
    [
      'a folder of a set',
      'POST',
      '/sets',
      { type: 'image-set', id: 'a', folder: '/\u2028/', members },
      'folder',
      'U+2028',
    ],
    ['a folder of a job', 'POST', '/jobs', { scope: { folder: '/a\u200db/' } }, 'scope.folder', 'U+200D'],
    ['a preset', 'PUT', '/batch-set-presets/a%E2%80%AEb', preset, 'name', 'U+202E'],
  ])(
    'as the name of %s is refused with 400 that names the character',
    async (_, method, path, body, field, character) => {
      const response = await ask('admin', { method, path, body });
      expect(response).toMatchObject({ status: 400, faults: [] });
      expect(response.body.errors).toContainEqual({ field, message: expect.stringContaining(character) });
    },
  );
});
