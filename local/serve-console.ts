import { S3Client } from '@aws-sdk/client-s3';
import { buildConsole } from '@pressroom/console/build-console';
import { consoleConfigOf } from '@pressroom/console/console-config-of';
import { putConsole } from '@pressroom/console/put-console';
import type { Cloud } from '@pressroom/local-aws/start-cloud';
import { addressOf, outputOf } from './endpoints.ts';

/**
 * Builds the web console and puts it into its bucket, as a deployment does. The edge of the local cloud serves it.
 * @returns its address, without TLS, which a browser opens without a warning
 */
export async function serveConsole(cloud: Cloud): Promise<string> {
  const s3 = new S3Client({
    region: cloud.region,
    credentials: cloud.rootCredentials,
    endpoint: cloud.ministackEndpoint,
    forcePathStyle: true,
  });
  try {
    const outputs = {
      ...cloud.outputs,
      ApiUrl: addressOf(cloud, 'api'),
      // MiniStack has the login pages at its own address.
      LoginAddress: cloud.ministackEndpoint,
    };
    await putConsole(s3, outputOf(cloud, 'ConsoleBucket'), await buildConsole(), {
      ...consoleConfigOf(outputs),
      localDelivery: { https: addressOf(cloud, 'delivery'), http: addressOf(cloud, 'delivery-plain') },
    });
  } finally {
    s3.destroy();
  }
  return addressOf(cloud, 'console-plain');
}
