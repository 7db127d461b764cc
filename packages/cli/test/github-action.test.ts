import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeFetch, json, networkFailure, type Respond } from '../../client/test/fake-fetch.ts';
import { runAction } from '../src/github-action/run-action.ts';
import { temporaryFolder } from './run-cli.ts';

/** The action on a made-up workflow, with an API and a GitHub that are functions. */

const sha = '1a2b3c4d5e6f708192a3b4c5d6e7f80910111213';

const counts = { added: 1, changed: 1, republished: 0, refused: 1, skipped: 0, unchanged: 0 };
const plan = {
  id: '01JDEZ3T5V0A1B2C3D4E5F6G7H',
  status: 'ready',
  publish: 'full',
  servers: ['image-serving'],
  scope: { kind: 'folder', folder: '/website/', below: true },
  made: '2026-11-24T08:30:00.000Z',
  madeBy: 'trust-rule',
  expires: '2026-12-01T08:30:00.000Z',
  counts,
  totals: { copies: 2, bytes: 2_048, writeUnits: 4, readUnits: 1, estimatedCostUsd: 0 },
};
const entries = [
  { id: '@ann<b>|`', type: 'image', change: 'added', version: 1, live: {} },
  { id: 'red-shoe', type: 'image', change: 'changed', version: 4, live: { 'image-serving': 3 } },
  { id: 'spin', type: 'spin-set', change: 'refused', version: 1, live: {}, message: 'red-2 is not live' },
].map((entry) => ({ servers: ['image-serving'], bytes: 1_024, ...entry }));
const job = {
  kind: 'publish',
  id: '01JDEZ3T5V0A1B2C3D4E5F6G7J',
  name: 'example/website 1a2b3c4 2026-11-24 08:30:00',
  status: 'succeeded',
  publish: 'full',
  servers: ['image-serving'],
  planned: true,
  progress: 1,
  counts: { total: 2, done: 2, skipped: 0, warnings: 0, errors: 0, notReached: 0, bytes: 2_048 },
};

interface Scene {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Fields of the event file. */
  readonly event?: object;
  /** Comments that the pull request has. */
  readonly comments?: readonly { id: number; body: string }[];
  /** Replaces single responses. */
  readonly respond?: (...parameters: Parameters<Respond>) => ReturnType<Respond> | undefined;
}

const pull = (fork = 'example/website') => ({
  repository: { private: true },
  pull_request: { number: 7, head: { sha, repo: { full_name: fork } } },
});

async function act({ inputs = {}, env = {}, event = pull(), comments = [], respond }: Scene) {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  writeFileSync(file('event.json'), JSON.stringify(event));
  mkdirSync(file('media'));
  const { fetch, sent } = fakeFetch((request, count) => {
    const replaced = respond?.(request, count);
    if (replaced !== undefined) return replaced;
    const { url, method } = request;
    const token = `e30.${Buffer.from('{"sub":"repo:example/website:pull_request"}').toString('base64url')}.x`;
    if (url.startsWith('https://oidc.example')) return json(200, { value: token });
    if (url.endsWith('/token')) return json(200, { accessToken: 't1', expiresIn: 3_600 });
    if (url.endsWith('/plans')) return json(201, plan);
    if (url.includes('/entries')) return json(200, { items: entries });
    if (url.endsWith('/previews'))
      return json(201, {
        url: `https://cdn.example.com/preview/p${(request.body as { version: number }).version}`,
      });
    if (url.endsWith('/jobs')) return json(201, job);
    if (url.startsWith('https://api.github.com'))
      return method === 'GET'
        ? json(200, comments)
        : json(method === 'POST' ? 201 : 200, { id: 1, html_url: 'https://github.com/c/1' });
    throw new Error(`${method} ${url} was not expected`);
  });
  const log: string[] = [];
  const exitCode = await runAction({
    env: {
      INPUT_API: 'https://api.example.com',
      INPUT_COMPANY: 'luma',
      INPUT_COMMAND: 'plan',
      'INPUT_GITHUB-TOKEN': 'gh',
      GITHUB_REPOSITORY: 'example/website',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: file('event.json'),
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_SHA: sha,
      RUNNER_TEMP: folder,
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.example/?v=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      ...env,
    },
    fetch,
    now: () => Date.parse('2026-11-24T08:30:00.000Z'),
    wait: async () => {},
    log: (line) => log.push(line),
    signal: new AbortController().signal,
  });
  const read = (name: string) => {
    try {
      return readFileSync(file(name), 'utf8');
    } catch {
      return '';
    }
  };
  const outputs = Object.fromEntries(
    read('output')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return { exitCode, sent, outputs, summary: read('summary'), log: log.join('\n') };
}

const toGitHub = (sent: Awaited<ReturnType<typeof act>>['sent']) =>
  sent.filter(({ url }) => url.startsWith('https://api.github.com'));

describe('plan', () => {
  it('comments on the pull request, with thumbnails before and after, and sets outputs', async () => {
    const { exitCode, sent, outputs, summary, log } = await act({ inputs: { folder: '/website/' } });
    expect({ exitCode, log }).toEqual({
      exitCode: 0,
      log: `Plan ${plan.id}: 2 to publish, 1 refused.\nComment: https://github.com/c/1`,
    });
    expect(outputs).toEqual({
      skipped: 'false',
      'plan-id': plan.id,
      counts: JSON.stringify(counts),
      'to-publish': '2',
      'comment-url': 'https://github.com/c/1',
    });
    expect(sent.find(({ url }) => url.endsWith('/plans'))?.body).toMatchObject({
      publish: 'full',
      scope: { folder: '/website/', below: true },
    });
    const [listed, written, ...others] = toGitHub(sent);
    expect(others).toEqual([]);
    expect(listed?.url).toContain('/repos/example/website/issues/7/comments?per_page=100&page=1');
    expect(written).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer gh' } });
    const { body } = (written?.body ?? {}) as { body: string };
    expect(body).toContain('2 assets to publish');
    expect(body).toMatch(/preview\/p3\?wid=192&amp;hei=192&amp;fit=fit.* → .*preview\/p4/);
    expect(body).toContain('<code>red-2 is not live</code>');
    expect(body).toContain(summary.trim());
    // The links work as long as the plan.
    expect(
      sent.filter(({ url }) => url.endsWith('/previews')).map(({ body: asked }) => asked),
    ).toContainEqual({
      assetId: 'red-shoe',
      version: 3,
      seconds: 7 * 24 * 3_600,
    });
  });

  it('replaces its own comment, and that of no other folder', async () => {
    const marker = '<!-- pressroom-plan luma %2Fwebsite%2F -->';
    const comments = [
      { id: 1, body: `<!-- pressroom-plan luma %2F -->` },
      { id: 2, body: `I saw ${marker}` },
      { id: 3, body: `${marker}\nold` },
    ];
    const { sent } = await act({ inputs: { folder: '/website/' }, comments });
    const written = toGitHub(sent).filter(({ method }) => method !== 'GET');
    expect(written.map(({ method, url }) => [method, url.replace(/.*repos/, '')])).toEqual([
      ['PATCH', '/example/website/issues/comments/3'],
    ]);
  });

  it('finds its comment on a later page', async () => {
    const marker = '<!-- pressroom-plan luma %2F -->';
    const { sent } = await act({
      respond: ({ method, url }) => {
        if (method !== 'GET' || !url.includes('/comments?')) return undefined;
        const first = Array.from({ length: 100 }, (_, id) => ({ id, body: 'text' }));
        return json(200, url.endsWith('page=2') ? [{ id: 200, body: marker }] : first);
      },
    });
    expect(toGitHub(sent).map(({ method, url }) => `${method} ${url.replace(/.*[/&]/, '')}`)).toEqual([
      'GET page=1',
      'GET page=2',
      'PATCH 200',
    ]);
  });

  it('shows ids as they are, whatever Markdown, HTML or mention they contain', async () => {
    const { summary } = await act({});
    expect(summary).toContain('<code>@ann&lt;b&gt;|`</code>');
    expect(summary).not.toContain('<b>');
  });

  it.each([
    ['private', { private: true }, 3],
    ['private', { private: false }, 0],
    ['private', {}, 0],
    ['always', { private: false }, 3],
    ['never', { private: true }, 0],
  ])('with thumbnails %s in a repository %j makes %i previews', async (thumbnails, repository, previews) => {
    const { sent, summary } = await act({ inputs: { thumbnails }, event: { ...pull(), repository } });
    expect(sent.filter(({ url }) => url.endsWith('/previews'))).toHaveLength(previews);
    expect(summary.includes('No thumbnails')).toBe(thumbnails === 'private' && previews === 0);
  });

  it('shows an asset without a thumbnail if a preview is refused', async () => {
    const { exitCode, summary } = await act({
      respond: ({ url }) =>
        url.endsWith('/previews')
          ? json(404, { code: 'asset.not-found', detail: 'gone', status: 404 })
          : undefined,
    });
    expect(exitCode).toBe(0);
    expect(summary).toContain('<code>red-shoe</code>');
    expect(summary).not.toContain('<img');
  });

  it.each([
    ['200 assets', 20, '150 more assets to publish'],
    ['very long ids', 1_000, '190 more assets to publish'],
  ])('stays within the size of a comment with %s', async (_, length, text) => {
    const many = Array.from({ length: 200 }, (_item, index) => ({
      ...entries[1],
      id: `${index}`.padEnd(length, 'x'),
    }));
    const { summary, outputs } = await act({
      respond: ({ url }) => {
        if (url.endsWith('/plans'))
          return json(201, { ...plan, counts: { ...counts, added: 0, changed: 200 } });
        if (url.includes('/entries')) return json(200, { items: many });
        if (url.endsWith('/previews'))
          return json(201, { url: `https://cdn.example.com/preview/${'p'.repeat(500)}` });
        return undefined;
      },
    });
    expect(outputs['comment-url']).toBeDefined();
    expect(summary.length).toBeLessThan(65_536);
    expect(summary.includes(text)).toBe(true);
  });

  it('writes no comment outside of a pull request, or if it is not wanted', async () => {
    const pushed = await act({ event: { repository: { private: true } } });
    const quiet = await act({ inputs: { comment: 'false' } });
    for (const { exitCode, sent, outputs } of [pushed, quiet]) {
      expect([exitCode, outputs['plan-id'], toGitHub(sent)]).toEqual([0, plan.id, []]);
    }
  });
});

describe('publish', () => {
  const publish = { command: 'publish', folder: '/website/' };

  it('submits a job with the name of the commit, waits, and sets outputs', async () => {
    const { exitCode, sent, outputs, summary } = await act({ inputs: publish, event: {} });
    expect(exitCode).toBe(0);
    expect(sent.find(({ url }) => url.endsWith('/jobs'))?.body).toMatchObject({
      name: 'example/website 1a2b3c4',
      publish: 'full',
      scope: { folder: '/website/', below: true },
    });
    expect(outputs).toMatchObject({
      'job-id': job.id,
      'job-status': 'succeeded',
      published: '2',
      errors: '0',
    });
    expect(summary).toContain('Pressroom: succeeded');
  });

  it('runs a plan', async () => {
    const { sent } = await act({ inputs: { command: 'publish', plan: plan.id, 'skip-changed': 'true' } });
    const { body } = sent.find(({ url }) => url.endsWith('/jobs')) ?? {};
    expect(body).toEqual({ name: 'example/website 1a2b3c4', plan: plan.id, skipChanged: true });
  });

  it('fails with the errors of the job in the summary', async () => {
    const broken = { ...job, status: 'completed-with-errors', counts: { ...job.counts, done: 1, errors: 1 } };
    const { exitCode, outputs, summary, log } = await act({
      inputs: publish,
      respond: ({ url }) => {
        if (url.endsWith('/jobs')) return json(201, broken);
        if (url.includes('/log'))
          return json(200, {
            items: [{ outcome: 'error', asset: 'red-shoe', message: 'The master is gone' }],
          });
        return undefined;
      },
    });
    expect([exitCode, outputs['job-status'], outputs.errors]).toEqual([1, 'completed-with-errors', '1']);
    expect(summary).toContain('<td><code>red-shoe</code></td><td><code>The master is gone</code></td>');
    expect(log).toContain(
      `::error title=Pressroom::The job ${job.name} ended with the status completed-with-errors`,
    );
  });

  it('submits no job if a file could not be uploaded', async () => {
    const { exitCode, sent, log } = await act({
      inputs: { ...publish, 'sync-from': 'nothing' },
    });
    expect(exitCode).toBe(1);
    expect(log).toContain("sync-from: 'nothing' is not a folder of the workspace.");
    expect(sent.filter(({ url }) => url.endsWith('/jobs'))).toEqual([]);
  });
});

describe('Without rights', () => {
  const noToken = { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' };

  it('a pull request of a fork is skipped with a text that says why', async () => {
    const { exitCode, sent, outputs, summary, log } = await act({
      env: noToken,
      event: pull('stranger/website'),
    });
    expect([exitCode, sent, outputs]).toEqual([0, [], { skipped: 'true' }]);
    expect(summary).toContain('comes from a fork');
    expect(log).toMatch(/^::notice title=Pressroom::Skipped: the pull request comes from a fork/);
  });

  it('a pull request of a deleted fork is skipped as well', async () => {
    const { pull_request } = pull();
    const event = { pull_request: { ...pull_request, head: { sha, repo: null } } };
    expect((await act({ env: noToken, event })).outputs).toEqual({ skipped: 'true' });
  });

  it('a workflow without the permission gets its name', async () => {
    const { exitCode, log } = await act({ env: noToken });
    expect(exitCode).toBe(1);
    expect(log).toContain('Give the job the permission id-token: write.');
  });

  it('a job that no trust rule accepts gets its subject', async () => {
    const { exitCode, log } = await act({
      respond: ({ url }) =>
        url.endsWith('/token')
          ? json(401, { code: 'access.token-refused', detail: 'No trust rule accepts the token' })
          : undefined,
    });
    expect(exitCode).toBe(1);
    expect(log).toContain('No trust rule accepts the token');
    expect(log).toContain("a subject pattern for 'repo:example/website:pull_request'");
  });

  it('a token of GitHub that may not comment gets the permission that is missing', async () => {
    const { exitCode, outputs, log } = await act({
      respond: ({ url }) => (url.startsWith('https://api.github.com') ? json(403, {}) : undefined),
    });
    expect([exitCode, outputs['plan-id']]).toEqual([1, plan.id]);
    expect(log).toContain('pull-requests: write');
  });

  it('refuses pull_request_target, which has the rights of the main branch', async () => {
    const { exitCode, sent, log } = await act({ env: { GITHUB_EVENT_NAME: 'pull_request_target' } });
    expect([exitCode, sent]).toEqual([1, []]);
    expect(log).toContain('pull_request_target is refused');
  });
});

describe('Faults', () => {
  it('an API that cannot be reached ends the step with the next step', async () => {
    const { exitCode, log } = await act({
      respond: ({ url }) => (url.endsWith('/plans') ? networkFailure() : undefined),
    });
    expect(exitCode).toBe(1);
    expect(log).toContain('::error title=Pressroom::The API could not be reached');
  });

  it('GitHub that fails for a moment is asked again, but never posts twice', async () => {
    let failures = 0;
    const { exitCode } = await act({
      respond: ({ url, method }) =>
        url.startsWith('https://api.github.com') && method === 'GET' && failures++ < 2
          ? json(502, {})
          : undefined,
    });
    expect([exitCode, failures]).toEqual([0, 3]);
    const { sent, exitCode: second } = await act({
      respond: ({ url, method }) =>
        url.startsWith('https://api.github.com') && method === 'POST' ? json(502, {}) : undefined,
    });
    expect([second, toGitHub(sent).filter(({ method }) => method === 'POST').length]).toEqual([1, 1]);
  });
});

describe('Wrong inputs', () => {
  it.each([
    [{ command: '' }, 'command: is missing.'],
    [{ command: 'publsih' }, "command: 'publsih' must be plan or publish."],
    [{ api: '' }, 'api: is missing.'],
    [{ api: 'api.example.com' }, "api: 'api.example.com' must be the address of the API"],
    [{ api: 'http://api.example.com' }, "api: 'http://api.example.com' must be the address of the API"],
    [{ company: ' ' }, 'company: is missing.'],
    [{ folder: 'website' }, "folder: 'website' must be a folder of the library, as in /website/."],
    [{ below: 'yes' }, "below: 'yes' must be false or true."],
    [{ type: 'all' }, "type: 'all' must be new or full or full-with-search."],
    [{ servers: 'image-serving, cdn' }, "servers: 'cdn' must be of image-serving"],
    [{ 'sync-from': 'media' }, 'sync-from: needs folder'],
    [{ 'sync-delete': 'true' }, 'sync-delete: needs sync-from.'],
    [{ plan: plan.id }, 'plan: is for the command publish.'],
    [{ command: 'publish', plan: plan.id, folder: '/a/' }, 'plan: fixes what is published'],
    [{ 'skip-changed': 'true' }, 'skip-changed: needs plan.'],
    [{ thumbnails: 'public' }, "thumbnails: 'public' must be private or always or never."],
  ])('%j ends with: %s', async (inputs, text) => {
    const { exitCode, sent, log } = await act({ inputs });
    expect([exitCode, sent]).toEqual([1, []]);
    expect(log).toMatch(/^::error title=Pressroom::/);
    expect(log).toContain(text);
  });

  it('are all named at once', async () => {
    const { log } = await act({ inputs: { command: 'x', folder: 'y', type: 'z' } });
    for (const name of ['command', 'folder', 'type']) expect(log).toContain(`${name}: '`);
  });
});
