/** Clients of the SDK whose calls end in memory. They may be many: each with a hook of its own, on the same memory. */
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
import { type CalledService, type CallHook, sendThrough, withSend } from './calls.ts';

const config = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'memory', secretAccessKey: 'memory' },
};

/** Made once: each takes milliseconds. */
const bases = {
  documents: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
  s3: new S3Client(config),
  sqs: new SQSClient(config),
  sfn: new SFNClient(config),
  eventBridge: new EventBridgeClient(config),
  scheduler: new SchedulerClient(config),
  ses: new SESv2Client(config),
  cloudFront: new CloudFrontClient(config),
  cognito: new CognitoIdentityProviderClient(config),
} as const;

export type MemoryClients = { readonly [Name in keyof typeof bases]: (typeof bases)[Name] };

export type MemoryServices = Readonly<Record<keyof typeof bases, CalledService>>;

export function documentsThrough(hook: CallHook, service: CalledService): DynamoDBDocumentClient {
  return withSend(bases.documents, sendThrough(hook, service));
}

export function clientsThrough(hook: CallHook, services: MemoryServices): MemoryClients {
  return {
    documents: documentsThrough(hook, services.documents),
    s3: withSend(bases.s3, sendThrough(hook, services.s3)),
    sqs: withSend(bases.sqs, sendThrough(hook, services.sqs)),
    sfn: withSend(bases.sfn, sendThrough(hook, services.sfn)),
    eventBridge: withSend(bases.eventBridge, sendThrough(hook, services.eventBridge)),
    scheduler: withSend(bases.scheduler, sendThrough(hook, services.scheduler)),
    ses: withSend(bases.ses, sendThrough(hook, services.ses)),
    cloudFront: withSend(bases.cloudFront, sendThrough(hook, services.cloudFront)),
    cognito: withSend(bases.cognito, sendThrough(hook, services.cognito)),
  };
}
