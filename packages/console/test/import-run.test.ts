import type { Client } from '@pressroom/client/create-client';
import { beforeEach, expect, it } from 'vitest';
import { type ImportRun, importRun } from '../src/metadata-tables/import-run.ts';
import { readTable } from '../src/metadata-tables/import-table.ts';

/** A table of 2,500 assets: three pieces, of which two are sent at the same time. */
const table = readTable(
  'big.csv',
  ['id,title', ...Array.from({ length: 2_500 }, (_, index) => `a-${index},x`)].join('\n'),
);

let failsAt: number | undefined;
let calls: number;

/** Answers as the API: the first two assets are unknown, one goes to the trash and needs two calls. */
const client = {
  async dryRun(_: string, { body }: { body: { csv: string } }) {
    return { results: answer(body.csv) };
  },
  async call(_: string, { body }: { body: { csv: string } }) {
    calls += 1;
    if (calls === failsAt) throw new Error('It broke');
    const results = answer(body.csv);
    return { results, warnings: ['a set is incomplete'], remaining: false };
  },
} as unknown as Client;

function answer(csv: string) {
  const [, ...lines] = csv.trim().split('\r\n');
  return lines.map((line, index) => {
    const [id = ''] = line.split(',');
    const isUnknown = id === 'a-0' || id === 'a-1';
    return {
      row: index + 2,
      id,
      outcome: isUnknown ? 'failed' : 'changed',
      ...(isUnknown && { errors: [{ column: 'id', message: `There is no asset ${id}` }] }),
    };
  });
}

const current = (): ImportRun => {
  const run = importRun.get();
  if (!run) throw new Error('There is no run');
  return run;
};
const countOf = (outcome: string) =>
  [...current().results.values()].filter((result) => result.outcome === outcome).length;

beforeEach(async () => {
  failsAt = undefined;
  calls = 0;
  importRun.clear();
  await importRun.check(client, 'acme', table, 'keep');
});

it('a table is checked as a whole, with the numbers of its own rows', () => {
  expect(current()).toMatchObject({ phase: 'checked', done: 2_500 });
  expect([countOf('failed'), countOf('changed')]).toEqual([2, 2_498]);
  expect(current().results.get(2_501)).toMatchObject({ id: 'a-2499', row: 2_501 });
});

it('only rows that would change something are sent again', async () => {
  expect(await importRun.apply(client)).toMatchObject({ phase: 'done', total: 2_498, done: 2_498 });
  expect([calls, countOf('failed'), countOf('changed')]).toEqual([3, 2, 2_498]);
  expect(current().warnings).toEqual(['a set is incomplete']);
});

it('an error stops it, what was done is kept, and the rest is sent by "Go on"', async () => {
  failsAt = 3;
  expect(await importRun.apply(client)).toBeUndefined();
  expect(current()).toMatchObject({
    phase: 'applying',
    done: 2_000,
    stopped: { error: new Error('It broke') },
  });
  expect(await importRun.goOn(client)).toMatchObject({ phase: 'done', done: 2_498 });
  expect(countOf('changed')).toBe(2_498);
});

it('somebody stops it between two requests', async () => {
  const applying = importRun.apply(client);
  importRun.stop();
  expect(await applying).toBeUndefined();
  expect(current()).toMatchObject({ phase: 'applying', stopped: {}, done: 2_000 });
  await importRun.goOn(client);
  expect(current()).toMatchObject({ phase: 'done', done: 2_498 });
});
