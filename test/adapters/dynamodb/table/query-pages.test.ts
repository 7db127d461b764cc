import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { queryPages } from '../../../../adapters/dynamodb/table/query-pages.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const dynamodb = mockClient(documents);
const query = { TableName: 'table', KeyConditionExpression: 'pk = :pk' };

beforeEach(() => dynamodb.reset());

describe('the pages of a query', () => {
  it('come one after the other, each asked for where the one before ended', async () => {
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ sk: 'a' }], LastEvaluatedKey: { sk: 'a' } })
      .resolvesOnce({ LastEvaluatedKey: { sk: 'b' } })
      .resolvesOnce({ Items: [{ sk: 'c' }] });
    const pages: unknown[] = [];
    for await (const page of queryPages(documents, query)) pages.push(page);
    expect(pages).toEqual([[{ sk: 'a' }], [], [{ sk: 'c' }]]);
    expect(dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toEqual([
      query,
      { ...query, ExclusiveStartKey: { sk: 'a' } },
      { ...query, ExclusiveStartKey: { sk: 'b' } },
    ]);
  });

  it('begin at the key that is given, and none is read beyond what is taken', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: [{ sk: 'b' }], LastEvaluatedKey: { sk: 'b' } });
    for await (const _ of queryPages(documents, { ...query, ExclusiveStartKey: { sk: 'a' } })) break;
    expect(dynamodb.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toEqual([
      { ...query, ExclusiveStartKey: { sk: 'a' } },
    ]);
  });
});
