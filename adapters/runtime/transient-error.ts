/** Names of transient errors: throttling and faults of S3, DynamoDB and the network. */
const transient = new Set([
  // S3
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'OperationAborted',
  // DynamoDB
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'InternalServerError',
  'TransactionConflictException',
  // The SDK and Node
  'TimeoutError',
  'AbortError',
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The project's own name for all of these
  'storage.busy',
]);

/** Whether the same call may succeed later. Refusals by the storage and faults of the project's own code are permanent. */
export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = (error ?? {}) as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && (status === 429 || status >= 500)) return true;
  return (name !== undefined && transient.has(name)) || (code !== undefined && transient.has(code));
}
