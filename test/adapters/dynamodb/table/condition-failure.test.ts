import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { isConditionFailure } from '../../../../adapters/dynamodb/table/condition-failure.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: '',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

it.each([
  [
    'a write whose condition failed',
    new ConditionalCheckFailedException({ message: '', $metadata: {} }),
    true,
  ],
  ['a transaction of which one condition failed', cancelled('None', 'ConditionalCheckFailed'), true],
  ['a transaction that met another one', cancelled('None', 'TransactionConflict'), false],
  [
    'a transaction of which a condition failed beside that',
    cancelled('ConditionalCheckFailed', 'TransactionConflict'),
    false,
  ],
  ['a transaction that was throttled', cancelled('ThrottlingError'), false],
  ['a transaction that tells no reasons', cancelled(), false],
  ['any other error', new Error('made by a test'), false],
])('%s', (_, error, expected) => {
  expect(isConditionFailure(error)).toBe(expected);
});
