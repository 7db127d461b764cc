import { describe, expect, it } from 'vitest';
import { storageRefusal } from '../../domain/storage-refusal.ts';

const secret = 'User: arn:aws:sts::123456789012:assumed-role/publish-part is not authorized on bucket-name';
const error = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(secret), { name, $metadata: { httpStatusCode } });

describe('a refusal by the storage', () => {
  it.each([
    ['AccessDenied', 403, 'access to the storage was denied (AccessDenied)'],
    ['AccessDeniedException', 400, 'access to the storage was denied (AccessDeniedException)'],
    ['NoSuchBucket', 404, 'the bucket does not exist (NoSuchBucket)'],
    ['NoSuchKey', 404, 'the file no longer exists in the storage (NoSuchKey)'],
    ['NoSuchVersion', 404, 'this version of the file no longer exists in the storage (NoSuchVersion)'],
    ['EntityTooLarge', 400, 'the file is larger than the storage takes (EntityTooLarge)'],
    ['InvalidRequest', 400, 'the storage refused the request (InvalidRequest)'],
    ['InvalidArgument', 400, 'the storage refused the request (InvalidArgument)'],
    ['KeyTooLongError', 400, 'its name and folder are too long for the storage (KeyTooLongError)'],
    ['MetadataTooLarge', 400, 'its recipe or name is too long for the storage (MetadataTooLarge)'],
    ['InvalidObjectState', 403, 'the file is archived in the storage (InvalidObjectState)'],
    ['KMS.DisabledException', 400, 'the storage refused the request (KMS.DisabledException)'],
    ['ValidationException', 400, 'the storage refused the request (ValidationException)'],
    ['arn:aws:s3:::bucket-name', 400, 'the storage refused the request'],
  ])('%s is final, and its text names nothing of the installation', (name, status, expected) => {
    expect(storageRefusal(error(name, status))).toBe(expected);
  });

  it.each([
    ['SlowDown', 503],
    ['InternalError', 500],
    ['RequestTimeout', 400],
    ['RequestTimeTooSkewed', 403],
    ['ExpiredToken', 400],
    ['ThrottlingException', 400],
    ['ProvisionedThroughputExceededException', 400],
    ['RequestLimitExceeded', 400],
    ['TransactionCanceledException', 400],
    ['TransactionConflictException', 400],
    ['ConditionalCheckFailedException', 400],
    ['PreconditionFailed', 412],
    ['OperationAborted', 409],
    ['TooManyRequestsException', 429],
    ['TimeoutError', undefined],
    ['ECONNRESET', undefined],
  ])('%s may pass', (name, status) => {
    expect(storageRefusal(error(name, status))).toBeUndefined();
  });

  it.each([undefined, null, 'text', new Error('a fault of our own'), {}])('%s is none', (value) => {
    expect(storageRefusal(value)).toBeUndefined();
  });
});
