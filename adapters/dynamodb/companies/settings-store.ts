/** The settings of companies, in the job table. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { settingsKey } from '../keys.ts';
import { missingOr } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { updateOf } from '../table/update-of.ts';

export interface SettingsStore {
  /** Settings that the company has not chosen have their defaults. */
  getSettings(company: string): Promise<CompanySettings>;
  /**
   * Changes the given settings and no others, so that two admins who change different settings do not undo each other.
   * @returns the settings after the change
   */
  changeSettings(
    company: string,
    change: Partial<Omit<CompanySettings, 'servers'>>,
  ): Promise<CompanySettings>;
  /**
   * Changes the list of servers. Two admins who toggle different servers do not undo each other.
   * @param from the list as it was read
   * @returns false if the list is a different one now
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
      const update = updateOf(tableName, { key: settingsKey(company), set: change });
      const { Attributes } = await documents.send(new UpdateCommand({ ...update, ReturnValues: 'ALL_NEW' }));
      return settingsOf(Attributes);
    },

    async changeServers(company, from, to) {
      const update = updateOf(tableName, {
        key: settingsKey(company),
        set: { servers: to },
        // If the company has chosen none yet, `from` is the default.
        when: { servers: missingOr(from) },
      });
      return conditionHeld(() => documents.send(new UpdateCommand(update)));
    },
  };
}

function settingsOf(item: Record<string, unknown> = {}): CompanySettings {
  const { pk, sk, ...chosen } = item;
  return { ...defaultSettings, ...chosen };
}
