/**
 * The AWS clients of the functions. Each is made at its first use, which is its first call except for DynamoDB and S3, and kept
 * for the life of the environment, so that connections are reused. There is one function for each client, so that a bundle contains only the clients that its
 * handler uses.
 *
 * Retries are the SDK's: exponential backoff with full jitter for throttling (S3's 503 SlowDown, DynamoDB's throttles),
 * server errors and broken connections, within its retry quota. In the mode `adaptive`, a client that is throttled again
 * and again slows down instead of failing, which suits copies and writes in bulk. Region, endpoints and credentials come
 * from the environment.
 */
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { markingChanges } from '../dynamodb/companies/marking-changes.ts';
import { logger } from './logger.ts';

/** Milliseconds. A connection inside a region takes a few; a dead one must cost a retry, not the function's time. */
const connectionTimeout = 2_000;

/** Milliseconds. The services respond within some tens; after this time a retry is faster. */
const requestTimeout = 5_000;

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
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
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
      connectionTimeout,
      socketTimeout: copyTimeout,
      httpsAgent: { maxSockets: s3Sockets },
    },
  });
  client.middlewareStack.remove(sdkLog);
  return client;
}

export const sfnClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SFNClient({
      maxAttempts: 6,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const sqsClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SQSClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const eventsClient = /* @__PURE__ */ atFirstCall(
  () =>
    new EventBridgeClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const sesClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SESv2Client({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const cloudFrontClient = /* @__PURE__ */ atFirstCall(
  () =>
    new CloudFrontClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const cognitoClient = /* @__PURE__ */ atFirstCall(
  () =>
    new CognitoIdentityProviderClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const schedulerClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SchedulerClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

function once<Client>(make: () => Client): () => Client {
  let made: Client | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A client that is made when something of it is used: most environments never call most services, and each takes 1 ms. */
function atFirstCall<Client extends object>(make: () => Client): () => Client {
  const client = once(make);
  return once(
    () =>
      new Proxy({} as Client, {
        get(_, name) {
          const value: unknown = Reflect.get(client(), name);
          return typeof value === 'function' ? value.bind(client()) : value;
        },
      }),
  );
}
