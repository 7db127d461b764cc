/** The clients that nearly every environment calls. All about clients: aws-clients.ts. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { markingChanges } from '../dynamodb/companies/marking-changes.ts';
import { logger } from './logger.ts';
import { atFirstCall, callTimeouts, once } from './make-client.ts';

/**
 * Milliseconds without a byte from S3. S3 responds to a copy when it is done: the largest copy in one request (see
 * copy-plan.ts) takes about ten seconds.
 */
const copyTimeout = 60_000;

/** For parallel copies. The SDK's default is 50. */
const s3Sockets = 100;

/**
 * Middleware of the SDK that copies every input and output for its log, also if there is none, as here: 3 % of the CPU of
 * publish-part.
 */
const sdkLog = 'loggerMiddleware';

/** How often a call is repeated, and how its client slows down. */
interface ClientRetries {
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive' | 'standard';
}

/** For callers that need a result: the client itself slows down when it is throttled. */
const standardRetries: ClientRetries = { maxAttempts: 8, retryMode: 'adaptive' };

/** For a worker that adapts its concurrency and must learn of throttling. One more attempt is for a single failure. */
const fastFail: ClientRetries = { maxAttempts: 2, retryMode: 'standard' };

export const documentClient = /* @__PURE__ */ once(() => makeDocumentClient(standardRetries));
export const fastFailDocumentClient = /* @__PURE__ */ once(() => makeDocumentClient(fastFail));

function makeDocumentClient(retries: ClientRetries): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...retries,
    requestHandler: callTimeouts,
  });
  client.middlewareStack.remove(sdkLog);
  // Undefined attributes are left out of items.
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const jobTable = process.env.JOB_TABLE;
  if (jobTable === undefined) return documents;
  return markingChanges(documents, jobTable, {
    clock: Date.now,
    warn: (message, error) => logger.warn(message, error),
  });
}

export const s3Client = /* @__PURE__ */ once(() => makeS3Client(standardRetries));
export const fastFailS3Client = /* @__PURE__ */ once(() => makeS3Client(fastFail));

/** For buckets of others, which may be in any region. */
export const sourceS3Client = /* @__PURE__ */ once(() =>
  makeS3Client(standardRetries, { followRegionRedirects: true }),
);

function makeS3Client(retries: ClientRetries, more: { followRegionRedirects?: boolean } = {}): S3Client {
  const client = new S3Client({
    ...retries,
    ...more,
    requestHandler: {
      connectionTimeout: callTimeouts.connectionTimeout,
      socketTimeout: copyTimeout,
      httpsAgent: { maxSockets: s3Sockets },
    },
  });
  client.middlewareStack.remove(sdkLog);
  return client;
}

export const eventsClient = /* @__PURE__ */ atFirstCall(
  () =>
    new EventBridgeClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);
