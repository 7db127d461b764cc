import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { localProfiles } from '../../local/local-profiles.ts';
import { type Login, seedSampleUsers } from '../../local/sample-users.ts';
import { checkedError, checkedLines } from '../../packages/cli/test/run-cli.ts';
import { makeSamples } from '../../samples/make-samples.ts';
import { type CountingProxy, startCountingProxy } from './support/counting-proxy.ts';
import { company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

/** The built command line on the local cloud, as a process of its own: with and without a terminal, killed, and cut off. */

const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'packages', 'cli', 'bin', 'pressroom.mjs');
const execute = promisify(execFile);

let test: TestCloud;
let proxy: CountingProxy;
let logins: readonly Login[];
/** Stands for the repository: has the profiles of the local cloud. */
let folder: string;

beforeAll(async () => {
  await execute(process.execPath, [join(root, 'packages', 'cli', 'build.mjs')]);
  test = await startTestCloud();
  folder = await mkdtemp(join(tmpdir(), 'pressroom-cli-'));
  logins = await seedSampleUsers(test.directory, company, folder);
  await mkdir(join(folder, '.local'));
  await writeFile(
    join(folder, '.local', 'pressroom.json'),
    JSON.stringify(localProfiles(test.cloud, company, logins)),
  );
  proxy = await startCountingProxy(new URL(test.cloud.ministackEndpoint).port);
});
afterAll(async () => {
  await proxy?.stop();
  await test?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, PRESSROOM_HOME: join(folder, 'home'), ...more };
}

/** Runs a command to its end, or until `until` ends it. */
function start(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result = { exitCode: null as number | null, stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (result.stdout += text));
  child.stderr.on('data', (text) => (result.stderr += text));
  const ended = new Promise<Run>((resolve) =>
    child.on('close', (exitCode) => resolve({ ...result, exitCode })),
  );
  return { child, ended, result };
}

const run = (words: readonly string[], env?: Readonly<Record<string, string>>) => start(words, env).ended;

/** Runs a command that succeeds, with `--json`: every line fits its schema. */
async function json(...words: string[]): Promise<Readonly<Record<string, unknown>>[]> {
  const { exitCode, stdout, stderr } = await run([...words, '--json']);
  // What failed is among the results.
  const failed = exitCode === 0 ? '' : stdout;
  expect({ exitCode, stderr, failed }).toEqual({ exitCode: 0, stderr: '', failed: '' });
  return checkedLines(words, stdout);
}

/** A terminal of 120 columns: replies to the first question. */
const pseudoTerminal = `
import fcntl, os, pty, struct, sys, termios
reply = os.environ.get('REPLY', '').encode()
output = b''
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    output += data
    sys.stdout.buffer.write(data)
    if reply and b'[y/N]' in output:
        os.write(fd, reply + b'\\n')
        reply = b''
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** The same on a pseudo-terminal: standard output and standard error are one stream. */
function onTerminal(words: readonly string[], reply = ''): Promise<{ exitCode: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      'python3',
      ['-c', pseudoTerminal, process.execPath, program, ...words],
      { cwd: folder, env: environment({ TERM: 'xterm-256color', REPLY: reply }) },
      (error, text) => resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, text }),
    );
    child.stdin?.end();
  });
}

describe('In the repository, after npm start', () => {
  it('uses the local cloud at once', async () => {
    expect(await json('company')).toMatchObject([{ company, role: 'admin', profile: 'local' }]);
    expect(await json('company', 'ls', '--profile', 'local-viewer')).toMatchObject([{ role: 'viewer' }]);
  });

  it('uploads a folder, publishes, follows jobs, and finds what it has done', async () => {
    const samples = (await makeSamples(join(folder, 'drawn'), () => {})).slice(0, 4);
    await mkdir(join(folder, 'media', 'inner'), { recursive: true });
    for (const [index, { name, bytes }] of samples.entries())
      await writeFile(join(folder, 'media', index === 0 ? 'inner' : '', name), bytes);
    await writeFile(join(folder, 'media', '.hidden.png'), 'hidden');

    const lines = await json(
      'upload',
      'media',
      '--folder',
      '/cli/',
      '--no-publish',
      '--watch',
      '--job-name',
      'From the command line',
    );
    expect(lines.filter(({ outcome }) => outcome === 'sent')).toHaveLength(4);
    expect(lines.at(-1)).toMatchObject({
      kind: 'job',
      job: { status: 'succeeded', givenName: 'From the command line' },
    });
    const [first] = await json('ls', '/cli/media/inner');
    expect(first).toMatchObject({ kind: 'asset', folder: '/cli/media/inner/', published: false });
    expect(await json('ls', '/cli/media')).toMatchObject([{ kind: 'folder', name: 'inner' }, {}, {}, {}]);

    // The second time there is nothing to send.
    const again = await json('upload', 'media', '--folder', '/cli/', '--no-publish');
    expect(again.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);

    const id = String(first?.id);
    expect(
      (await json('jobs', 'submit', '--in', '/cli/', '--below', '--name', 'Cli', '--watch')).at(-1),
    ).toMatchObject({
      job: { status: 'succeeded' },
    });
    expect(await json('show', id)).toMatchObject([{ id, published: true }]);
    expect(await json('jobs', 'log', 'latest', '--outcome', 'published')).not.toEqual([]);
    expect(await json('unpublish', id)).toMatchObject([{ kind: 'result', outcome: 'unpublished' }]);
    expect(await json('publish', id)).toMatchObject([{ kind: 'result', id, outcome: 'published' }]);
  });
});

describe('A login in the browser', () => {
  it('returns from the login page to the command, which keeps it', async () => {
    const login = ['login', 'ann', '--print-url', '--api', test.apiUrl];
    const { ended, result, child } = start([
      ...login,
      ...['--login-url', test.cloud.ministackEndpoint, '--client-id', test.directory.clientId],
    ]);
    const page = await vi.waitFor(
      () => /Sign in at (\S+)/.exec(result.stderr)?.[1] ?? Promise.reject(new Error()),
    );
    const { name = '', password = '' } = logins.find(({ role }) => role === 'user') ?? {};
    await signInOn(page, name, password).catch((error: unknown) => {
      child.kill();
      throw error;
    });
    expect(await ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`Company: ${company}`),
    });
    expect(await json('company', '--profile', 'ann')).toMatchObject([{ role: 'user', profile: 'ann' }]);
  });

  /** Fills in the form of the login page, as a person does. */
  async function signInOn(page: string, name: string, password: string): Promise<void> {
    const html = await (await fetch(page)).text();
    const [, action = ''] = /<form[^>]*action="([^"]*)"/.exec(html) ?? [];
    const hidden = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]): [string, string] => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      (/value="([^"]*)"/.exec(input)?.[1] ?? '').replaceAll('&amp;', '&'),
    ]);
    const response = await fetch(new URL(action.replaceAll('&amp;', '&') || page, page), {
      method: 'POST',
      body: new URLSearchParams([...hidden, ['username', name], ['password', password]]),
      redirect: 'manual',
    });
    const location = response.headers.get('location') ?? '';
    expect(location, await response.text()).toMatch(/^http:\/\/localhost:8976\/callback\?/);
    await fetch(location.replace('localhost', '127.0.0.1'));
  }
});

describe('Wrong input', () => {
  it.each([
    [['shwo'], 2, 'usage.invalid'],
    [['ls', '--max', 'many'], 2, 'usage.invalid'],
    [['upload', 'nothing-here.jpg'], 2, 'file.not-found'],
    [['show', 'no-such-asset'], 4, 'asset.not-found'],
    [['jobs', 'cancel', '01JDEZ3T5V0A1B2C3D4E5F6G7H'], 4, 'job.not-found'],
    [['ls', '--company', 'nobody'], 4, 'company.not-found'],
    [['ls', '--profile', 'nobody'], 2, 'usage.invalid'],
    [['publish', 'no-such-asset', '--profile', 'local-viewer'], 5, 'access.role-too-low'],
    [['unpublish', '--in', '/cli/'], 2, 'usage.invalid'],
  ])('%j ends with %i %s', async (words, exitCode, code) => {
    const result = await run([...words, '--json']);
    expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode, stdout: '' });
    expect(checkedError(result.stderr)).toMatchObject({ code, exitCode });
  });

  it('is answered with the next step for an expired login and for an address without an API', async () => {
    const expired = await run(['ls'], { PRESSROOM_TOKEN: test.token('user').slice(0, -4) });
    expect(expired.exitCode).toBe(3);
    const nowhere = await run(['ls', '--json'], {
      PRESSROOM_API: 'http://127.0.0.1:9',
      PRESSROOM_TOKEN: 'x',
      PRESSROOM_COMPANY: company,
    });
    expect(nowhere.exitCode).toBe(6);
    expect(checkedError(nowhere.stderr)).toMatchObject({ code: 'network.failed' });
  });
});

describe('On a terminal', () => {
  it('draws progress and colours, and asks before it unpublishes what filters find', async () => {
    await mkdir(join(folder, 'tty'), { recursive: true });
    const [sample] = await makeSamples(join(folder, 'drawn'), () => {});
    if (!sample) throw new Error('There is no sample');
    await writeFile(join(folder, 'tty', `tty-${sample.name}`), sample.bytes);
    const uploaded = await onTerminal(['upload', 'tty', '--folder', '/tty/', '--watch']);
    expect(uploaded.exitCode).toBe(0);
    expect(uploaded.text).toContain('\u001b[32m');
    expect(uploaded.text).toContain('Uploaded 1 file');
    const declined = await onTerminal(['unpublish', '--in', '/tty/', '--below'], 'n');
    expect(declined.exitCode).toBe(2);
    expect(declined.text).toContain('[y/N]');
    await vi.waitFor(async () => expect((await run(['find', 'tty-', '--json'])).stdout).toContain('tty-'), {
      timeout: 20_000,
      interval: 500,
    });
    const accepted = await onTerminal(['keywords', '--in', '/tty/', '--below', '--add', 'sale'], 'y');
    expect(accepted.exitCode).toBe(0);
    expect(accepted.text).toContain('Its metadata is changed');
    const exported = await run(['metadata', 'export', '/tty/']);
    await writeFile(join(folder, 'tty.csv'), exported.stdout.replace('sale', 'sold'));
    expect(await json('metadata', 'import', 'tty.csv')).toMatchObject([{ kind: 'row', outcome: 'changed' }]);
    expect(
      await json('dates', '--in', '/tty/', '--below', '--live-until', '2099-01-01T00:00Z', '--yes'),
    ).toMatchObject([
      { kind: 'entry', outcome: 'changed' },
      { kind: 'job', job: { status: 'succeeded' } },
    ]);
    const piped = await run(['upload', 'tty', '--folder', '/tty/']);
    expect(piped.stdout + piped.stderr).not.toContain('\u001b[');
  });
});

describe('An upload that is interrupted', { timeout: 300_000 }, () => {
  const throughProxy = () => ({ NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.address });
  /** One request at a time: what a kill can lose is one upload part of 16 MiB. */
  const command = (name: string) => [
    ...['upload', name, '--folder', `/${name}/`],
    ...['--no-publish', '--parallel', '1', '--json'],
  ];
  const mebibyte = 1024 * 1024;

  /**
   * Text files and one that is sent in upload parts.
   * @returns their bytes
   */
  async function makeFiles(name: string, files: number, large: number): Promise<number> {
    await mkdir(join(folder, name));
    let total = large;
    for (let index = 0; index < files; index += 1) {
      const text = `${index}\n${randomBytes(20_000).toString('base64')}`;
      total += text.length;
      await writeFile(join(folder, name, `${name}-${index}.txt`), text);
    }
    if (large === 0) return total;
    await writeFile(join(folder, name, `${name}.mp4`), '');
    await truncate(join(folder, name, `${name}.mp4`), large);
    return total;
  }

  it('sends less than 10 % of its bytes again after a kill', async () => {
    const total = await makeFiles('killed', 100, 200 * mebibyte);
    proxy.reset();
    const first = start(command('killed'), throughProxy());
    await proxy.until(() => proxy.stored > total * 0.4).finally(() => first.child.kill('SIGKILL'));
    await first.ended;
    const { exitCode, stdout, stderr } = await run(command('killed'), throughProxy());
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(checkedLines(['upload'], stdout).filter(({ outcome }) => outcome === 'refused')).toEqual([]);
    expect(proxy.stored).toBeGreaterThanOrEqual(total);
    expect(proxy.stored).toBeLessThan(total * 1.1);
  });

  it('ends with 6 if the connection is lost, and continues with the same command', async () => {
    const total = await makeFiles('cut', 60, 0);
    proxy.reset();
    const first = start(command('cut'), throughProxy());
    await proxy
      .until(() => proxy.stored > total * 0.3)
      .catch((error: unknown) => {
        first.child.kill('SIGKILL');
        throw error;
      });
    proxy.isCut = true;
    const lost = await first.ended;
    expect(lost.exitCode).toBe(6);
    expect(checkedError(lost.stderr)).toMatchObject({ code: 'network.failed' });
    proxy.isCut = false;
    const { exitCode } = await run(command('cut'), throughProxy());
    expect(exitCode).toBe(0);
    expect(proxy.stored).toBeLessThan(total * 1.1);
  });
});

describe('An import', { timeout: 300_000 }, () => {
  it('from XML keeps ids, addresses, sets, presets and publish states', async () => {
    const samples = (await makeSamples(join(folder, 'drawn'), () => {})).slice(4, 6);
    const [first, second] = samples;
    if (!first || !second) throw new Error('There are not enough samples');
    const originals = join(folder, 'originals');
    await mkdir(join(originals, 'Shoes'), { recursive: true });
    await writeFile(join(originals, 'Shoes', first.name), first.bytes);
    await writeFile(join(originals, 'Shoes', second.name), second.bytes);
    const item = (handle: string, name: string, file: string, published: boolean, more = '') =>
      `<items><assetHandle>${handle}</assetHandle><type>Image</type><name>${name}</name><fileName>${file}</fileName>
       <folder>${company}/Shoes/</folder><readyForPublish>${published}</readyForPublish>${more}</items>`;
    await writeFile(
      join(folder, 'library.xml'),
      `<export><searchAssetsReturn xmlns="http://www.scene7.com/IpsApi/xsd"><assetArray>
       ${item('a|1', 'Old Shoe front', first.name, true, '<imageInfo><sku>4711</sku></imageInfo>')}
       ${item('a|2', 'Old Shoe back', second.name, false, '<imageInfo><urlPostApplyModifier>op_blur=2</urlPostApplyModifier></imageInfo>')}
       <items><assetHandle>a|3</assetHandle><type>ImageSet</type><name>Old Shoe</name><folder>${company}/Shoes/</folder>
         <readyForPublish>true</readyForPublish></items>
       <items><type>AdjustedView</type><name>cut</name></items></assetArray></searchAssetsReturn>
       <getImageSetMembersReturn assetHandle="a|3"><memberArray><items><asset><name>Old Shoe front</name></asset></items>
         </memberArray></getImageSetMembersReturn>
       <getImageFormatsReturn><imageFormatArray><items><name>old-large</name><urlModifier>wid=100&amp;fmt=png</urlModifier>
         </items></imageFormatArray></getImageFormatsReturn></export>`,
    );
    // Presets take an admin; a test before has signed in as a user.
    const asAdmin = ['--profile', 'local'];
    const command = [
      'import',
      'dmc',
      'library.xml',
      '--files',
      'originals',
      '--folder',
      '/imported/',
      ...asAdmin,
    ];
    const planned = await json(...command, '--dry-run');
    expect(planned.at(-1)).toMatchObject({ dryRun: true, imported: 4, failed: 0, leftOut: 1 });
    const lines = await json(...command);
    expect(lines.at(-1)).toEqual({
      ...{ kind: 'summary', dryRun: false, imported: 4, done: 0, failed: 0, leftOut: 1 },
    });
    expect(await json('show', 'Old Shoe front')).toMatchObject([
      { folder: '/imported/Shoes/', published: true, intent: 'live', fields: { sku: '4711' } },
    ]);
    expect(await json('show', 'Old Shoe back')).toMatchObject([{ published: false, intent: 'held' }]);
    expect(await json('sets', 'show', 'Old Shoe')).toMatchObject([
      { type: 'image-set', published: true, members: [{ id: 'Old Shoe front' }] },
    ]);
    const image = await test.deliver(`/is/image/${company}/Old%20Shoe%20front?$old-large$`);
    expect([image.status, image.headers['content-type']]).toEqual([200, 'image/png']);
    // Again there is nothing to do.
    expect((await json(...command)).at(-1)).toMatchObject({ imported: 4, failed: 0 });
    expect(await json('versions', 'Old Shoe front')).toHaveLength(1);
  });

  it('continues after a kill, with less than 10 % of its bytes sent again', async () => {
    await mkdir(join(folder, 'texts'));
    const rows = ['id,file,published,title'];
    let total = 0;
    for (let index = 0; index < 80; index += 1) {
      const text = `${index}\n${randomBytes(20_000).toString('base64')}`;
      total += text.length;
      await writeFile(join(folder, 'texts', `${index}.txt`), text);
      rows.push(`imported-${index},${index}.txt,${index % 2 === 0 ? 'no' : 'wait'},Text ${index}`);
    }
    await writeFile(join(folder, 'texts.csv'), rows.join('\n'));
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.address };
    const command = ['import', 'dmc', 'texts.csv', '--files', 'texts', '--parallel', '1', '--json'];
    proxy.reset();
    const first = start(command, env);
    await proxy.until(() => proxy.stored > total * 0.4).finally(() => first.child.kill('SIGKILL'));
    await first.ended;
    const { exitCode, stdout, stderr } = await run(command, env);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(checkedLines(['import', 'dmc'], stdout).at(-1)).toMatchObject({ imported: 80, failed: 0 });
    expect(proxy.stored).toBeGreaterThanOrEqual(total);
    expect(proxy.stored).toBeLessThan(total * 1.1);
    expect(await json('show', 'imported-0')).toMatchObject([{ intent: 'held', title: 'Text 0' }]);
  });

  it('takes files of a bucket: those of a table with their ids, or all', async () => {
    const bucket = 'pressroom-source';
    await test.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const put = (key: string) =>
      test.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(`text of ${key}`) }));
    for (const key of ['old/in/1.txt', 'old/2 & 3.txt', 'web/from-s3.txt', 'web/inner/deep.txt'])
      await put(key);
    await writeFile(
      join(folder, 'bucket.csv'),
      'id,file,folder\nfirst of bucket,in/1.txt,/bucket/\nsecond of bucket,2 & 3.txt,\nmissing of bucket,none.txt,',
    );
    const command = ['import', 'dmc', 'bucket.csv', '--files', `s3://${bucket}/old/`, '--json'];
    const { exitCode, stdout } = await run(command);
    expect(exitCode).toBe(7);
    expect(checkedLines(['import', 'dmc'], stdout)).toMatchObject([
      { id: 'first of bucket', outcome: 'imported' },
      { id: 'second of bucket', outcome: 'imported' },
      { id: 'missing of bucket', outcome: 'failed', message: expect.stringContaining('NoSuchKey') },
      { kind: 'summary', imported: 2, failed: 1 },
    ]);
    expect(await json('show', 'first of bucket')).toMatchObject([{ folder: '/bucket/' }]);
    const all = ['import', 's3', `${bucket}/web/`, '--folder', '/from-s3/', '--no-publish'];
    expect((await json(...all)).at(-1)).toEqual({ kind: 'summary', imported: 2, unchanged: 0, failed: 0 });
    expect(await json('show', 'deep')).toMatchObject([{ folder: '/from-s3/inner/', published: false }]);
    expect((await json(...all)).at(-1)).toEqual({ kind: 'summary', imported: 0, unchanged: 2, failed: 0 });
  });
});

describe('An assistant', () => {
  it('finds, plans and confirms by the Model Context Protocol', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const { PATH = '', PRESSROOM_HOME = '' } = environment();
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, 'mcp', '--allow-changes'],
      cwd: folder,
      env: { PATH, PRESSROOM_HOME },
      stderr: 'pipe',
    });
    await client.connect(transport);
    try {
      const call = async (name: string, given: object) => {
        const { content, isError } = await client.callTool({ name, arguments: { ...given } });
        const [{ text }] = content as [{ text: string }];
        expect(isError, text).toBeFalsy();
        return JSON.parse(text) as Readonly<Record<string, unknown>>;
      };
      const [first] = await json('ls', '/cli/media/inner');
      const id = String(first?.id);
      const { confirmToken, change } = await call('plan_unpublish', { ids: [id] });
      expect(change).toBe('Unpublishes 1 assets.');
      expect(await call('confirm_change', { confirmToken })).toMatchObject({
        result: { results: [{ id, outcome: 'unpublished' }] },
      });
      expect(await call('why_live', { id })).toMatchObject({ live: false });
    } finally {
      await client.close();
    }
  });
});
