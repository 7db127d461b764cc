import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeSamples } from '../../samples/make-samples.ts';
import { type TestIssuer, testIssuer } from '../support/test-issuer.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

/**
 * The built action as GitHub runs it, with the steps of the example in docs/github-action.md: a pull request adds a picture,
 * and its merge publishes it. GitHub's API and its issuer of tokens are made up.
 */

const root = join(import.meta.dirname, '..', '..');
const execute = promisify(execFile);
const sha = '1a2b3c4d5e6f708192a3b4c5d6e7f80910111213';

interface Step {
  readonly uses: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

let test: TestCloud;
let gitHub: Server;
let issuer: TestIssuer;
let workspace: string;
let samples: readonly { readonly name: string; readonly bytes: Buffer }[];
/** Comments on the pull request: their texts. */
const comments: string[] = [];

beforeAll(async () => {
  await execute(process.execPath, [join(root, 'packages', 'cli', 'build.mjs')]);
  test = await startTestCloud();
  workspace = await mkdtemp(join(tmpdir(), 'pressroom-action-'));
  await mkdir(join(workspace, 'media'));
  samples = (await makeSamples(join(workspace, 'drawn'), () => {})).filter(({ name }) =>
    name.endsWith('.png'),
  );
  gitHub = createServer((request, response) => {
    respond(request).then(
      (body) => response.end(JSON.stringify(body)),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => gitHub.listen(0, '127.0.0.1', resolve));
  issuer = await testIssuer(addressOf(gitHub));
  for (const subject of ['repo:example/website:pull_request', 'repo:example/website:ref:refs/heads/main'])
    await test.as('admin').call('createTrustRule', {
      body: {
        name: subject,
        role: 'user',
        issuer: issuer.url,
        audience: 'pressroom',
        subjectPattern: subject,
      },
    });
});
afterAll(async () => {
  gitHub?.close();
  await test?.stop();
  await rm(workspace, { recursive: true, force: true });
});

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Tokens for jobs, the documents of their issuer, and comments. */
async function respond(request: IncomingMessage): Promise<unknown> {
  const { method, url = '', headers } = request;
  const { pathname, searchParams } = new URL(url, issuer.url);
  if (pathname.startsWith('/oidc/')) {
    expect(headers.authorization).toBe('Bearer request-token');
    const sub = decodeURIComponent(pathname.slice('/oidc/'.length));
    return { value: await issuer.sign({ sub, aud: searchParams.get('audience') ?? '' }) };
  }
  const comment = (id: number) => ({ id, body: comments[id], html_url: `https://github.example/c/${id}` });
  if (pathname.startsWith('/api/')) {
    expect(headers.authorization).toBe('Bearer github-token');
    if (method === 'GET') return comments.map((_, id) => comment(id));
    const { body } = JSON.parse(await text(request)) as { body: string };
    const id = method === 'POST' ? comments.length : Number(pathname.split('/').at(-1));
    comments[id] = body;
    return comment(id);
  }
  return issuer.fetchJson(`${issuer.url}${url}`);
}

/** The inputs of a job's step in the example of the docs, on the local cloud. */
async function exampleInputs(job: 'plan' | 'publish'): Promise<Record<string, string>> {
  const page = await readFile(join(root, 'docs', 'github-action.md'), 'utf8');
  const example = /<!-- workflow -->\s*```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { jobs } = parse(example) as { jobs: Record<string, { steps: Step[] }> };
  const step = jobs[job]?.steps.find(({ uses }) => uses.includes('/pressroom@'));
  const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const defaults = Object.entries(action.inputs).map(([name, one]) => [name, one.default ?? ''] as const);
  const given = Object.entries(step?.with ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    ...Object.fromEntries([...defaults, ...given]),
    api: test.apiUrl,
    company,
    'github-token': 'github-token',
  };
}

interface Run {
  readonly exitCode: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

async function runStep(inputs: Record<string, string>, subject: string, event: object): Promise<Run> {
  const folder = await mkdtemp(join(workspace, 'run-'));
  const files = { event: join(folder, 'event.json'), output: join(folder, 'o'), summary: join(folder, 's') };
  await writeFile(files.event, JSON.stringify(event));
  await writeFile(files.output, '');
  await writeFile(files.summary, '');
  const { main } = (parse(await readFile(join(root, 'action.yml'), 'utf8')) as { runs: { main: string } })
    .runs;
  const env = {
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    PATH: process.env.PATH,
    GITHUB_EVENT_NAME: 'pull_request' in event ? 'pull_request' : 'push',
    GITHUB_EVENT_PATH: files.event,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_API_URL: `${addressOf(gitHub)}/api`,
    GITHUB_REPOSITORY: 'example/website',
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: folder,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${addressOf(gitHub)}/oidc/${encodeURIComponent(subject)}?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  };
  const { code, stdout } = await execute(process.execPath, [join(root, main)], { env, cwd: workspace }).then(
    (done) => ({ code: 0, stdout: done.stdout }),
    (failed: { code: number; stdout: string; stderr: string }) => ({
      code: failed.code,
      stdout: failed.stdout + failed.stderr,
    }),
  );
  const output = await readFile(files.output, 'utf8');
  const lines = output.split('\n').filter(Boolean);
  return {
    exitCode: code,
    log: stdout,
    summary: await readFile(files.summary, 'utf8'),
    outputs: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  };
}

const pullRequest = {
  repository: { private: true },
  pull_request: { number: 7, head: { sha, repo: { full_name: 'example/website' } } },
};
const plan = async () =>
  runStep(await exampleInputs('plan'), 'repo:example/website:pull_request', pullRequest);
const publish = async () =>
  runStep(await exampleInputs('publish'), 'repo:example/website:ref:refs/heads/main', {
    repository: { private: true },
  });

describe('A repository with pictures', { timeout: 240_000 }, () => {
  const put = (index: number, name: string) =>
    writeFile(join(workspace, 'media', name), samples[index]?.bytes ?? Buffer.alloc(0));

  it('gets a plan for a pull request, and is live after the merge', async () => {
    await put(0, 'first.png');
    const planned = await plan();
    expect([planned.exitCode, planned.log]).toEqual([0, expect.stringContaining('Comment: ')]);
    expect(JSON.parse(planned.outputs.files ?? '')).toEqual({
      upload: 1,
      replace: 0,
      trash: 0,
      unchanged: 0,
    });
    expect(comments).toEqual([expect.stringContaining('<code>/website/first.png</code>')]);

    const published = await publish();
    expect([published.exitCode, published.log]).toEqual([0, expect.stringContaining('succeeded')]);
    expect(published.outputs).toMatchObject({ 'job-status': 'succeeded', errors: '0' });
    const asset = await test.as('viewer').call('readAsset', { params: { id: 'first' } });
    expect(asset).toMatchObject({ folder: '/website/', published: true });
    const job = await test
      .as('viewer')
      .call('readJob', { params: { jobId: published.outputs['job-id'] ?? '' } });
    expect(job.name).toContain('example/website 1a2b3c4');
  });

  it('sees what changes, before and after, in the same comment', async () => {
    // Somebody uploads a newer version, which only a job publishes.
    await test.as('admin').call('editSettings', { body: { publishOnUpload: 'mark' } });
    const [, second] = samples;
    if (!second) throw new Error('There is no second sample');
    const { job } = await test.upload([{ name: 'first.png', type: 'image/png', bytes: second.bytes }], {
      folder: '/website/',
    });
    await test.until(job.id, 'succeeded');
    const planned = await plan();
    expect(planned.exitCode, planned.log).toBe(0);
    expect(planned.outputs).toMatchObject({ 'to-publish': '1', 'comment-url': 'https://github.example/c/0' });
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain('changed, version 1 → 2');
    const pictures = [...(comments[0] ?? '').matchAll(/<img src="([^"]+)"/g)].map(([, url = '']) =>
      url.replaceAll('&amp;', '&'),
    );
    expect(pictures).toHaveLength(2);
    for (const url of pictures)
      expect(await test.deliver(url)).toMatchObject({
        status: 200,
        headers: expect.objectContaining({ 'content-type': expect.stringMatching(/^image\//) }),
      });

    const run = { command: 'publish', plan: planned.outputs['plan-id'] ?? '', folder: '', 'sync-from': '' };
    const inputs = { ...(await exampleInputs('publish')), ...run, 'sync-delete': 'false' };
    const published = await runStep(inputs, 'repo:example/website:ref:refs/heads/main', {});
    expect([published.exitCode, published.outputs.published], published.log).toEqual([0, '1']);
  });

  it('withdraws a file that is deleted, and sends nothing twice', async () => {
    await put(1, 'second.png');
    await rm(join(workspace, 'media', 'first.png'));
    const first = await publish();
    expect(first.exitCode, first.log).toBe(0);
    expect(JSON.parse(first.outputs.files ?? '')).toMatchObject({ upload: 1, trash: 1 });
    const again = await publish();
    expect(again.exitCode, again.log).toBe(0);
    expect(JSON.parse(again.outputs.files ?? '')).toEqual({ upload: 0, replace: 0, trash: 0, unchanged: 1 });
    expect(again.outputs.published).toBe('0');
  });

  it('stops at a file that the library refuses', async () => {
    await writeFile(join(workspace, 'media', 'page.html'), '<script></script>');
    const { exitCode, log, outputs } = await publish();
    await rm(join(workspace, 'media', 'page.html'));
    expect(exitCode).toBe(1);
    expect(log).toContain('HTML is not accepted');
    expect(outputs['job-id']).toBeUndefined();
  });

  it('gets no rights for a branch that no trust rule names', async () => {
    const { exitCode, log } = await runStep(
      await exampleInputs('publish'),
      'repo:example/website:ref:refs/heads/attack',
      {},
    );
    expect(exitCode).toBe(1);
    expect(log).toContain("'repo:example/website:ref:refs/heads/attack'");
  });
});
