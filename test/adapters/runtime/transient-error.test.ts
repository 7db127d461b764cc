import { expect, it } from 'vitest';
import { isTransient } from '../../../adapters/runtime/transient-error.ts';
import { Failure } from '../../../domain/failure.ts';

const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('made by a test'), { name, $metadata: { httpStatusCode } });

it.each([
  [answered('SlowDown', 503), true],
  [answered('ServiceUnavailable', 503), true],
  [answered('TooManyRequests', 429), true],
  [answered('ProvisionedThroughputExceededException', 400), true],
  [answered('ThrottlingException', 400), true],
  [answered('RequestLimitExceeded', 400), true],
  [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), true],
  [Object.assign(new Error('too late'), { name: 'TimeoutError' }), true],
  [new Failure('storage.busy', 'The storage is busy'), true],
  [answered('NoSuchKey', 404), false],
  [answered('AccessDenied', 403), false],
  [answered('ValidationException', 400), false],
  [answered('ConditionalCheckFailedException', 400), false],
  [new TypeError('a fault of ours'), false],
  [new Failure('job.not-found', 'There is no such job'), false],
  [undefined, false],
])('%s is transient: %s', (error, passes) => {
  expect(isTransient(error)).toBe(passes);
});
