import { describe, expect, it } from 'vitest';
import { batchFailures } from '../../src/lambda/batch-failures.ts';

const ids = ['a', 'b'];
const failuresOf = (payload: unknown) => [...batchFailures({ payload }, ids, true)];

describe('the answer to a batch', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['no list', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('with %s means that all is done', (_, payload) => {
    expect(failuresOf(payload)).toEqual([]);
  });

  it('names what is to come again', () => {
    expect(failuresOf({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['b']);
  });

  it.each([
    ['a text', 'done'],
    ['a list that is none', { batchItemFailures: 'b' }],
    ['an unknown message', { batchItemFailures: [{ itemIdentifier: 'c' }] }],
    ['an empty name', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null name', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['another key', { batchItemFailures: [{ id: 'b' }] }],
  ])('with %s means that nothing is done', (_, payload) => {
    expect(failuresOf(payload)).toEqual(ids);
  });

  it('is not read where the mapping does not ask for it', () => {
    const payload = { batchItemFailures: [{ itemIdentifier: 'b' }] };
    expect([...batchFailures({ payload }, ids, false)]).toEqual([]);
  });

  it('that is an error means that nothing is done', () => {
    expect([...batchFailures({ error: { errorType: 'Error', errorMessage: 'no' } }, ids, false)]).toEqual(
      ids,
    );
  });
});
