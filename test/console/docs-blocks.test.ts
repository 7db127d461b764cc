/**
 * Runs the blocks of the documentation that are marked `run`, as a reader does: in a shell, in the order of the page, with
 * the command line on the local cloud. It needs no browser, but shares the local cloud of this folder.
 */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { localProfiles } from '../../local/local-profiles.ts';
import { codeBlocksOf } from '../support/code-blocks.ts';
import { makeTestCompany, type TestCompany } from './support/test-company.ts';

const root = join(import.meta.dirname, '..', '..');
const execute = promisify(execFile);
const cloud = inject('console');

let company: TestCompany;
/** Stands for the repository of the reader. */
let folder: string;

beforeAll(async () => {
  await execute(process.execPath, [join(root, 'packages', 'cli', 'build.mjs')]);
  company = await makeTestCompany(cloud);
  folder = await mkdtemp(join(tmpdir(), 'pressroom-docs-'));
  await mkdir(join(folder, '.local'));
  await mkdir(join(folder, 'media'));
  await mkdir(join(folder, 'bin'));
  const logins = [company.login('admin')];
  const profiles = localProfiles({ ...cloud, ministackEndpoint: cloud.cognito }, company.name, logins);
  await writeFile(join(folder, '.local', 'pressroom.json'), JSON.stringify(profiles));
  // `npx pressroom` finds the command line of the repository, which npx takes half a second to do.
  const npx = join(folder, 'bin', 'npx');
  const program = join(root, 'packages', 'cli', 'bin', 'pressroom.mjs');
  await writeFile(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(npx, 0o755);
  // What `npm start` publishes, and what a reader has in a folder of their own.
  const picture = (background: string) =>
    sharp({ create: { width: 1200, height: 800, channels: 3, background } })
      .png()
      .toBuffer();
  const [blue, green] = await Promise.all([picture('#3a6ea5'), picture('#3e7d4b')]);
  await writeFile(join(folder, 'media', 'harbour.png'), blue);
  await writeFile(join(folder, 'media', 'hills.png'), green);
  await company.upload([{ name: 'harbour-at-dawn.png', content: new Blob([new Uint8Array(blue)]) }]);
});

afterAll(async () => {
  company?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the blocks of a page in one shell, which stops at the first command that fails. */
async function runBlocks(file: string): Promise<string> {
  const script = codeBlocksOf(file)
    .filter(({ mark }) => mark === 'run')
    .map(({ line, text }) => `echo "### ${file}:${line}" >&2\n${text}`)
    .join('\n');
  try {
    const { stdout } = await execute('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: folder,
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        HOME: folder,
        PRESSROOM_HOME: join(folder, 'home'),
        NODE_EXTRA_CA_CERTS: '',
      },
      maxBuffer: 16 * 1024 ** 2,
    });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} cannot be followed:\n${stderr.slice(-3_000)}\n${stdout.slice(-1_000)}`);
  }
}

/** Ids of jobs by their beginning of the name, newest first, with their status and counts. */
async function jobsNamed(name: string) {
  const { items } = await company.as('admin').call('listJobs', { query: { limit: 100 } });
  return items.filter(({ givenName }) => givenName.startsWith(name));
}

it('the tutorial leads from an upload to a publish that is scheduled, cancelled, run again and live', async () => {
  const output = await runBlocks('docs/tutorial.md');
  const [again, cancelled] = await jobsNamed('Badges');
  expect(cancelled).toMatchObject({ kind: 'publish', status: 'stopped' });
  expect(again).toMatchObject({ status: 'succeeded', counts: { errors: 0, notReached: 0 } });
  expect((cancelled?.counts.done ?? 0) + (again?.counts.done ?? 0)).toBe(100);
  expect(output).toContain('badge-7 is live in its current version 1');
  expect(output).toMatch(/\/is\/image\/[\w-]+\/harbour-at-dawn\?wid=800&hei=400&fit=crop&fmt=auto/);
  const { items: versions } = await company.as('viewer').call('listVersions', { params: { id: 'badge-7' } });
  expect(versions.map(({ version }) => version)).toEqual([3, 2, 1]);
}, 240_000);

describe('the how-to', () => {
  // Others use what the first one publishes.
  const pages = [
    'publish-a-folder',
    'publish-on-a-schedule',
    'replace-a-picture',
    'go-back',
    'build-sets',
    'find-out-why',
    'publish-from-ci',
    'put-images-on-a-page',
    'react-to-jobs',
    'take-something-down',
  ];

  it.each(pages)(
    '%s can be followed',
    async (page) => {
      await runBlocks(`docs/how-to/${page}.md`);
    },
    120_000,
  );

  it('has no page that is not followed', () => {
    const found = globSync('docs/how-to/*.md').map((file) =>
      file.slice('docs/how-to/'.length, -'.md'.length),
    );
    expect(found.sort()).toEqual([...pages].sort());
  });
});
