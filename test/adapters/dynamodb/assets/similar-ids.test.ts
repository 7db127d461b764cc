import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { similarIds } from '../../../../adapters/dynamodb/assets/similar-ids.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const mock = mockClient(documents);

it('ids that differ by case are those of the same name in lower case, but for the id itself', async () => {
  const Items = ['Red Shoe', 'red shoe', 'RED SHOE'].map((id) => ({ pk: `ASSET#luma#${id}`, sk: 'ASSET' }));
  mock.on(QueryCommand).resolves({ Items });
  expect(await similarIds(documents, 'assets', 'luma', 'red shoe')).toEqual(['Red Shoe', 'RED SHOE']);
  expect(mock.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
    TableName: 'assets',
    IndexName: 'byName',
    ExpressionAttributeValues: { ':partition': 'NAME#luma', ':sort': 'red shoe' },
  });
});
