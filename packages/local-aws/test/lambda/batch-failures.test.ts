import { describe, expect, it } from 'vitest';
import { batchFailures } from '../../src/lambda/batch-failures.ts';

const ids = ['a', 'b'];
const failuresOf = (payload: unknown) => [...batchFailures({ payload }, ids, true)];

describe('batchFailures', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['no list', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('finds no failed message in a response with %s', (_, payload) => {
    expect(failuresOf(payload)).toEqual([]);
  });

  it('finds the failed messages of a response', () => {
    expect(failuresOf({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['b']);
  });

  it.each([
    ['a text', 'done'],
    ['a text as its list', { batchItemFailures: 'b' }],
    ['an unknown message', { batchItemFailures: [{ itemIdentifier: 'c' }] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['another key', { batchItemFailures: [{ id: 'b' }] }],
  ])('counts all messages as failed for a response with %s', (_, payload) => {
    expect(failuresOf(payload)).toEqual(ids);
  });

  it('ignores the response if the mapping does not report failures', () => {
    const payload = { batchItemFailures: [{ itemIdentifier: 'b' }] };
    expect([...batchFailures({ payload }, ids, false)]).toEqual([]);
  });

  it('counts all messages as failed for an error', () => {
    expect([...batchFailures({ error: { errorType: 'Error', errorMessage: 'no' } }, ids, false)]).toEqual(
      ids,
    );
  });
});
