import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { CloudServices } from '../cloud-services.ts';

/** Clients of MiniStack with the root key. */
export interface MinistackClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly cognito: CognitoIdentityProviderClient;
}

/** The clients that all resources of a cloud share, created on first use. */
export function ministackClients(services: CloudServices): MinistackClients {
  return services.shared('MiniStack clients', () => {
    const connection = {
      region: services.region,
      endpoint: services.ministackEndpoint,
      credentials: services.rootCredentials,
    };
    return {
      s3: new S3Client({ ...connection, forcePathStyle: true }),
      sqs: new SQSClient(connection),
      events: new EventBridgeClient(connection),
      iam: new IAMClient(connection),
      cognito: new CognitoIdentityProviderClient(connection),
    };
  });
}
