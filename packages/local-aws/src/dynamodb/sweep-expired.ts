import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';

/** DynamoDB does not delete items that expired more than five years ago. */
const maxAgeSeconds = 5 * 365 * 24 * 3600;

/**
 * Deletes the expired items of a table, as DynamoDB's time to live does.
 * @param nowSeconds since 1970
 * @returns number of deleted items
 */
export async function sweepExpired(
  client: DynamoDBClient,
  table: { readonly name: string; readonly keys: readonly string[]; readonly timeToLive: string },
  nowSeconds: number,
): Promise<number> {
  const names = { '#ttl': table.timeToLive };
  const values = { ':now': { N: String(nowSeconds) }, ':oldest': { N: String(nowSeconds - maxAgeSeconds) } };
  const isExpired = '#ttl < :now AND #ttl > :oldest';
  let deleted = 0;
  const pages = paginateScan(
    { client },
    {
      TableName: table.name,
      FilterExpression: `attribute_type(#ttl, :number) AND ${isExpired}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...values, ':number': { S: 'N' } },
    },
  );
  for await (const page of pages) {
    for (const item of page.Items ?? []) {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: table.name,
            Key: keyOf(item, table.keys),
            // The item may have got a later expiry since the scan.
            ConditionExpression: isExpired,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
          }),
        );
        deleted += 1;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    }
  }
  return deleted;
}

function keyOf(
  item: Readonly<Record<string, AttributeValue>>,
  keys: readonly string[],
): Record<string, AttributeValue> {
  return Object.fromEntries(
    keys.map((key) => {
      const value = item[key];
      if (!value) throw new Error(`An item lacks its key "${key}"`);
      return [key, value];
    }),
  );
}
