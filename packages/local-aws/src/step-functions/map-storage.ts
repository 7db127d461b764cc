import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CloudServices } from '../cloud-services.ts';
import type { MapStorage } from './scope.ts';

/** S3 with the credentials of a state machine's role, so that missing permissions cause an error as on AWS. */
export function mapStorage(
  services: Pick<CloudServices, 'credentialsFor' | 'ministackEndpoint' | 'region'>,
  roleArn: string,
): MapStorage {
  let client: S3Client | undefined;
  // Created on first use, because a machine without Distributed Map does not need it.
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
