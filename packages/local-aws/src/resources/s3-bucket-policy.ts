import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { CloudServices } from '../cloud-services.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { withoutTlsStatements } from '../ministack/without-tls-statements.ts';
import { noteUnhonoured } from '../template/unhonoured.ts';
import type { ResourceType } from './resource.ts';

/**
 * The bucket policies of the template by bucket name, for the parts of the local cloud that read a bucket on behalf of
 * a service.
 */
export function bucketPolicies(services: Pick<CloudServices, 'shared'>): Map<string, unknown> {
  return services.shared('bucket policies', () => new Map<string, unknown>());
}

const type = 'AWS::S3::BucketPolicy';

export const s3BucketPolicy: ResourceType = {
  type,
  honours: ['Bucket', 'PolicyDocument'],
  async create({ properties, generatedName, services }) {
    const bucket = String(properties.Bucket);
    bucketPolicies(services).set(bucket, properties.PolicyDocument);
    const { document, leftOut } = withoutTlsStatements(properties.PolicyDocument);
    if (leftOut > 0)
      noteUnhonoured(services, type, 'PolicyDocument (statements that refuse requests without TLS)');
    if (document.Statement.length > 0) {
      await ministackClients(services).s3.send(
        new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(document) }),
      );
    }
    return { ref: generatedName, attributes: {} };
  },
};
