import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import {
  cloudFrontClient,
  documentClient,
  fastFailDocumentClient,
  fastFailS3Client,
  s3Client,
  schedulerClient,
  sfnClient,
  sqsClient,
} from '../../../adapters/runtime/aws-clients.ts';

beforeAll(() => {
  process.env.AWS_REGION = 'eu-west-1';
});

it.each([
  ['DynamoDB', documentClient, 'adaptive', 8],
  ['S3', s3Client, 'adaptive', 8],
  ['Step Functions', sfnClient, 'standard', 6],
  ['SQS', sqsClient, 'standard', 5],
  ['CloudFront', cloudFrontClient, 'standard', 5],
  ['Scheduler', schedulerClient, 'standard', 5],
] as const)('the client of %s is made once, and tries again', async (_, client, mode, attempts) => {
  expect(client()).toBe(client());
  const { retryMode, maxAttempts } = client().config;
  expect(typeof retryMode === 'function' ? await retryMode() : retryMode).toBe(mode);
  expect(typeof maxAttempts === 'function' ? await maxAttempts() : maxAttempts).toBe(attempts);
});

it.each([
  ['Step Functions', sfnClient, SFNClient],
  ['SQS', sqsClient, SQSClient],
  ['CloudFront', cloudFrontClient, CloudFrontClient],
  ['Scheduler', schedulerClient, SchedulerClient],
] as const)('the client of %s is one for the paginators of the SDK too', (_, client, type) => {
  expect(client()).toBeInstanceOf(type);
});

it.each([
  ['DynamoDB', documentClient],
  ['DynamoDB, failing fast', fastFailDocumentClient],
  ['S3', s3Client],
  ['S3, failing fast', fastFailS3Client],
] as const)('the client of %s copies no inputs and outputs for a log that does not exist', (_, client) => {
  const middleware = client()
    .middlewareStack.identify()
    .map((text) => text.split(/[: ]/)[0]);
  expect(middleware).toContain('retryMiddleware');
  expect(middleware).not.toContain('loggerMiddleware');
});
