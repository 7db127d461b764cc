/** Sentences about refusals by S3 and DynamoDB, by their error codes. Each is a clause without a full stop. */
const clauses: Readonly<Record<string, string>> = {
  AccessDenied: 'access to the storage was denied',
  AccessDeniedException: 'access to the storage was denied',
  AllAccessDisabled: 'access to the storage was denied',
  NoSuchBucket: 'the bucket does not exist',
  NoSuchKey: 'the file no longer exists in the storage',
  NoSuchVersion: 'this version of the file no longer exists in the storage',
  NotFound: 'the file no longer exists in the storage',
  MethodNotAllowed: 'the file was deleted from the storage',
  EntityTooLarge: 'the file is larger than the storage takes',
  KeyTooLongError: 'its name and folder are too long for the storage',
  MetadataTooLarge: 'its recipe or name is too long for the storage',
  InvalidObjectState: 'the file is archived in the storage',
};

/** Errors with a status of 4xx that may pass: throttling, conflicts, time-outs, credentials that ran out. */
const mayPass =
  /Throttl|Timeout|TimeTooSkewed|Exceeded|Aborted|Conflict|Cancell?ed|ConditionalCheck|Precondition|Expired|TooManyRequests|SlowDown/;

/** HTTP statuses that stand for errors that may pass. */
const statusesThatMayPass = [408, 409, 412, 429];

/**
 * Why the storage refuses a call for good, so that the same call would fail again: a clause of our own with AWS's error
 * code. Texts of AWS contain names of resources and account ids, so they belong into the log of the function only.
 * @returns undefined for transient errors, and for errors that are not from AWS
 */
export function storageRefusal(error: unknown): string | undefined {
  const { name = '', $metadata } = (error ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  if (status === undefined || status < 400 || status >= 500) return undefined;
  if (statusesThatMayPass.includes(status) || mayPass.test(name)) return undefined;
  const code = /^[A-Za-z][A-Za-z0-9.]{0,59}$/.test(name) ? name : undefined;
  const clause = (code !== undefined && clauses[code]) || 'the storage refused the request';
  return code === undefined ? clause : `${clause} (${code})`;
}
