import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { activeJobStore } from '../../../../adapters/dynamodb/jobs/active-job-store.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const { listActive } = activeJobStore(DynamoDBDocumentClient.from(new DynamoDBClient({})), 'jobs');

it('lists the jobs of all companies that have not ended, page by page', async () => {
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [{ activeSort: 'luma#J1' }], LastEvaluatedKey: { pk: 'JOB#luma#J1' } })
    .resolves({ Items: [{ activeSort: 'nova#J2' }] });
  const found = [];
  for await (const place of listActive()) found.push(place);
  expect(found).toEqual([
    { company: 'luma', jobId: 'J1' },
    { company: 'nova', jobId: 'J2' },
  ]);
  expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
    IndexName: 'active',
    ExpressionAttributeValues: { ':active': 'ACTIVE' },
  });
});
