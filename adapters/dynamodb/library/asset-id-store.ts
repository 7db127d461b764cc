import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AssetType } from '../../../domain/assets/asset.ts';
import { assetKey, assetTable, nameIndexKey, typeIndexKey } from '../keys.ts';
import { queryPages } from '../table/query-pages.ts';

/** Ids by the indexes of names and of types, which follow the records after a moment. */
export interface AssetIdStore {
  /** All ids of a company outside the trash, in pages: half a read unit for 4 kB, which is about 35 ids. */
  listIds(company: string): AsyncGenerator<string[]>;
  /** Those of one type. */
  listIdsOfType(company: string, type: AssetType): AsyncGenerator<string[]>;
}

export function assetIdStore(documents: DynamoDBDocumentClient, tableName: string): AssetIdStore {
  const { byName, byType } = assetTable.indexes;
  return {
    listIds: (company) => list(company, byName, nameIndexKey(company)),
    listIdsOfType: (company, type) => list(company, byType, typeIndexKey(company, type)),
  };

  async function* list(
    company: string,
    index: { readonly name: string; readonly partitionKey: string },
    partition: string,
  ): AsyncGenerator<string[]> {
    const prefix = assetKey(company, '').pk;
    const pages = queryPages(documents, {
      TableName: tableName,
      IndexName: index.name,
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeNames: { '#partition': index.partitionKey },
      ExpressionAttributeValues: { ':partition': partition },
    });
    for await (const items of pages) yield items.map(({ pk }) => String(pk).slice(prefix.length));
  }
}
