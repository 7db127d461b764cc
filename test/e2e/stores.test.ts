import { afterAll, beforeAll, describe } from 'vitest';
import { describeStores } from '../stores/describe-stores.ts';
import { startTestTable, type TestTable } from './support/test-table.ts';

describe('the stores, on the tables of Dynoxide', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTestTable();
  });
  afterAll(() => table?.stop());
  describeStores(() => table);
});
