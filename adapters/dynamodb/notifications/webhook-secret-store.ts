/** What the notifications of companies are signed with: one item a company, in a table of their own. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CompanySecret } from '../../../domain/notifications/company-secrets.ts';
import { webhookSecretsKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';

export interface WebhookSecretStore {
  /** All that are kept, also such as are not valid any more; the newest first. Strongly consistent. */
  readSecrets(company: string): Promise<readonly CompanySecret[]>;
  /**
   * Replaces the secrets.
   * @param seen what they were when the change was worked out
   * @returns false if they are others by now
   */
  changeSecrets(
    company: string,
    seen: readonly CompanySecret[],
    secrets: readonly CompanySecret[],
  ): Promise<boolean>;
}

export function webhookSecretStore(documents: DynamoDBDocumentClient, tableName: string): WebhookSecretStore {
  return {
    async readSecrets(company) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: webhookSecretsKey(company), ConsistentRead: true }),
      );
      return (Item?.secrets ?? []) as CompanySecret[];
    },

    async changeSecrets(company, seen, secrets) {
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...webhookSecretsKey(company), secrets },
            ...(seen.length === 0
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : { ConditionExpression: 'secrets = :seen', ExpressionAttributeValues: { ':seen': seen } }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}
