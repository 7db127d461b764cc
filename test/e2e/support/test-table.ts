import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findDynoxide, startDynoxide } from '@pressroom/local-aws/dynamodb/start-dynoxide';
import { createPorts } from '@pressroom/local-aws/endpoint/free-ports';
import { assetTable, jobTable } from '../../../adapters/dynamodb/keys.ts';

export interface TestTable {
  readonly documents: DynamoDBDocumentClient;
  readonly name: string;
  readonly jobs: string;
  stop(): Promise<void>;
}

export async function startTestTable(): Promise<TestTable> {
  const program = findDynoxide();
  if (!program) throw new Error('Dynoxide has no binary for this platform');
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-table-'));
  const { endpoint, process } = await startDynoxide({
    program,
    stateFolder: folder,
    logFolder: folder,
    port: createPorts(join(folder, 'ports.json')),
    log: () => {},
  });
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await createTable(client, 'assets', assetTable);
  await createTable(client, 'jobs', jobTable);
  return {
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    name: 'assets',
    jobs: 'jobs',
    async stop() {
      client.destroy();
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Index {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly includes?: readonly string[];
}

async function createTable(
  client: DynamoDBClient,
  name: string,
  table: { partitionKey: string; sortKey: string; indexes: Readonly<Record<string, Index>> },
): Promise<void> {
  const { partitionKey, sortKey, indexes } = table;
  const all = Object.values(indexes);
  const attributes = new Set([
    partitionKey,
    sortKey,
    ...all.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]);
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((attribute) => ({
        AttributeName: attribute,
        AttributeType: attribute === 'bytes' ? 'N' : 'S',
      })),
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: all.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: index.includes?.length
          ? {
              ProjectionType: 'INCLUDE',
              NonKeyAttributes: index.includes.filter((attribute) => attribute !== index.sortKey),
            }
          : { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
}
