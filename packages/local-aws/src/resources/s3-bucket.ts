import {
  BucketAlreadyOwnedByYou,
  type CORSRule,
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketPolicyCommand,
  type OwnershipControls,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { ministackClients } from '../ministack/ministack-clients.ts';
import type { ResourceType } from './resource.ts';

/** A CORS rule in the form of CloudFormation. */
interface CorsRule {
  readonly Id?: string;
  readonly AllowedHeaders?: string[];
  readonly AllowedMethods: string[];
  readonly AllowedOrigins: string[];
  readonly ExposedHeaders?: string[];
  readonly MaxAge?: number;
}

export const s3Bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  honours: [
    'BucketName',
    'VersioningConfiguration',
    'CorsConfiguration',
    'NotificationConfiguration.EventBridgeConfiguration',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
  ],
  async create({ properties, generatedName, region, services }) {
    const { s3 } = ministackClients(services);
    const Bucket = String(properties.BucketName ?? generatedName.toLowerCase());
    try {
      await s3.send(
        new CreateBucketCommand({
          Bucket,
          ...(region === 'us-east-1'
            ? {}
            : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }),
        }),
      );
    } catch (error) {
      if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
    }
    // Removes the policy of an earlier template. The current policy is a separate resource.
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));

    const { Status } = (properties.VersioningConfiguration ?? {}) as { Status?: 'Enabled' | 'Suspended' };
    if (Status)
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

    const { CorsRules } = (properties.CorsConfiguration ?? {}) as { CorsRules?: readonly CorsRule[] };
    if (CorsRules) {
      await s3.send(
        new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: CorsRules.map(toApiRule) } }),
      );
    } else {
      await s3.send(new DeleteBucketCorsCommand({ Bucket }));
    }

    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: sendsEvents(properties.NotificationConfiguration)
          ? { EventBridgeConfiguration: {} }
          : {},
      }),
    );

    const block = properties.PublicAccessBlockConfiguration as Record<string, boolean> | undefined;
    if (block)
      await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }));
    const ownership = properties.OwnershipControls as OwnershipControls | undefined;
    if (ownership)
      await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }));

    return {
      ref: Bucket,
      attributes: {
        Arn: `arn:aws:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
        DualStackDomainName: `${Bucket}.s3.dualstack.${region}.amazonaws.com`,
        WebsiteURL: `http://${Bucket}.s3-website-${region}.amazonaws.com`,
      },
    };
  },
};

function toApiRule(rule: CorsRule): CORSRule {
  return {
    ID: rule.Id,
    AllowedHeaders: rule.AllowedHeaders,
    AllowedMethods: rule.AllowedMethods,
    AllowedOrigins: rule.AllowedOrigins,
    ExposeHeaders: rule.ExposedHeaders,
    MaxAgeSeconds: rule.MaxAge,
  };
}

function sendsEvents(notifications: unknown): boolean {
  const { EventBridgeConfiguration: configuration } = (notifications ?? {}) as {
    EventBridgeConfiguration?: { EventBridgeEnabled?: boolean | string };
  };
  return configuration !== undefined && String(configuration.EventBridgeEnabled ?? true) === 'true';
}
