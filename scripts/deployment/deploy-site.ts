import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { buildSite } from '@pressroom/site/build-site';
import { putSite } from '@pressroom/site/put-site';
import { deployedStack, outputsOf } from './deployed-stack.ts';

/**
 * Builds the documentation and puts it into its bucket.
 * @param prefix of the installation
 * @returns the address of the documentation
 * @throws Error where the stack or an output is missing
 */
export async function deploySite(
  prefix: string,
  { cloudFormation, s3 }: { readonly cloudFormation: CloudFormationClient; readonly s3: S3Client },
  build: () => Promise<string> = () => buildSite(),
): Promise<string> {
  const stack = await deployedStack(cloudFormation, `${prefix}-site`);
  const { SiteBucket, SiteUrl } = stack ? outputsOf(stack) : {};
  if (!SiteBucket || !SiteUrl)
    throw new Error(
      `There is no stack ${prefix}-site with the outputs SiteBucket and SiteUrl: the documentation was not uploaded.`,
    );
  await putSite(s3, SiteBucket, await build());
  return SiteUrl;
}
