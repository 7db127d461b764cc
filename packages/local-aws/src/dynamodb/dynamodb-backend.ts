import type { CloudServices } from '../cloud-services.ts';
import type { DynamodbBackend } from './dynamodb-endpoint.ts';

/** The database behind the endpoint, for what the local cloud itself reads of it. It must have been registered. */
export function dynamodbBackend(
  services: Pick<CloudServices, 'shared'>,
  registered?: DynamodbBackend,
): DynamodbBackend {
  return services.shared('DynamoDB backend', () => {
    if (!registered) throw new Error('The local cloud has no DynamoDB yet');
    return registered;
  });
}
