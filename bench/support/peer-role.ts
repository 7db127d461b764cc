/** A role for copying programs: on AWS they would not use the root key, and checking the permissions of a role takes time. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Cloud } from '@pressroom/local-aws/start-cloud';

const roleName = 'bench-peer';

/** Creates a role that may list both buckets, read one and write the other. @returns its ARN */
export async function makePeerRole(
  cloud: Cloud,
  buckets: { readonly from: string; readonly to: string },
): Promise<string> {
  const arn = (bucket: string) => `arn:aws:s3:::${bucket}`;
  const allow = (Action: readonly string[], Resource: readonly string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  const iam = new IAMClient({
    region: cloud.region,
    endpoint: cloud.ministackEndpoint,
    credentials: cloud.rootCredentials,
  });
  try {
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${cloud.account}:root` },
          Action: 'sts:AssumeRole',
        },
      ],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const statements = [
      allow(['s3:ListBucket', 's3:GetBucketLocation'], [arn(buckets.from), arn(buckets.to)]),
      allow(['s3:GetObject', 's3:GetObjectTagging'], [`${arn(buckets.from)}/*`]),
      allow(['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'], [`${arn(buckets.to)}/*`]),
    ];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: roleName,
        PolicyName: 'copy',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      }),
    );
  } finally {
    iam.destroy();
  }
  return `arn:aws:iam::${cloud.account}:role/${roleName}`;
}
