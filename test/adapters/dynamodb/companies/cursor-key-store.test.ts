import { beforeEach, describe, expect, it } from 'vitest';
import { cursorKeyStore } from '../../../../adapters/dynamodb/companies/cursor-key-store.ts';
import { beforeNext, failNext, memoryStoreTable, type StoreTable } from '../../../stores/store-table.ts';

let table: StoreTable;

beforeEach(() => {
  table = memoryStoreTable();
});

/** Each call is another environment of the function. */
const environment = (fill: number) =>
  cursorKeyStore(table.documents, table.secrets, (count) => new Uint8Array(count).fill(fill));

describe('The key of cursors', () => {
  it('is made once in the life of an installation', async () => {
    const made = await environment(1).cursorKey();
    expect([...made]).toEqual(Array(32).fill(1));
    expect([...(await environment(2).cursorKey())]).toEqual([...made]);
  });

  it('is read once by an environment', async () => {
    const store = environment(1);
    await Promise.all([store.cursorKey(), store.cursorKey()]);
    const calls = table.hook.calls.length;
    await store.cursorKey();
    expect(table.hook.calls).toHaveLength(calls);
  });

  it('is the same for two environments that make it at once', async () => {
    beforeNext(table, 'Put', () => environment(2).cursorKey());
    expect((await environment(1).cursorKey())[0]).toBe(2);
  });

  it('is read again after a call that failed', async () => {
    const store = environment(1);
    failNext(table, 'Get', new Error('made by a test'));
    await expect(store.cursorKey()).rejects.toThrow('made by a test');
    expect((await store.cursorKey())[0]).toBe(1);
  });
});
