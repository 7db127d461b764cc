/**
 * Setup of the unit project, whose files share the modules of a worker: what a file replaced for all of them is restored at
 * its end. `mockClient(S3Client)` gives the class a `send` of its own.
 */
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, vi } from 'vitest';

const clients = [
  CloudFrontClient,
  EventBridgeClient,
  S3Client,
  SchedulerClient,
  SESv2Client,
  SFNClient,
  SQSClient,
];

afterAll(() => {
  for (const { prototype } of clients) Reflect.deleteProperty(prototype, 'send');
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});
