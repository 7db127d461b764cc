/** The secrets that sign a company's notifications: one item for each company, in a separate table. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CompanySecret } from '../../../domain/notifications/company-secrets.ts';
import { webhookSecretsKey } from '../keys.ts';
import { conditionOf, isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';

export interface WebhookSecretStore {
  /** All stored secrets, newest first, including those that are no longer valid. Strongly consistent. */
  readSecrets(company: string): Promise<readonly CompanySecret[]>;
  /**
   * Replaces the secrets.
   * @param seen the secrets for which the change was decided
   * @returns false if they are different ones now
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
      const put = {
        TableName: tableName,
        Item: { ...webhookSecretsKey(company), secrets },
        ...(seen.length === 0 ? isNew : conditionOf({ secrets: seen })),
      };
      return conditionHeld(() => documents.send(new PutCommand(put)));
    },
  };
}
