import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { putViewers } from '@pressroom/viewers/put-viewers';
import { deployedStack, outputsOf } from './deployed-stack.ts';

/**
 * Publishes the viewers of this release on the delivery domain. Those of earlier releases stay.
 * @param prefix of the installation
 * @returns lines for the person who deploys
 * @throws Error where a stack or an output is missing
 */
export async function deployViewers(
  prefix: string,
  { cloudFormation, s3 }: { readonly cloudFormation: CloudFormationClient; readonly s3: S3Client },
  put: typeof putViewers = putViewers,
): Promise<string[]> {
  const outputs: Record<string, string> = {};
  for (const name of ['data', 'delivery']) {
    const stack = await deployedStack(cloudFormation, `${prefix}-${name}`);
    if (!stack) throw new Error(`There is no stack ${prefix}-${name}: the viewers were not uploaded.`);
    Object.assign(outputs, outputsOf(stack));
  }
  const { ImageServingBucket, DeliveryDomain } = outputs;
  if (!ImageServingBucket || !DeliveryDomain)
    throw new Error(`The stacks of ${prefix} have no output ImageServingBucket or DeliveryDomain.`);
  const { version, different } = await put(s3, ImageServingBucket);
  return [
    `Viewers: https://${DeliveryDomain}/viewers/${version}/`,
    ...(different.length > 0
      ? [
          `Version ${version} of the viewers was published before with other content, and stays as it was: ${different.join(', ')}. To publish the change, raise the version in packages/viewers/package.json.`,
        ]
      : []),
  ];
}
