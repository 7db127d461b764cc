import { describe } from 'vitest';
import { describeStores } from '../../stores/describe-stores.ts';
import { memoryStoreTable } from '../../stores/store-table.ts';

describe('the stores, on tables in memory', () => {
  const table = memoryStoreTable();
  describeStores(() => table);
});
