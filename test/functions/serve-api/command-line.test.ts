import { beforeEach, describe, expect, it } from 'vitest';
import { checkedError, runCli } from '../../../packages/cli/test/run-cli.ts';
import { endedJobId, publishJobId } from './api-records.ts';
import { reset } from './ask.ts';
import { handlerFetch } from './handler-fetch.ts';

/** The commands of the command line on the API as it ships. Each line of `--json` is compared with its schema. */

beforeEach(() => reset());

const run = (words: readonly string[], subject = 'admin', more: object = {}) =>
  runCli(words, {
    fetch: handlerFetch({ listCompaniesOf: async () => ['luma'] }),
    env: { PRESSROOM_API: 'https://api.example', PRESSROOM_COMPANY: 'luma', PRESSROOM_TOKEN: subject },
    ...more,
  });

/** Words; what the first line of JSON has; a part of the text for people; the exit code. */
type Case = readonly [words: readonly string[], first: object, text: string | RegExp, exitCode?: number];

const cases: readonly Case[] = [
  [['company'], { company: 'luma', role: 'admin' }, 'admin, admin'],
  [['company', 'ls'], { company: 'luma', role: 'admin', current: true }, 'current'],
  [['ls', '/autumn'], { kind: 'asset', folder: '/autumn/' }, 'red shoe'],
  [['ls'], { kind: 'folder', name: 'autumn' }, 'autumn/'],
  [['ls', '/', '--below', '--max', '1'], { kind: 'asset' }, 'ID'],
  [['show', 'red shoe'], { id: 'red shoe', version: 2 }, 'published'],
  [['publish', 'red shoe', '--dry-run'], { kind: 'plan', dryRun: true }, 'Nothing was changed.'],
  [['publish', 'red shoe'], { kind: 'result', id: 'red shoe' }, 'red shoe'],
  [['unpublish', 'red shoe', '--dry-run'], { kind: 'plan' }, 'withdraw'],
  [['unpublish', 'red shoe'], { kind: 'result', id: 'red shoe', outcome: 'unpublished' }, 'unpublished'],
  [['jobs', 'ls'], { kind: 'publish' }, 'STATUS'],
  [['jobs', 'ls', '--state', 'ended', '--kind', 'publish'], { id: endedJobId }, endedJobId],
  [['jobs', 'show', endedJobId], { id: endedJobId }, 'Counts'],
  [['jobs', 'show', 'latest'], {}, 'Counts'],
  [['jobs', 'log', endedJobId], { outcome: 'begin' }, 'Begins'],
  [['jobs', 'log', endedJobId, '--outcome', 'begin,end'], { outcome: 'begin' }, 'Begins'],
  [['jobs', 'log', endedJobId, '--follow'], { outcome: 'begin' }, 'Begins', 7],
  [['jobs', 'watch', endedJobId], { id: endedJobId }, endedJobId, 7],
  [['jobs', 'cancel', publishJobId], { id: publishJobId, status: 'stopping' }, 'stopping'],
  [['jobs', 'retry', endedJobId], { kind: 'publish', status: 'queued' }, 'queued'],
  [['jobs', 'submit', '--name', 'Autumn', '--in', 'autumn'], { kind: 'job' }, 'Autumn'],
  [['jobs', 'submit', 'red shoe', '--type', 'full', '--dry-run'], { kind: 'plan' }, 'Nothing was changed.'],
  [['jobs', 'submit', '--run-as', 'bea@example.com', '--email', 'all'], { kind: 'job' }, 'bea'],
  [['plan', 'red shoe', '--type', 'full', '--unchanged'], { kind: 'plan' }, 'Valid until'],
  [['undo', endedJobId, '--dry-run'], { kind: 'plan' }, 'Nothing was changed.'],
  [['undo', endedJobId, '--yes'], { kind: 'job' }, 'queued'],
  [['versions', 'red shoe'], { version: 2, current: true }, 'image-serving'],
  [['rollback', 'red shoe', 'previous', '--yes'], { id: 'red shoe', version: 3 }, 'version 3'],
  [['history', 'red shoe'], { event: 'published' }, 'image-serving'],
  [
    ['url', 'red shoe', 'wid=400', 'fit=crop', '$large$'],
    { live: true },
    /red%20shoe\?wid=400&fit=crop&\$large\$/,
  ],
  [['why', 'clip'], { live: false }, 'clip is not live', 7],
  [['why', 'old shoe'], { live: false }, 'because it is in the trash', 7],
  [['why', 'nothing'], { live: false }, 'there is no such asset', 7],
  [['export', 'assets'], { kind: 'assets' }, /^\{"id":/],
  [['export', 'jobs'], { kind: 'jobs' }, /^\{"id":/],
  [
    ['export', 'history', 'red shoe'],
    { kind: 'history', record: { asset: 'red shoe' } },
    /"event":"published"/,
  ],
  [['mv', 'clip', '--to', 'archive'], { kind: 'moved', asset: { folder: '/archive/' } }, '/archive/'],
  [['rename', 'clip', 'film', '--redirect'], { asset: { id: 'film' } }, 'It is film now'],
  [['trash', 'clip'], { kind: 'trashed', id: 'clip' }, 'clip'],
  [['trash', '--find', 'red', '--yes', '--detach'], { kind: 'job', job: { action: 'trash' } }, 'running'],
  [
    ['mv', '--find', 'red', '--to', 'archive', '--yes', '--detach'],
    { kind: 'job', job: { action: 'move', folder: '/archive/' } },
    'running',
  ],
  [['unpublish', '--find', 'red', '--yes', '--detach'], { job: { action: 'unpublish' } }, 'running'],
  [['keywords', 'red shoe', '--add', 'sale'], { kind: 'result', outcome: 'changed' }, 'changed  red shoe'],
  [
    ['keywords', '--find', 'red', '--set', 'sale', '--yes', '--detach'],
    { job: { action: 'metadata' } },
    'running',
  ],
  [
    ['metadata', 'set', 'red shoe', '--title', 'Shoe', '--set', 'season=autumn'],
    { outcome: 'changed' },
    'changed  red shoe',
  ],
  [['metadata', 'set', 'red shoe', '--set', 'season='], { outcome: 'unchanged' }, 'unchanged  red shoe'],
  [['metadata', 'export'], { csv: expect.stringMatching(/^id,folder,/) }, 'red shoe'],
  [['dates', 'red shoe', '--live-until', 'none', '--detach'], { job: { action: 'dates' } }, 'running'],
  [['folders', 'ls'], { name: 'autumn' }, '/autumn/'],
  [['folders', 'add', 'winter/shoes'], { path: '/winter/shoes/' }, '/winter/shoes/'],
  [['folders', 'mv', 'empty', '--to', 'full'], { path: '/full/', moved: 0 }, '/full/'],
  [['folders', 'rm', 'empty', '--yes'], { path: '/empty/', trashed: 0 }, 'is deleted'],
  [['trash', 'ls'], { asset: { id: 'old shoe' } }, 'old shoe'],
  [['trash', 'empty', '--yes'], { id: 'old shoe' }, 'deleted'],
  [['restore', 'old shoe'], { kind: 'restored' }, 'old shoe'],
  [['sets', 'ls', '--with', 'red shoe'], { id: 'views' }, 'views'],
  [['sets', 'show', 'views'], { id: 'views', members: [{ id: 'red shoe' }] }, '1.  red shoe'],
  [['sets', 'create', 'both', 'red shoe', '--no-publish'], { id: 'both', type: 'image-set' }, 'both'],
  [['sets', 'edit', 'views', '--add', 'red shoe', '--no-publish'], { members: [{}, {}] }, '2.  red shoe'],
  [['sets', 'presets', 'ls'], {}, 'MEMBERS'],
  [
    ['sets', 'presets', 'put', 'spins', '--type', 'spin-set', '--members', '{base}-{view}'],
    { name: 'spins' },
    'spins',
  ],
  [['presets', 'ls'], { name: 'small' }, 'wid=200'],
  [['presets', 'put', 'large', 'wid=1200'], { name: 'large', commands: 'wid=1200' }, '$large$ is wid=1200'],
  [['presets', 'rm', 'small', '--yes'], { name: 'small' }, 'deleted'],
  [
    ['schedules', 'add', 'Daily', '--daily', '--at', '14:10'],
    { name: 'Daily', active: true },
    'Every day at 14:10',
  ],
  [['schedules', 'ls'], {}, 'NEXT RUN'],
  [
    ['schedules', 'preview', '--weekly', 'monday,Wed', '--at', '14:10'],
    { rule: { weekdays: ['Mon', 'Wed'] } },
    'Monday and Wednesday',
  ],
  [
    ['schedules', 'preview', '--monthly', 'last-Fri', '--at', '18:00'],
    { nextRuns: [{}, {}, {}, {}, {}] },
    'Friday',
  ],
  [['cdn', 'invalidate', 'red shoe'], { status: 'completed' }, 'completed'],
  [['cdn', 'ls'], { kind: 'month' }, 'tags used'],
  [['settings'], { timeZone: 'UTC' }, 'timeZone'],
  [
    ['settings', 'set', '--time-zone', 'Europe/Berlin', '--no-auto-quality'],
    { timeZone: 'Europe/Berlin' },
    'Europe/Berlin',
  ],
  [['settings', 'server', 'server-directory', 'on'], { publish: 'enable-server' }, 'enable-server'],
  [['members', 'ls'], { kind: 'person' }, 'bea@example.com'],
  [['members', 'show', 'cleo@example.com'], { subject: 'cleo', login: 'active' }, 'cleo'],
  [
    ['members', 'invite', 'dan@example.com', '--role', 'user'],
    { email: 'dan@example.com', mailed: true },
    'An invitation',
  ],
  [['members', 'role', 'bea@example.com', 'admin'], { subject: 'bea', role: 'admin' }, 'admin'],
  [['members', 'remove', 'bea@example.com', '--yes'], { removed: 'bea@example.com' }, 'is removed'],
  [['members', 'resend-invitation', 'bea'], { member: 'bea', mailed: true }, 'was mailed'],
  [['members', 'reset-password', 'cleo'], { member: 'cleo', mailed: true }, 'new password'],
  [['members', 'reset-mfa', 'cleo'], { member: 'cleo', reset: true }, 'is removed'],
  [['members', 'add-machine', 'Import'], { name: 'Import', role: 'user' }, 'PRESSROOM_CLIENT_SECRET='],
  [['audit'], { operation: 'editSettings' }, 'OPERATION'],
  [['notifications', 'ls'], {}, 'STATE'],
  [
    ['notifications', 'test', 'https://hooks.example.com/'],
    { received: true, status: 204 },
    'Received with 204',
  ],
];

describe('Commands on the API', () => {
  it.each(cases.map((one) => ({ title: one[0].join(' '), one })))(
    '$title prints JSON that fits its schema, and text',
    async ({ one: [words, first, text, exitCode = 0] }) => {
      const json = await run([...words, '--json']);
      expect(json.stderr).toBe('');
      expect(json.exitCode).toBe(exitCode);
      expect(json.lines[0]).toMatchObject(first);
      await reset();
      const people = await run(words);
      expect(people.exitCode).toBe(exitCode);
      expect(people.stdout).toMatch(text);
      // Colour is for terminals.
      expect(people.stdout).not.toContain('\u001b[');
    },
  );

  it.each([
    [['show', 'blue shoe'], 4, 'asset.not-found', 'There is no asset blue shoe'],
    [['jobs', 'show', publishJobId.replace('Z', '0')], 4, 'job.not-found', 'There is no job'],
    [['jobs', 'show', 'Spring'], 4, 'job.not-found', 'There is no job "Spring"'],
    [['jobs', 'cancel', endedJobId], 1, 'job.already-ended', 'has finished'],
    [['jobs', 'submit', '--run-as', 'bee@example.com'], 4, 'member.not-found', 'Near: "bea@example.com"'],
    [['jobs', 'submit', 'red shoe', '--in', '/autumn/'], 2, 'usage.invalid', 'only one of them'],
    [['unpublish'], 2, 'usage.invalid', 'Name assets, or give --find or filters'],
    [['ls', '/a/../b/'], 1, 'request.invalid', 'the names . and ..'],
    [['mv', 'clip'], 2, 'usage.invalid', '--to is missing'],
    [['rename', 'clip', 'red shoe'], 1, 'asset.id-taken', 'red shoe'],
    [['trash', 'empty'], 2, 'usage.invalid', 'no terminal to ask'],
    [['rollback', 'red shoe', 'first'], 2, 'usage.invalid', 'must be a number or "previous"'],
    [['rollback', 'red shoe', '9', '--yes'], 4, 'version.not-found', 'version 9'],
    [['url', 'red shoe', 'wide'], 2, 'usage.invalid', 'must be an image command such as wid=400'],
    [['url', 'clip', 'wid=400'], 2, 'usage.invalid', 'clip is no image'],
    [['schedules', 'show', 'Nothing'], 4, 'schedule.not-found', 'There is no schedule "Nothing"'],
    [['schedules', 'add', 'Daily'], 2, 'usage.invalid', 'When does it run?'],
    [['schedules', 'add', 'Daily', '--daily'], 2, 'usage.invalid', '--at is missing'],
    [['schedules', 'add', 'Daily', '--daily', '--at', '25:10'], 1, 'request.invalid', '25:10'],
    [['schedules', 'preview', '--monthly', '6-Fri', '--at', '14:10'], 2, 'usage.invalid', '6-Fri'],
    [['sets', 'edit', 'views'], 2, 'usage.invalid', 'Name all members, or give'],
    [['sets', 'edit', 'views', '--remove', 'clip'], 2, 'usage.invalid', 'clip is not in views'],
    [['sets', 'create', 'both'], 2, 'usage.invalid', 'Name the members'],
    [['cdn', 'invalidate', 'red shoe', '/is/image/luma/red'], 2, 'usage.invalid', 'exactly one of them'],
    [['settings', 'set'], 2, 'usage.invalid', 'at least one setting'],
    [['settings', 'set', '--time-zone', 'BST'], 1, 'request.invalid', 'IANA time zone'],
    [['members', 'role', 'beo@example.com', 'user'], 4, 'member.not-found', 'Near: "bea@example.com"'],
    [['download', 'red shoe', 'clip', '--version', '1'], 2, 'usage.invalid', '--version is for one asset'],
    [['upload', '/nothing/here'], 2, 'file.not-found', '/nothing/here does not exist'],
    [['sync', '/nothing/here', '/a/'], 2, 'file.not-found', 'is not a folder'],
  ] as const)('%j fails with %i %s', async (words, exitCode, code, text) => {
    const json = await run([...words, '--json']);
    expect(json.exitCode).toBe(exitCode);
    expect(checkedError(json.stderr)).toMatchObject({ code, message: expect.stringContaining(text) });
    const people = await run(words);
    expect(people.exitCode).toBe(exitCode);
    expect(people.stdout).toBe('');
    expect(people.stderr).toContain(text);
  });

  it('says which role is needed', async () => {
    const { exitCode, stderr } = await run(['publish', 'red shoe'], 'viewer');
    expect(exitCode).toBe(5);
    expect(stderr).toContain('You need the role user.');
  });
});
