import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { assetKey, assetTable, searchIndexKeys } from '../keys.ts';

/** The number of ids in a warning. */
const maxNamed = 5;

/**
 * The ids of a company that differ from this one only in case, by the index of names: half a read unit. The index
 * follows the records after a moment, so two assets that are made at the same time may not see each other.
 */
export async function similarIds(
  documents: DynamoDBDocumentClient,
  tableName: string,
  company: string,
  id: string,
): Promise<string[]> {
  const { name, partitionKey, sortKey } = assetTable.indexes.byName;
  const keys = searchIndexKeys(company, id, '');
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: name,
      KeyConditionExpression: '#partition = :partition AND #sort = :sort',
      ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
      ExpressionAttributeValues: { ':partition': keys.nameKey, ':sort': keys.nameSort },
      Limit: maxNamed + 1,
    }),
  );
  const prefix = assetKey(company, '').pk;
  return Items.map(({ pk }) => String(pk).slice(prefix.length))
    .filter((other) => other !== id)
    .slice(0, maxNamed);
}
