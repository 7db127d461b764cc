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
    [['unpublish'], 2, 'usage.invalid', 'Name assets, or give filters'],
    [['ls', '/a/../b/'], 1, 'request.invalid', 'the names . and ..'],
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
