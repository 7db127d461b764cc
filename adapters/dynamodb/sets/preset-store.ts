/** The batch set presets of companies, in the job table. */
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { BatchSetPreset } from '../../../domain/sets/batch-set-preset.ts';
import { presetKey } from '../keys.ts';
import { queryPages } from '../table/query-pages.ts';

export interface PresetStore {
  /** All presets of a company, by name; strongly consistent. */
  listPresets(company: string): Promise<BatchSetPreset[]>;
  putPreset(company: string, preset: BatchSetPreset): Promise<void>;
  /** @returns the preset as it was; undefined if it did not exist */
  deletePreset(company: string, name: string): Promise<BatchSetPreset | undefined>;
}

export function presetStore(documents: DynamoDBDocumentClient, tableName: string): PresetStore {
  return {
    async listPresets(company) {
      const { pk, sk } = presetKey(company, '');
      const presets: BatchSetPreset[] = [];
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
        ConsistentRead: true,
      });
      for await (const items of pages) presets.push(...items.map(presetOf));
      return presets;
    },

    async putPreset(company, preset) {
      await documents.send(
        new PutCommand({ TableName: tableName, Item: { ...presetKey(company, preset.name), ...preset } }),
      );
    },

    async deletePreset(company, name) {
      const { Attributes } = await documents.send(
        new DeleteCommand({ TableName: tableName, Key: presetKey(company, name), ReturnValues: 'ALL_OLD' }),
      );
      return Attributes && presetOf(Attributes);
    },
  };
}

function presetOf(item: Record<string, unknown>): BatchSetPreset {
  const { pk, sk, ...preset } = item;
  return preset as unknown as BatchSetPreset;
}
