import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  below,
  conditionOf,
  isNew,
  missingOr,
  noneOf,
  oneOf,
  present,
} from '../../../../adapters/dynamodb/table/condition.ts';
import { conditionHeld } from '../../../../adapters/dynamodb/table/condition-failure.ts';
import { statementOf } from '../../../../adapters/dynamodb/table/statement-of.ts';
import { type ItemUpdate, updateOf } from '../../../../adapters/dynamodb/table/update-of.ts';
import { itemIn, memoryStoreTable, type StoreTable } from '../../../stores/store-table.ts';

const key = { pk: 'JOB#luma#J1', sk: 'JOB' };
let table: StoreTable;

beforeEach(() => {
  table = memoryStoreTable();
});

const put = (attributes: Record<string, unknown>) =>
  table.documents.send(new PutCommand({ TableName: table.jobs, Item: { ...key, ...attributes } }));
const update = (change: Omit<ItemUpdate, 'key'>) =>
  conditionHeld(() => table.documents.send(new UpdateCommand(updateOf(table.jobs, { key, ...change }))));
const attributes = async () => {
  const { pk, sk, ...rest } = (await itemIn(table, table.jobs, key)) ?? {};
  return rest;
};

describe('an update', () => {
  it('sets attributes, and leaves those that are undefined', async () => {
    await put({ status: 'queued', name: 'Autumn', counts: { total: 1 } });
    expect(await update({ set: { status: 'running', name: undefined, 'counts.total': 7 } })).toBe(true);
    expect(await attributes()).toEqual({ status: 'running', name: 'Autumn', counts: { total: 7 } });
  });

  it('replaces attributes, and removes those that are undefined', async () => {
    await put({ name: 'Autumn', warning: 'old' });
    expect(await update({ replace: { name: 'Winter', warning: undefined } })).toBe(true);
    expect(await attributes()).toEqual({ name: 'Winter' });
  });

  it('sets an attribute only if it is missing', async () => {
    await put({ uploadId: 'u1' });
    expect(await update({ setIfMissing: { uploadId: 'u2', other: 1 } })).toBe(true);
    expect(await attributes()).toEqual({ uploadId: 'u1', other: 1 });
  });

  it('adds numbers on the top level and inside maps, also under names with hyphens', async () => {
    await put({ counts: { done: 2 }, perServer: { 'image-serving': { done: 1 } } });
    const add = { corrections: 1, 'counts.done': 3, 'perServer.image-serving.done': -1 };
    expect(await update({ add, remove: ['other'] })).toBe(true);
    expect(await attributes()).toEqual({
      corrections: 1,
      counts: { done: 5 },
      perServer: { 'image-serving': { done: 0 } },
    });
  });

  it('refuses to change nothing', () => {
    expect(() => updateOf('jobs', { key, set: { name: undefined } })).toThrow(
      'The update of JOB#luma#J1 JOB changes nothing',
    );
  });

  it('refuses two attributes with the same placeholder', () => {
    expect(() => updateOf('jobs', { key, set: { 'a-b': 1, a_b: 2 } })).toThrow(
      'The attributes a-b and a_b share the placeholder #a_b',
    );
  });
});

describe('a condition', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['a value', { status: 'running' }, true],
    ['another value', { status: 'queued' }, false],
    ['a value inside a map', { 'lastRun.jobId': 'J0' }, true],
    ['another value inside a map', { 'lastRun.jobId': 'J9' }, false],
    ['a missing attribute', { trashed: undefined }, true],
    ['an attribute that must be missing but exists', { status: undefined }, false],
    ['an existing attribute', { status: present }, true],
    ['an attribute that must exist but is missing', { trashed: present }, false],
    ['one of several values', { status: oneOf('running', 'stopping') }, true],
    ['none of several values', { status: noneOf('running', 'stopping') }, false],
    ['a number below a limit', { calls: below(3) }, true],
    ['a number at a limit', { calls: below(2) }, false],
    ['a missing attribute or a number below a limit', { other: missingOr(below(1)) }, true],
    ['an existing number that is not below the limit', { calls: missingOr(below(1)) }, false],
    ['an existing value instead of a missing one', { status: missingOr('running') }, true],
    ['several tests of which one fails', { status: 'running', calls: 7 }, false],
  ])('tests %s', async (_, when, held) => {
    await put({ status: 'running', calls: 2, lastRun: { jobId: 'J0' } });
    expect(await update({ set: { changed: true }, when })).toBe(held);
    expect((await attributes()).changed).toBe(held ? true : undefined);
  });

  it('guards a put too', async () => {
    const putIf = (condition: object) =>
      conditionHeld(() =>
        table.documents.send(new PutCommand({ TableName: table.jobs, Item: key, ...condition })),
      );
    expect(await putIf(isNew)).toBe(true);
    expect(await putIf(isNew)).toBe(false);
    expect(await putIf(conditionOf({ jobId: missingOr(oneOf('J1', 'J2')) }))).toBe(true);
  });
});

describe('a statement', () => {
  it('refuses tests that PartiQL cannot express here', () => {
    const change = { key, set: { intent: 'live' }, remove: [], when: { status: oneOf('running') } };
    expect(() => statementOf('assets', change)).toThrow('A statement cannot test status');
  });
});
