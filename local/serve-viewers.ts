import { S3Client } from '@aws-sdk/client-s3';
import type { Cloud } from '@pressroom/local-aws/start-cloud';
import { putViewers } from '@pressroom/viewers/put-viewers';
import { addressOf, outputOf } from './endpoints.ts';

/**
 * Builds the viewers and publishes them, as a deployment does. The edge of the local cloud serves them.
 * @returns the address of their folder, without TLS
 */
export async function serveViewers(cloud: Cloud): Promise<string> {
  const s3 = new S3Client({
    region: cloud.region,
    credentials: cloud.rootCredentials,
    endpoint: cloud.ministackEndpoint,
    forcePathStyle: true,
  });
  try {
    const { version } = await putViewers(s3, outputOf(cloud, 'ImageServingBucket'), true);
    return `${addressOf(cloud, 'delivery-plain')}/viewers/${version}/`;
  } finally {
    s3.destroy();
  }
}
