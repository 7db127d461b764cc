import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeFetch, json } from '../../client/test/fake-fetch.ts';
import { runCli, temporaryFolder, writeFiles } from './run-cli.ts';

/** Commands that wait: for jobs, logs and invalidations; and those that look outside the API. */

const jobId = '01JDEZ3T5V0A1B2C3D4E5F6G7H';
const at = '2026-11-24T08:30:00.000Z';

function jobWith(status: string, done = 0, more: object = {}) {
  return {
    kind: 'publish',
    id: jobId,
    name: `Autumn ${at}`,
    givenName: 'Autumn',
    status,
    publish: 'new',
    servers: ['image-serving'],
    counts: { total: 3, done, skipped: 0, warnings: 0, errors: 0, notReached: 0, bytes: done * 100 },
    progress: done / 3,
    planned: true,
    submitted: at,
    submittedBy: 'ann',
    user: 'ann',
    ...more,
  };
}

/** Responds to reads of a job with one state after the other; the last one stays. */
function jobThat(...states: readonly object[]) {
  let read = 0;
  return () => json(200, states[Math.min(read++, states.length - 1)]);
}

describe('pressroom jobs watch', () => {
  it('prints the job at every change and ends with the code of its status', async () => {
    const { fetch, sent } = fakeFetch(
      jobThat(
        jobWith('queued'),
        jobWith('queued'),
        jobWith('running', 1),
        jobWith('running', 1),
        jobWith('succeeded', 3),
      ),
    );
    const { exitCode, lines } = await runCli(['jobs', 'watch', jobId, '--json'], { fetch });
    expect(exitCode).toBe(0);
    expect(lines.map(({ status }) => status)).toEqual(['queued', 'running', 'succeeded']);
    expect(sent).toHaveLength(5);
  });

  it.each(['failed', 'stopped', 'completed-with-errors'])(
    'ends with 7 for a job that is %s',
    async (status) => {
      const { exitCode, stdout, stderr } = await runCli(['jobs', 'watch', jobId], {
        fetch: fakeFetch(jobThat(jobWith('running'), jobWith(status, 1, { reason: 'a reason' }))).fetch,
      });
      expect(exitCode).toBe(7);
      expect(stdout).toContain(`${status}, 1 done`);
      // Without a terminal, each new status is a line.
      expect(stderr).toBe(`Autumn ${at}: running\nAutumn ${at}: ${status}\n`);
    },
  );

  it('ends with 130 on Ctrl-C, and leaves the job alone', async () => {
    const interrupt = new AbortController();
    const { fetch, sent } = fakeFetch(({ method }) => {
      if (sent.length === 3) interrupt.abort(new DOMException('Interrupted.', 'AbortError'));
      return method === 'GET' ? json(200, jobWith('running')) : json(500, {});
    });
    const { exitCode } = await runCli(['jobs', 'watch', jobId], { fetch, signal: interrupt.signal });
    expect(exitCode).toBe(130);
    expect(sent.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('pressroom jobs log --follow', () => {
  it('prints each entry once, in whichever order the parts are written', async () => {
    const entry = (asset: string, message: string) => ({
      time: at,
      asset,
      outcome: 'published',
      server: 'video',
      message,
    });
    const begin = { time: at, outcome: 'begin', message: 'Begins' };
    const logs = [
      [begin, entry('c', '3')],
      [begin, entry('a', '1'), entry('c', '3')],
      [
        begin,
        entry('a', '1'),
        entry('b', '2'),
        entry('c', '3'),
        { time: at, outcome: 'end', message: 'Ends' },
      ],
    ];
    let looks = 0;
    const { fetch } = fakeFetch(({ url }) => {
      if (url.includes('/log')) return json(200, { items: logs[looks++] });
      return json(200, jobWith(looks < 2 ? 'running' : 'succeeded'));
    });
    const { lines, exitCode } = await runCli(['jobs', 'log', jobId, '--follow', '--json'], { fetch });
    expect(exitCode).toBe(0);
    expect(lines.map(({ message }) => message)).toEqual(['Begins', '3', '1', '2', 'Ends']);
  });
});

describe('A job by its name', () => {
  const list = (...names: string[]) =>
    fakeFetch(() =>
      json(200, {
        items: names.map((name, index) => ({
          ...jobWith('succeeded'),
          id: `01JDEZ3T5V0A1B2C3D4E5F6G${index}0`,
          name,
          givenName: name,
        })),
      }),
    ).fetch;

  it.each([
    ['Autumn', ['Autumn', 'Spring'], 0, 'Autumn'],
    ['latest', ['Spring', 'Autumn'], 0, 'Spring'],
    ['01jdez3t5v0a1b2c3d4e5f6g1', ['Spring', 'Autumn'], 0, 'Autumn'],
    ['Autumn', ['Autumn', 'Autumn'], 2, '"Autumn" may be 2 jobs.'],
    ['Autum', ['Autumn'], 4, 'Near: Autumn (01JDEZ3T5V0A1B2C3D4E5F6G00)'],
  ])('"%s" among %j ends with %i: %s', async (wanted, names, code, text) => {
    const { exitCode, stdout, stderr } = await runCli(['jobs', 'show', wanted], { fetch: list(...names) });
    expect(exitCode).toBe(code);
    expect(stdout + stderr).toContain(text);
  });
});

describe('pressroom cdn invalidate --watch', () => {
  it('waits until all edges have done it', async () => {
    const state = (status: string) => ({
      id: 'i1',
      status,
      by: 'assets',
      assets: ['a'],
      assetCount: 1,
      tags: 1,
      maxCostUsd: 0.005,
      submitted: at,
      submittedBy: 'ann',
    });
    const { fetch, sent } = fakeFetch((_, count) =>
      json(count === 1 ? 202 : 200, state(count < 3 ? 'in-progress' : 'completed')),
    );
    const { lines } = await runCli(['cdn', 'invalidate', 'a', '--watch', '--json'], { fetch });
    expect(lines).toMatchObject([{ status: 'completed' }]);
    expect(sent).toHaveLength(3);
  });
});

const asset = {
  id: 'red-shoe',
  type: 'image',
  mimeType: 'image/png',
  bytes: 3,
  folder: '/',
  fileName: 'red-shoe.png',
  version: 2,
  intent: 'live',
  published: true,
  publications: { 'image-serving': { version: 2, at, by: 'ann' } },
  lastPublished: at,
  urls: { image: 'https://cdn.example.com/is/image/luma/red-shoe' },
  uploadedAt: at,
  created: at,
  createdBy: 'ann',
  modified: at,
  modifiedBy: 'ann',
};

describe('pressroom why', () => {
  const world = (change: object, edge: () => Response | Error) =>
    fakeFetch(({ url }) => (url.startsWith('https://cdn') ? edge() : json(200, { ...asset, ...change })))
      .fetch;
  const delivered = (headers: Record<string, string> = {}) => new Response('', { status: 200, headers });

  it.each([
    [
      'is live',
      {},
      () => delivered({ 'x-cache': 'Hit from cloudfront' }),
      0,
      'is live in its current version 2 on image-serving.',
    ],
    [
      'has an older version live',
      { publications: { 'image-serving': { version: 1, at, by: 'ann' } } },
      () => delivered(),
      0,
      'is live in version 1, not in its current version 2.',
    ],
    [
      'is old at the edge',
      { lastPublished: new Date(Date.now() - 5_000).toISOString() },
      () => delivered({ age: '3600' }),
      0,
      'the edge may still show an older copy',
    ],
    [
      'is not delivered',
      {},
      () => new Response('', { status: 404 }),
      7,
      'is published, but visitors do not get it: 404 from cdn.example.com',
    ],
    [
      'has no edge',
      {},
      () => new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }),
      7,
      'cdn.example.com does not respond: ENOTFOUND',
    ],
  ])('an asset that %s', async (_, change, edge, code, sentence) => {
    const { exitCode, stdout } = await runCli(['why', 'red-shoe'], { fetch: world(change, edge) });
    expect(exitCode).toBe(code);
    expect(stdout).toContain(sentence);
  });
});

describe('pressroom why, of an asset that is not published', () => {
  const dryRun = {
    dryRun: true,
    complete: true,
    assets: [{ id: 'red-shoe', action: 'publish', servers: ['image-serving'], bytes: 3 }],
    leftOut: 0,
    totals: {
      assets: 1,
      copies: 1,
      deletes: 0,
      writeUnits: 2,
      readUnits: 1,
      bytes: 3,
      invalidations: 0,
      estimatedCostUsd: 0,
    },
    warnings: [],
  };
  const refusal = {
    ...dryRun,
    assets: [{ id: 'red-shoe', action: 'refuse', servers: [], bytes: 0, message: 'HTML is not allowed' }],
  };
  const hour = 3_600_000;
  const soon = new Date(Date.now() + hour).toISOString();
  const past = new Date(Date.now() - hour).toISOString();

  it.each([
    [{ intent: 'held' }, dryRun, [], 'is not live because somebody unpublished it.'],
    [{ intent: 'pending' }, dryRun, [], 'is not live because it was never published.'],
    [{ intent: 'live' }, dryRun, [], 'is to be live, but no job has published it yet.'],
    [{ intent: 'live' }, dryRun, [jobWith('running')], 'is not live yet, and the publish job Autumn'],
    [{ intent: 'live' }, refusal, [], 'is not live because a rule prevents it: HTML is not allowed.'],
    [{ intent: 'held', liveFrom: soon }, dryRun, [], 'is not live yet: its date begins on'],
    [{ intent: 'held', liveUntil: past }, dryRun, [], 'is not live because its date ended on'],
  ])('%j', async (change, plan, jobs, sentence) => {
    const { fetch } = fakeFetch(({ url, method }) => {
      if (method === 'POST') return json(200, plan);
      if (url.includes('/jobs')) return json(200, { items: jobs });
      return json(200, { ...asset, published: false, publications: {}, ...change });
    });
    const { exitCode, stdout } = await runCli(['why', 'red-shoe'], { fetch });
    expect(exitCode).toBe(7);
    expect(stdout).toContain(sentence);
  });
});

describe('pressroom url --check', () => {
  it('fails if the edge does not deliver it', async () => {
    const urls = {
      urls: [{ kind: 'image', url: 'https://cdn.example.com/is/image/luma/a', live: true }],
      embeds: [],
    };
    const { fetch } = fakeFetch(({ url }) =>
      url.startsWith('https://cdn')
        ? new Response('', { status: 400, headers: { 'x-error': 'wid: wide' } })
        : json(200, urls),
    );
    const { exitCode, stdout, stderr } = await runCli(['url', 'a', 'wid=wide', '--check'], { fetch });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: 'https://cdn.example.com/is/image/luma/a?wid=wide\n',
    });
    expect(stderr).toContain('The edge responded with 400: wid: wide.');
  });
});

describe('pressroom embed', () => {
  const html = '<pressroom-spin asset="luma/a"></pressroom-spin>';

  it('prints the HTML of each kind, and says if it does not work yet', async () => {
    const { fetch } = fakeFetch(() =>
      json(200, { urls: [], embeds: [{ kind: 'viewer', html, live: false }] }),
    );
    const { exitCode, stdout, stderr } = await runCli(['embed', 'a'], { fetch });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `<!-- viewer -->\n${html}\n` });
    expect(stderr).toContain('a is not live');
  });

  it('fails for a type without HTML', async () => {
    const { fetch } = fakeFetch(() => json(200, { urls: [], embeds: [] }));
    const { exitCode, stderr } = await runCli(['embed', 'a'], { fetch });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('a is of a type that no HTML shows.');
  });
});

describe('pressroom download', () => {
  const files = fakeFetch(({ url, method }) => {
    if (url.startsWith('https://s3'))
      return url.endsWith('broken') ? new Response('', { status: 403 }) : new Response('png');
    if (url.endsWith('/downloads') || url.includes('/downloads/'))
      return json(method === 'POST' ? 202 : 200, {
        id: jobId,
        status: method === 'POST' ? 'writing' : 'ready',
        files: 1,
        bytes: 3,
        written: 3,
        requested: at,
        requestedBy: 'ann',
        expires: at,
        leftOut: [{ id: 'set', message: 'has no file' }],
        fileName: 'a.zip',
        ...(method === 'POST' ? {} : { url: 'https://s3.example/zip' }),
      });
    const id = /assets\/([^/]+)\//.exec(url)?.[1] ?? '';
    return json(200, {
      url: `https://s3.example/${id}`,
      expires: at,
      // A name with a path must not leave the folder.
      fileName: id === 'evil' ? '../evil.png' : `${id}.png`,
      version: 2,
      type: 'image/png',
      bytes: 3,
    });
  });

  it('writes files into a folder, and overwrites none without --force', async () => {
    const folder = temporaryFolder();
    const words = ['download', 'a', 'evil', '--to', 'out', '--json'];
    const first = await runCli(words, { fetch: files.fetch, folder });
    expect(first.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'out', 'a.png'), 'utf8')).toBe('png');
    expect(readFileSync(join(folder, 'out', 'evil.png'), 'utf8')).toBe('png');
    const second = await runCli(words, { fetch: files.fetch, folder });
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain('Add --force to overwrite it.');
    expect((await runCli([...words, '--force'], { fetch: files.fetch, folder })).exitCode).toBe(0);
  });

  it('leaves no half file', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'broken.png': 'before' });
    const { exitCode } = await runCli(['download', 'broken', '--force'], { fetch: files.fetch, folder });
    expect(exitCode).toBe(6);
    expect(readFileSync(join(folder, 'broken.png'), 'utf8')).toBe('before');
  });

  it('waits for a ZIP file, and names what it leaves out', async () => {
    const folder = temporaryFolder();
    const { exitCode, stdout } = await runCli(['download', 'a', 'set', '--zip', 'both.zip'], {
      fetch: files.fetch,
      folder,
    });
    expect(exitCode).toBe(7);
    expect(stdout).toContain('left out  set  has no file');
    expect(readFileSync(join(folder, 'both.zip'), 'utf8')).toBe('png');
  });
});
