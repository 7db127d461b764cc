import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryConflicts } from '../../../../adapters/dynamodb/table/retry-conflicts.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** Fails with each of the errors in turn, then succeeds. */
async function run(errors: readonly Error[]): Promise<{ calls: number; outcome: unknown }> {
  let calls = 0;
  const write = async () => {
    const error = errors[calls];
    calls += 1;
    if (error) throw error;
    return 'done';
  };
  const outcome = await retryConflicts(write).catch((error: unknown) => error);
  return { calls, outcome };
}

describe('a write that collides', () => {
  beforeEach(() => vi.spyOn(Math, 'random').mockReturnValue(0));
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['with a transaction', new TransactionConflictException({ $metadata: {}, message: 'x' })],
    ['as a transaction', cancelled('None', 'TransactionConflict')],
    [
      'and whose condition may have failed only for that',
      cancelled('ConditionalCheckFailed', 'TransactionConflict'),
    ],
    ['while the table is throttled', cancelled('ThrottlingError')],
  ])('%s is made again', async (_, error) => {
    expect(await run([error, error])).toEqual({ calls: 3, outcome: 'done' });
  });

  it.each([
    ['its condition', cancelled('ConditionalCheckFailed', 'None')],
    ['its own condition', new ConditionalCheckFailedException({ $metadata: {}, message: 'x' })],
    ['anything else', new Error('x')],
  ])('and fails by %s is not', async (_, error) => {
    expect(await run([error])).toEqual({ calls: 1, outcome: error });
  });

  it('gives up after twelve times', async () => {
    const error = cancelled('TransactionConflict');
    expect(await run(Array.from({ length: 20 }, () => error))).toEqual({ calls: 12, outcome: error });
  });
});
