import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CloudServices } from '../cloud-services.ts';
import type { MapStorage } from './scope.ts';

/** S3 with the credentials of a state machine's role: what the role may not read or write fails as on AWS. */
export function mapStorage(
  services: Pick<CloudServices, 'credentialsFor' | 'ministackEndpoint' | 'region'>,
  roleArn: string,
): MapStorage {
  let client: S3Client | undefined;
  // Made on first use: the endpoint and the role's credentials aren't needed by a machine without Distributed Map.
  const s3 = (): S3Client => {
    client ??= new S3Client({
      endpoint: services.ministackEndpoint,
      region: services.region,
      forcePathStyle: true,
      credentials: async () => {
        const { accessKeyId, secretAccessKey, sessionToken, expires } =
          await services.credentialsFor(roleArn);
        return { accessKeyId, secretAccessKey, sessionToken, expiration: expires };
      },
    });
    return client;
  };
  return {
    async getObject(request) {
      const { Body } = await s3().send(new GetObjectCommand(request));
      return (await Body?.transformToString()) ?? '';
    },
    putObject: (request) => s3().send(new PutObjectCommand(request)),
  };
}
