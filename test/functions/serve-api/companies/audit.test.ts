import type { ApiRoute } from '@pressroom/api/route';
import { type RouteName, routes } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import { auditKinds, maxChangeBytes, maxSubjectBytes } from '../../../../domain/companies/audit.ts';
import { Failure } from '../../../../domain/failure.ts';
import { auditEntry, now } from '../api-records.ts';
import { ask, askAgain, reset, shipped } from '../ask.ts';
import { type SampleRequest, sampleRequests } from '../sample-requests.ts';

const allRoutes = Object.entries(routes) as [RouteName, ApiRoute][];

/** Served by a function of its own, through the same hook. */
const elsewhere: readonly string[] = ['invalidateCdn'];

/** The entries that a request added. */
async function entriesAfter(
  who: string,
  request: Parameters<typeof askAgain>[1],
  replacements: Parameters<typeof askAgain>[2] = {},
) {
  await reset();
  const response = await askAgain(who, request, replacements);
  const { items } = await shipped.audit.listAudit('luma', {}, { limit: 100, order: 'asc' });
  return { response, entries: items.filter(({ id }) => id !== auditEntry.id) };
}

describe('the contract', () => {
  it('audits every route that only admins may use to change something', () => {
    const missing = allRoutes.filter(
      ([, { method, role, audit }]) => method !== 'GET' && role === 'admin' && audit === undefined,
    );
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it.each(['emptyTrash', 'makeTrigger', 'revokeTrigger'] as const)(
    'audits %s, which users may call',
    (name) => {
      expect(routes[name].audit).toBeDefined();
    },
  );

  it('audits no reads', () => {
    expect(
      allRoutes.filter(([, { method, audit }]) => method === 'GET' && audit).map(([name]) => name),
    ).toEqual([]);
  });
});

describe('an audited request', () => {
  const audited = (Object.entries(sampleRequests) as [RouteName, SampleRequest][]).filter(
    ([name]) => (routes[name] as ApiRoute).audit && !elsewhere.includes(name),
  );

  it.each(audited)('of %s adds one entry with its outcome', async (name, { method, path, body }) => {
    const { response, entries } = await entriesAfter('admin', {
      method,
      path,
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status, JSON.stringify(response.body)).toBeLessThan(300);
    expect(entries).toMatchObject([
      {
        company: 'luma',
        by: 'admin',
        role: 'admin',
        operation: name,
        kind: (routes[name] as ApiRoute).audit?.kind,
        requestId: 'request-1',
        outcome: 'done',
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/whsec_|trg_/);
  });

  it.each([
    [
      'a path',
      { method: 'PATCH', path: '/members/bea', body: { role: 'viewer' } },
      ['bea'],
      { role: 'viewer' },
    ],
    [
      'a response',
      { method: 'POST', path: '/machines', body: { name: 'Import', role: 'user' } },
      [expect.any(String)],
      { name: 'Import', role: 'user' },
    ],
    [
      'a response that lists what was deleted',
      { method: 'POST', path: '/trash/empty', body: { assetIds: ['old shoe'] } },
      ['old shoe'],
      { partial: false },
    ],
    ['nothing', { method: 'PATCH', path: '/settings', body: { timeZone: 'UTC' } }, [], { timeZone: 'UTC' }],
  ] as const)('has its subjects from %s, and what it sent', async (_, request, subjects, change) => {
    const { entries } = await entriesAfter('admin', request);
    expect(entries).toMatchObject([{ subjects, subjectCount: subjects.length, change }]);
  });

  it.each([
    ['refused', new Failure('member.last-admin', 'No'), 409, 'member.last-admin'],
    ['failed', new Error('Broken'), 500, 'system.fault'],
  ])('that is %s has the code of its error', async (_, error, status, code) => {
    const { response, entries } = await entriesAfter(
      'admin',
      { method: 'PATCH', path: '/settings', body: { timeZone: 'UTC' } },
      {
        changeSettings: async () => {
          throw error;
        },
      },
    );
    expect(response.status).toBe(status);
    expect(entries).toMatchObject([{ outcome: 'failed', code, change: { timeZone: 'UTC' } }]);
  });

  it('has changed nothing if its entry cannot be written', async () => {
    let changed = false;
    const broken = {
      ...shipped.audit,
      beginAudit: async () => {
        throw new Failure('storage.busy', 'Busy');
      },
    };
    const response = await ask(
      'admin',
      { method: 'PATCH', path: '/settings', body: { timeZone: 'UTC' } },
      {
        changeSettings: async () => {
          changed = true;
          throw new Error('must not be called');
        },
      },
      [],
      broken,
    );
    expect(response.status).toBe(503);
    expect(changed).toBe(false);
  });

  it('succeeds if only its outcome cannot be recorded, and the entry stays unknown', async () => {
    const broken = {
      ...shipped.audit,
      endAudit: async () => {
        throw new Error('Broken');
      },
    };
    const request = { method: 'PATCH', path: '/settings', body: { timeZone: 'UTC' } };
    const response = await ask('admin', request, {}, [], broken);
    expect(response).toMatchObject({ status: 200, faults: [{ message: 'Broken' }] });
    const { items } = await shipped.audit.listAudit('luma', {}, { limit: 1, order: 'desc' });
    expect(items).toMatchObject([{ operation: 'editSettings', outcome: 'unknown' }]);
  });

  it.each([
    [
      'of somebody with too low a role',
      'viewer',
      { method: 'PATCH', path: '/settings', body: { timeZone: 'UTC' } },
    ],
    ['with an invalid body', 'admin', { method: 'PATCH', path: '/settings', body: { timeZone: 1 } }],
    [
      'that is a dry run',
      'admin',
      { method: 'PUT', path: '/servers/video', body: { on: false, dryRun: true } },
    ],
    ['that reads', 'admin', { path: '/settings' }],
  ])('%s adds no entry', async (_, who, request) => {
    expect((await entriesAfter(who, request)).entries).toEqual([]);
  });

  it('names what was deleted even if a part of it failed', async () => {
    const binned = (id: string) => ({ id, createdBy: 'admin', trashed: { at: now, by: 'ann' } });
    const { response, entries } = await entriesAfter(
      'admin',
      { method: 'POST', path: '/trash/empty', body: {} },
      {
        listTrash: async () => ({ ids: ['a', 'b'] }),
        getAssets: async () => new Map(['a', 'b'].map((id) => [id, binned(id)])) as never,
        purge: async ({ id }) => {
          if (id === 'b') throw new Failure('storage.busy', 'Busy');
          return [id];
        },
      },
    );
    expect(response.body).toEqual({ purged: 1, ids: ['a'], unknown: [], remaining: true });
    expect(entries).toMatchObject([{ outcome: 'done', subjects: ['a'] }]);
  });

  it('keeps as many subjects and as much of a change as an entry takes', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index} ${'x'.repeat(190)}`);
    const large = await entriesAfter('admin', {
      method: 'POST',
      path: '/trash/empty',
      body: { assetIds: ids },
    });
    expect(large.response.status).toBe(404);
    const [entry] = large.entries;
    expect(entry?.subjectCount).toBe(1_000);
    expect(entry?.subjects.join('').length).toBeLessThanOrEqual(maxSubjectBytes);
    expect(entry?.subjects.length).toBeGreaterThan(400);
    const values = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(90)}`);
    const fields = [{ name: 'season', label: 'Season', type: 'choice', values }];
    expect(JSON.stringify(fields).length).toBeGreaterThan(maxChangeBytes);
    const schema = await entriesAfter('admin', { method: 'PUT', path: '/metadata-schema', body: { fields } });
    expect(schema.response.status, JSON.stringify(schema.response.body)).toBe(200);
    expect(schema.entries).toMatchObject([{ operation: 'writeMetadataSchema', outcome: 'done' }]);
    expect(schema.entries[0]).not.toHaveProperty('change');
  });
});

describe('GET /audit', () => {
  it.each([
    [`by=admin&kind=settings&operation=editSettings&from=2026-11-01T00:00:00Z`, 1],
    ['kind=settings,members', 1],
    ['kind=secrets', 0],
    ['by=ann', 0],
    ['subject=red-shoe', 0],
    ['to=2026-11-01T00:00:00Z', 0],
  ])('with %s lists what matches', async (query, count) => {
    const { status, body } = await ask('admin', { path: '/audit', query });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.items).toHaveLength(count);
  });

  it.each([
    ['kind=nothing', 'kind', auditKinds.join(', ')],
    ['from=yesterday', 'from', ''],
    ['by=', 'by', 'must not be empty'],
    ['order=random', 'order', 'must be asc or desc'],
    ['limit=0', 'limit', 'must be at least 1'],
    ['who=ann', '', ''],
  ])('with %s is refused with 400', async (query, field, message) => {
    const { status, body } = await ask('admin', { path: '/audit', query });
    expect(status).toBe(400);
    expect(JSON.stringify(body.errors)).toContain(field);
    expect(JSON.stringify(body.errors)).toContain(message);
  });
});

describe('GET /audit/export', () => {
  const many = (count: number, change: Record<string, unknown>) => ({
    listAudit: async (
      _company: string,
      _filters: object,
      { limit, after }: { limit: number; after?: string | undefined },
    ) => {
      const begin = after === undefined ? 0 : Number(after) + 1;
      const items = Array.from({ length: Math.min(limit, count - begin) }, (_, index) => ({
        ...auditEntry,
        id: String(begin + index).padStart(26, '0'),
        ...change,
      }));
      const last = items.at(-1);
      return last && begin + limit < count ? { items, next: last.id } : { items };
    },
  });

  it('is JSON Lines, an attachment', async () => {
    const { headers, body } = await ask('admin', { path: '/audit/export' });
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': expect.stringContaining('luma audit 2026-11-24.jsonl'),
    });
    expect(headers).not.toHaveProperty('link');
    const lines = String(body.file).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ id: auditEntry.id, outcome: 'done' }]);
  });

  it('is CSV in which no cell is a formula', async () => {
    const change = {
      byName: '=HYPERLINK("x")',
      subjects: ['@a', 'b'],
      subjectCount: 2,
      change: { name: 'a, "b"' },
    };
    const { body } = await ask('admin', { path: '/audit/export', query: 'format=csv' }, many(1, change));
    expect(body.file).toBe(
      'at,by,byName,role,kind,operation,subjects,subjectCount,change,outcome,code,requestId,id\r\n' +
        `${now},admin,"'=HYPERLINK(""x"")",admin,settings,editSettings,"'@a\nb",2,"{""name"":""a, \\""b\\""""}",unknown,,request-0,${'0'.repeat(26)}\r\n`,
    );
  });

  it.each([
    ['more than 5,000 entries', 5_001, {}],
    ['more than 4 MB', 3_000, { change: { text: 'x'.repeat(8_000) } }],
  ])('of %s is cut, and names the address of the next file', async (_, count, change) => {
    const query = 'kind=settings&from=2026-01-01T00:00:00Z';
    const { headers, body } = await ask('admin', { path: '/audit/export', query }, many(count, change));
    expect(String(body.file).length).toBeLessThan(5_000_000);
    const [, url = ''] = /^<(.*)>; rel="next"$/.exec(String(headers.link)) ?? [];
    const next = new URL(url, 'https://api.example');
    expect(next.pathname).toBe('/v1/companies/luma/audit/export');
    const lines = String(body.file).trimEnd().split('\n').length;
    expect(Object.fromEntries(next.searchParams)).toEqual({
      kind: 'settings',
      from: '2026-01-01T00:00:00Z',
      format: 'jsonl',
      after: String(lines - 1).padStart(26, '0'),
    });
    const rest = await ask(
      'admin',
      { path: '/audit/export', query: next.search.slice(1) },
      many(count, change),
    );
    expect(rest.status, JSON.stringify(rest.body)).toBe(200);
  });
});
