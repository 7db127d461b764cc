import { describe, expect, it } from 'vitest';
import { setTypes } from '../../../domain/assets/asset.ts';
import { auditKinds } from '../../../domain/companies/audit.ts';
import * as domainCompanies from '../../../domain/companies/role.ts';
import * as domainServer from '../../../domain/delivery/server.ts';
import * as domainJobs from '../../../domain/jobs/job.ts';
import { planChanges } from '../../../domain/jobs/stored-plan.ts';
import { searchSorts } from '../../../domain/library/indexed-asset.ts';
import { searchStates } from '../../../domain/library/search-filters.ts';
import { weekdays } from '../../../domain/schedules/schedule-rule.ts';
import { presetSetTypes } from '../../../domain/sets/batch-set-preset.ts';
import { overwriteModes } from '../../../domain/uploads/overwrite.ts';
import { commandTable, groups } from '../src/command-table.ts';
import { terminalStatuses } from '../src/jobs/job-text.ts';
import * as words from '../src/words.ts';
import { checkedError, runCli } from './run-cli.ts';

const paths = commandTable.map(({ path }) => path);

describe('The command table', () => {
  it('has the words of the API', () => {
    expect(words.servers).toEqual(domainServer.servers);
    expect(words.roles).toEqual(domainCompanies.roles);
    expect(words.publishKinds).toEqual(domainJobs.publishKinds);
    expect(words.jobStatuses).toEqual(domainJobs.jobStatuses);
    expect(words.emailSettings).toEqual(domainJobs.emailSettings);
    expect(words.logOutcomes).toEqual([...domainJobs.outcomes, 'begin', 'end']);
    expect(words.searchStates).toEqual(searchStates);
    expect(words.searchSorts).toEqual(searchSorts);
    expect(words.planChanges).toEqual(planChanges);
    expect(words.setTypes).toEqual(setTypes);
    expect(words.presetSetTypes).toEqual(presetSetTypes);
    expect(words.auditKinds).toEqual(auditKinds);
    expect(words.overwriteModes).toEqual(overwriteModes);
    expect(words.weekdays).toEqual(weekdays);
    expect(terminalStatuses).toEqual(domainJobs.terminalStatuses);
  });

  it('names every group of commands', () => {
    const above = paths.flatMap((path) => path.split(' ').slice(0, -1).join(' ') || []);
    expect([...new Set(above)].filter((path) => !paths.includes(path)).toSorted()).toEqual(
      Object.keys(groups).toSorted(),
    );
  });

  it('has no flag that commander would take for the opposite of another', () => {
    const flags = commandTable.flatMap(({ options }) => Object.keys(options));
    expect(flags.filter((name) => /^no[A-Z]/.test(name))).toEqual([]);
  });

  it.each(commandTable.map((command) => [command.path, command] as const))(
    'has examples of "%s" that name their command',
    (path, { examples }) => {
      for (const { command } of examples) expect(`${command} `).toContain(path);
    },
  );
});

describe('Help', () => {
  it.each(paths)('of "%s" ends with 0 and has examples', async (path) => {
    const { exitCode, stdout, stderr } = await runCli([...path.split(' '), '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`pressroom ${path}`);
    expect(stdout).toContain('Examples:\n  $ pressroom ');
  });

  it('of the program lists the commands', async () => {
    const { exitCode, stdout } = await runCli(['--help']);
    expect(exitCode).toBe(0);
    for (const path of paths) expect(stdout).toContain(path.split(' ')[0]);
  });
});

describe('A wrong command line', () => {
  it.each([
    ['an unknown command', ['pubish'], "Unknown command 'pubish' (Did you mean publish?)"],
    ['an unknown command of a group', ['jobs', 'lst'], "Unknown command 'lst'"],
    ['an unknown option', ['ls', '--all'], "Unknown option '--all'"],
    ['a missing argument', ['show'], "Missing required argument 'id'"],
    ['an argument too many', ['show', 'a', 'b'], 'Too many arguments'],
    ['a missing value', ['ls', '--max'], "Option '--max <number>' argument missing"],
    ['a wrong number', ['ls', '--max', 'ten'], '--max: "ten" must be a whole number from 1 to 1000000000.'],
    ['a negative number', ['ls', '--max=-1'], '--max: "-1" must be a whole number'],
    ['a wrong word', ['ls', '--state', 'live'], '--state: "live" must be one of published, unpublished.'],
    ['a wrong word in a list', ['jobs', 'submit', '--to', 'video,web'], '--to: "web" must be one of'],
    ['a wrong argument', ['completion', 'cmd'], '<shell>: "cmd" must be one of bash, zsh, fish.'],
  ])('with %s ends with 2 and says what would be right', async (_, given, text) => {
    const { exitCode, stdout, stderr } = await runCli(given);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(text);
    const json = await runCli([...given, '--json']);
    expect(json.exitCode).toBe(2);
    expect(checkedError(json.stderr)).toMatchObject({ code: 'usage.invalid', exitCode: 2 });
  });

  it('without a command shows the help and ends with 2', async () => {
    for (const given of [[], ['jobs']]) {
      const { exitCode, stderr } = await runCli(given);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Usage: pressroom');
    }
  });
});
