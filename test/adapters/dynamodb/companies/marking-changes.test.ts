import {
  BatchExecuteStatementCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { changeStore } from '../../../../adapters/dynamodb/companies/change-store.ts';
import { markingChanges } from '../../../../adapters/dynamodb/companies/marking-changes.ts';
import {
  assetKey,
  auditKey,
  folderItemKey,
  jobKey,
  memberKey,
  queueKey,
  rateLimitKey,
  scheduleKey,
  settingsKey,
} from '../../../../adapters/dynamodb/keys.ts';
import { statementOf } from '../../../../adapters/dynamodb/table/statement-of.ts';
import { type ChangeKind, changedSince, changeKinds } from '../../../../domain/companies/changes.ts';
import { memoryStoreTable, newCompany } from '../../../stores/store-table.ts';

const table = memoryStoreTable();
const { readMarks } = changeStore(table.documents, table.jobs);
const start = Date.UTC(2026, 10, 24, 8);
let clock = start;
const warnings: string[] = [];

/** The client of another process. */
const process = () =>
  markingChanges(table.documents, table.jobs, {
    clock: () => clock,
    warn: (message) => warnings.push(message),
  });

afterEach(() => {
  clock = start;
  warnings.length = 0;
  table.hook.onCall = undefined;
});

const put = (TableName: string, key: object) => new PutCommand({ TableName, Item: { ...key } });
const at = (milliseconds: number) => new Date(start + milliseconds).toISOString();

describe('a write', () => {
  it.each([
    ['an asset', (c: string) => put(table.assets, assetKey(c, 'a#b')), 'assets'],
    ['a folder', (c: string) => put(table.assets, folderItemKey(c, '/a/')), 'assets'],
    ['a job', (c: string) => put(table.jobs, jobKey(c, 'j')), 'jobs'],
    ['a waiting job', (c: string) => put(table.jobs, queueKey(c, 'j')), 'jobs'],
    ['a schedule', (c: string) => put(table.jobs, scheduleKey(c, 's')), 'schedules'],
    ['the settings', (c: string) => put(table.jobs, settingsKey(c)), 'settings'],
    ['a member', (c: string) => put(table.jobs, memberKey(c, 'ann')), 'settings'],
    ['the audit', (c: string) => put(table.jobs, auditKey(c, 'a')), 'settings'],
    [
      'an update',
      (c: string) =>
        new UpdateCommand({
          TableName: table.jobs,
          Key: settingsKey(c),
          UpdateExpression: 'SET a = :a',
          ExpressionAttributeValues: { ':a': 1 },
        }),
      'settings',
    ],
    [
      'a deletion',
      (c: string) => new DeleteCommand({ TableName: table.assets, Key: assetKey(c, 'a') }),
      'assets',
    ],
    [
      'a batch',
      (c: string) =>
        new BatchWriteCommand({
          RequestItems: { [table.assets]: [{ DeleteRequest: { Key: assetKey(c, 'a') } }] },
        }),
      'assets',
    ],
    [
      'a transaction',
      (c: string) =>
        new TransactWriteCommand({
          TransactItems: [{ Put: { TableName: table.jobs, Item: jobKey(c, 'j') } }],
        }),
      'jobs',
    ],
  ] as const)('of %s marks its kind, and no other', async (_, command, kind) => {
    const company = newCompany();
    await process().send(command(company) as PutCommand);
    expect(await readMarks(company)).toEqual({ [kind]: at(0) });
  });

  it('of a batch of statements marks its kind', async () => {
    const company = newCompany();
    const key = assetKey(company, 'a');
    await table.documents.send(put(table.assets, { ...key, version: 1 }));
    const statement = statementOf(table.assets, {
      key,
      set: { note: 'JOB', masterKey: `${company}/a` },
      remove: [],
      when: { version: 1 },
    });
    await process().send(new BatchExecuteStatementCommand({ Statements: [statement] }));
    expect(await readMarks(company)).toEqual({ assets: at(0) });
  });

  it.each([
    ['a read', (c: string) => new GetCommand({ TableName: table.jobs, Key: jobKey(c, 'j') })],
    ['a rate limit', (c: string) => put(table.jobs, rateLimitKey(`test#${c}`, 'now'))],
  ])('does not mark %s', async (_, command) => {
    const company = newCompany();
    await process().send(command(company) as GetCommand);
    expect(await readMarks(company)).toEqual({});
  });

  it('that is refused marks nothing', async () => {
    const company = newCompany();
    const refused = new PutCommand({
      ...put(table.jobs, jobKey(company, 'j')).input,
      ConditionExpression: 'attribute_exists(pk)',
    });
    await expect(process().send(refused)).rejects.toThrow();
    expect(await readMarks(company)).toEqual({});
  });

  it('marks once in 2 seconds, however many there are', async () => {
    const company = newCompany();
    const documents = process();
    const before = table.hook.calls.length;
    for (let written = 0; written < 100; written += 1) {
      clock = start + written * 50;
      await documents.send(put(table.assets, assetKey(company, `a${written}`)));
    }
    expect(table.hook.calls.length - before - 100).toBe(3);
    expect(await readMarks(company)).toEqual({ assets: at(4_000) });
  });

  it('succeeds if its mark fails, and the next write marks again', async () => {
    const company = newCompany();
    const documents = process();
    table.hook.onCall = async ({ command, input }, next) => {
      if (command === 'Update') throw new Error('Busy');
      return next(input);
    };
    await documents.send(put(table.jobs, jobKey(company, 'j')));
    expect(warnings).toEqual([`The change of jobs of ${company} has no mark`]);
    table.hook.onCall = undefined;
    await documents.send(put(table.jobs, jobKey(company, 'j')));
    expect(await readMarks(company)).toEqual({ jobs: at(0) });
  });

  it('never takes a mark back', async () => {
    const company = newCompany();
    const { mark } = changeStore(table.documents, table.jobs);
    await mark(company, 'jobs', at(2));
    await mark(company, 'jobs', at(1));
    expect(await readMarks(company)).toEqual({ jobs: at(2) });
  });
});

describe('what changed since a time', () => {
  it.each([
    [{}, undefined, changeKinds],
    [{}, at(0), []],
    [{ jobs: at(0) }, at(-60_000), ['jobs']],
    [{ jobs: at(0) }, at(5_000), ['jobs']],
    [{ jobs: at(0) }, at(5_001), []],
    [{ jobs: at(0), assets: at(9_000) }, at(6_000), ['assets']],
  ] as const)('of %j since %j is %j', (marks, since, expected) => {
    expect(changedSince(marks, since)).toEqual(expected);
  });

  it('contains everything that any of several processes wrote, whenever it is asked', async () => {
    const steps = fc.array(
      fc.record({
        wait: fc.nat(3_000),
        what: fc.oneof(
          fc.record({ writer: fc.nat(2), kind: fc.constantFrom<ChangeKind>('assets', 'jobs') }),
          fc.constant('ask' as const),
        ),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const company = newCompany();
        clock = start;
        const writers = [process(), process(), process()];
        let since = at(0);
        const unseen = new Set<ChangeKind>();
        for (const { wait, what } of all) {
          clock += wait;
          if (what !== 'ask') {
            const key = what.kind === 'assets' ? assetKey(company, 'a') : jobKey(company, 'j');
            await writers[what.writer]?.send(put(what.kind === 'assets' ? table.assets : table.jobs, key));
            unseen.add(what.kind);
            continue;
          }
          const asked = new Date(clock).toISOString();
          const changed = changedSince(await readMarks(company), since);
          for (const kind of unseen) expect(changed).toContain(kind);
          unseen.clear();
          since = asked;
        }
      }),
      { numRuns: 100 },
    );
  });
});
