/** The settings of companies in the job table. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { settingsKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';

export interface SettingsStore {
  /** What a company has not chosen is as by default. */
  getSettings(company: string): Promise<CompanySettings>;
  /**
   * Changes what is named and nothing else, so that two admins who change different settings do not undo each other.
   * @returns the settings after it
   */
  changeSettings(
    company: string,
    change: Partial<Omit<CompanySettings, 'servers'>>,
  ): Promise<CompanySettings>;
  /**
   * Changes the list of servers, so that two admins who turn different servers do not undo each other.
   * @param from the list as it was read
   * @returns false if it is another one now
   */
  changeServers(company: string, from: readonly Server[], to: readonly Server[]): Promise<boolean>;
}

export function settingsStore(documents: DynamoDBDocumentClient, tableName: string): SettingsStore {
  return {
    async getSettings(company) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: settingsKey(company), ConsistentRead: true }),
      );
      return settingsOf(Item);
    },

    async changeSettings(company, change) {
      const changes = Object.entries(change);
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: settingsKey(company),
          UpdateExpression: `SET ${changes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(changes.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(changes.map(([name, value]) => [`:${name}`, value])),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return settingsOf(Attributes);
    },

    async changeServers(company, from, to) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: settingsKey(company),
            UpdateExpression: 'SET servers = :to',
            // Where none was chosen yet, what was read is the default.
            ConditionExpression: 'attribute_not_exists(servers) OR servers = :from',
            ExpressionAttributeValues: { ':from': from, ':to': to },
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

function settingsOf(item: Record<string, unknown> = {}): CompanySettings {
  const { pk, sk, ...chosen } = item;
  return { ...defaultSettings, ...chosen };
}
