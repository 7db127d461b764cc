import { beforeEach, describe, expect, it } from 'vitest';
import { batchedHistory } from '../../../../adapters/dynamodb/assets/batched-history.ts';
import { failNext, memoryStoreTable, type StoreTable } from '../../../stores/store-table.ts';

let table: StoreTable;

beforeEach(() => {
  table = memoryStoreTable();
});

const line = (number: number) => ({ pk: `ASSET#c#a${number}`, sk: 'PUBLISHED#t#s', number });
/** Numbers of the lines that each call wrote. */
const batches = () =>
  table.hook.calls
    .filter(({ command }) => command === 'BatchWrite')
    .map(({ targets }) => targets.map((target) => Number(/#a(\d+) /.exec(target)?.[1])));
const gathered = () => batchedHistory(table.documents, table.assets);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('Gathered history', () => {
  it('writes 25 lines at a time, and the rest when it is flushed', async () => {
    const history = gathered();
    for (const number of numbers(0, 30)) await history.put([line(number)]);
    expect(batches()).toEqual([numbers(0, 25)]);
    await history.flush();
    await history.flush();
    expect(batches()).toEqual([numbers(0, 25), numbers(25, 30)]);
  });

  it('writes a line that is confirmed while it waits once: a batch takes no key twice', async () => {
    const history = gathered();
    await history.put([line(1), line(1), line(2)]);
    await history.flush();
    expect(batches()).toEqual([[1, 2]]);
  });

  it('keeps the lines of a batch that failed', async () => {
    const history = gathered();
    failNext(table, 'BatchWrite', new Error('made by a test'));
    await history.put([line(1)]);
    await expect(history.flush()).rejects.toThrow('made by a test');
    await history.put([line(2)]);
    await history.flush();
    expect(batches().at(-1)?.sort()).toEqual([1, 2]);
  });
});
