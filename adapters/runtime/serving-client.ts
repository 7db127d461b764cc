import { S3Client } from '@aws-sdk/client-s3';

/** Milliseconds: a connection inside a region takes a few; a dead one must cost a retry, not the function's time. */
const connectionTimeout = 2_000;

/** Milliseconds without a byte from S3. */
const socketTimeout = 10_000;

let made: S3Client | undefined;

/**
 * The S3 client of the image server, made at its first use. It is apart from aws-clients.ts, so that the function's bundle has
 * nothing of the SDK: see adapters/s3/read-only-s3.ts.
 */
export function servingClient(): S3Client {
  made ??= new S3Client({ maxAttempts: 8, requestHandler: { connectionTimeout, socketTimeout } });
  return made;
}
