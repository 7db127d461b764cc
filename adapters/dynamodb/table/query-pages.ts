import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

/**
 * The items of a query, page by page, from `ExclusiveStartKey` if it is given. A page is read only after the caller has
 * taken the one before it, so a caller that has enough simply stops.
 */
export async function* queryPages(
  documents: DynamoDBDocumentClient,
  { ExclusiveStartKey, ...query }: QueryCommandInput,
): AsyncGenerator<Record<string, unknown>[]> {
  let start: Record<string, unknown> | undefined = ExclusiveStartKey;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({ ...query, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    start = LastEvaluatedKey;
    yield Items;
  } while (start !== undefined);
}
