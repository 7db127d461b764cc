/** The settings of companies in the job table. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type CompanySettings, defaultSettings } from '../../domain/company/settings.ts';
import { settingsKey } from './keys.ts';

export interface SettingsRecords {
  /** What a company has not chosen is as by default. */
  getSettings(company: string): Promise<CompanySettings>;
}

export function settingsRecords(documents: DynamoDBDocumentClient, tableName: string): SettingsRecords {
  return {
    async getSettings(company) {
      const { Item = {} } = await documents.send(
        new GetCommand({ TableName: tableName, Key: settingsKey(company), ConsistentRead: true }),
      );
      const { pk, sk, ...chosen } = Item;
      return { ...defaultSettings, ...chosen };
    },
  };
}
