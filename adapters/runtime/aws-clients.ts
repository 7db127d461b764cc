/**
 * The AWS clients of the functions: made when first asked for, then kept for the life of the environment, so that
 * connections are reused. One function each: a bundle holds only the clients that its handler asks for.
 *
 * Retries are the SDK's: exponential backoff with full jitter, for throttling (S3's 503 SlowDown, DynamoDB's
 * throttles), server errors and broken connections, and no more than its retry quota allows. `adaptive` also
 * slows a client down that keeps being throttled, rather than failing: wanted where a job copies or writes in bulk.
 * Region, endpoints and credentials come from the environment, as everywhere on Lambda.
 */
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Milliseconds. A connection inside a region is there within a few; a dead one shall cost a retry, not the function. */
const connectionTimeout = 2_000;

/** Milliseconds. DynamoDB, SQS, Step Functions, Scheduler and CloudFront answer within tens; beyond this a retry is faster. */
const requestTimeout = 5_000;

/**
 * Milliseconds without a byte from S3. A copy inside S3 answers when it is done: the largest that is made in one
 * request (see copy-plan.ts) takes some ten seconds.
 */
const copyTimeout = 60_000;

/** Of parallel copies; the SDK's default is 50. */
const s3Sockets = 100;

/** How often a call is made, and how its client slows down. */
interface ClientRetries {
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive' | 'standard';
}

/** For whoever wants an answer: the client itself slows down when it is throttled. */
const standardRetries: ClientRetries = { maxAttempts: 8, retryMode: 'adaptive' };

/** For a worker that slows down itself: it has to learn of it. One further attempt is for a hiccup. */
const fastFail: ClientRetries = { maxAttempts: 2, retryMode: 'standard' };

export const documentClient = /* @__PURE__ */ once(() => makeDocumentClient(standardRetries));
export const fastFailDocumentClient = /* @__PURE__ */ once(() => makeDocumentClient(fastFail));

function makeDocumentClient(patience: ClientRetries): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...patience,
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
    // Optional attributes are simply left out of items.
    { marshallOptions: { removeUndefinedValues: true } },
  );
}

export const s3Client = /* @__PURE__ */ once(() => makeS3Client(standardRetries));
export const fastFailS3Client = /* @__PURE__ */ once(() => makeS3Client(fastFail));

function makeS3Client(patience: ClientRetries): S3Client {
  return new S3Client({
    ...patience,
    requestHandler: {
      connectionTimeout,
      socketTimeout: copyTimeout,
      httpsAgent: { maxSockets: s3Sockets },
    },
  });
}

export const sfnClient = /* @__PURE__ */ once(
  () =>
    new SFNClient({
      maxAttempts: 6,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const sqsClient = /* @__PURE__ */ once(
  () =>
    new SQSClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const eventsClient = /* @__PURE__ */ once(
  () =>
    new EventBridgeClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const sesClient = /* @__PURE__ */ once(
  () =>
    new SESv2Client({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const cloudFrontClient = /* @__PURE__ */ once(
  () =>
    new CloudFrontClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    }),
);

export const schedulerClient = /* @__PURE__ */ once(
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
