import { S3Client } from '@aws-sdk/client-s3';
import type { Cloud } from '@pressroom/local-aws/start-cloud';
import { buildSite } from '@pressroom/site/build-site';
import { putSite } from '@pressroom/site/put-site';
import { addressOf, outputOf } from './endpoints.ts';

/**
 * Builds the documentation and puts it into its bucket, as a deployment does. The edge of the local cloud serves it.
 * @returns its address, without TLS
 */
export async function serveSite(cloud: Cloud, signal?: AbortSignal): Promise<string> {
  const s3 = new S3Client({
    region: cloud.region,
    credentials: cloud.rootCredentials,
    endpoint: cloud.ministackEndpoint,
    forcePathStyle: true,
  });
  try {
    await putSite(s3, outputOf(cloud, 'SiteBucket'), await buildSite(signal));
  } finally {
    s3.destroy();
  }
  return addressOf(cloud, 'site-plain');
}
