import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it, vi } from 'vitest';
import { batchWrite } from '../../../../adapters/dynamodb/table/batch-write.ts';

vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const sent = mockClient(documents);

beforeEach(() => sent.reset());

const puts = (count: number) => Array.from({ length: count }, (_, index) => ({ put: { pk: `p${index}` } }));

it('writes 25 at a time, and nothing where nothing is to be written', async () => {
  sent.on(BatchWriteCommand).resolves({});
  await batchWrite(documents, 'table', [...puts(51), { delete: { pk: 'gone' } }]);
  const sizes = sent
    .commandCalls(BatchWriteCommand)
    .map((call) => call.args[0].input.RequestItems?.table?.length);
  expect(sizes).toEqual([25, 25, 2]);
  await batchWrite(documents, 'table', []);
  expect(sent.commandCalls(BatchWriteCommand)).toHaveLength(3);
});

it('writes again what was handed back', async () => {
  const back = [{ PutRequest: { Item: { pk: 'p1' } } }];
  sent
    .on(BatchWriteCommand)
    .resolvesOnce({ UnprocessedItems: { table: back } })
    .resolves({});
  await batchWrite(documents, 'table', puts(3));
  expect(sent.commandCalls(BatchWriteCommand)[1]?.args[0].input.RequestItems?.table).toEqual(back);
});

it('gives up when everything is handed back for ever', async () => {
  const back = [{ PutRequest: { Item: { pk: 'p0' } } }];
  sent.on(BatchWriteCommand).resolves({ UnprocessedItems: { table: back } });
  await expect(batchWrite(documents, 'table', puts(1))).rejects.toMatchObject({ code: 'storage.busy' });
  expect(sent.commandCalls(BatchWriteCommand)).toHaveLength(8);
});
