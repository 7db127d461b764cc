/**
 * The AWS clients of the functions. Each is made at its first use, which is its first call except for DynamoDB and S3, and kept
 * for the life of the environment, so that connections are reused. There is one function for each client, so that a bundle
 * contains only the clients that its handler uses. Those of main-clients.ts are apart, so that a function can load the others
 * later.
 *
 * Retries are the SDK's: exponential backoff with full jitter for throttling (S3's 503 SlowDown, DynamoDB's throttles),
 * server errors and broken connections, within its retry quota. In the mode `adaptive`, a client that is throttled again
 * and again slows down instead of failing, which suits copies and writes in bulk. Region, endpoints and credentials come
 * from the environment.
 */
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { atFirstCall, callTimeouts } from './make-client.ts';

export {
  documentClient,
  eventsClient,
  fastFailDocumentClient,
  fastFailS3Client,
  s3Client,
  sourceS3Client,
} from './main-clients.ts';

export const sfnClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SFNClient({
      maxAttempts: 6,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);

export const sqsClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SQSClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);

export const sesClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SESv2Client({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);

export const cloudFrontClient = /* @__PURE__ */ atFirstCall(
  () =>
    new CloudFrontClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);

export const cognitoClient = /* @__PURE__ */ atFirstCall(
  () =>
    new CognitoIdentityProviderClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);

export const schedulerClient = /* @__PURE__ */ atFirstCall(
  () =>
    new SchedulerClient({
      maxAttempts: 5,
      retryMode: 'standard',
      requestHandler: callTimeouts,
    }),
);
