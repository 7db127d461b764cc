import { expect, it } from 'vitest';
import * as z from 'zod';
import { writeCursor } from '../../../adapters/http/cursor.ts';
import { readQueryCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';

const schema = z.strictObject({ id: z.string() });

it('a cursor goes on with the query that it is of', () => {
  const cursor = writeQueryCursor({ sort: 'name', kind: undefined }, { id: 'x' });
  expect(readQueryCursor(schema, { sort: 'name' }, cursor)).toEqual({ id: 'x' });
  expect(readQueryCursor(schema, {}, undefined)).toBeUndefined();
});

it.each([
  [
    writeQueryCursor({ sort: 'total' }, { id: 'x' }),
    'cursor: is of a list with other filters or in another order',
  ],
  [writeQueryCursor({ sort: 'name' }, { id: 1 }), 'cursor: is not one that this list gave'],
  [writeCursor({ id: 'x' }), 'cursor: is not one that this list gave'],
  ['nonsense', 'cursor: is not one that this list gave'],
])('%s is refused', (cursor, message) => {
  expect(() => readQueryCursor(schema, { sort: 'name' }, cursor)).toThrow(
    expect.objectContaining({ code: 'request.invalid', message }),
  );
});
