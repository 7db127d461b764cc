/** The asset table alone, in a Dynoxide of its own: for what only a true index can tell. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { assetTable } from '../../../adapters/dynamodb/keys.ts';
import { findDynoxide, startDynoxide } from '../../../local/dynamodb/start-dynoxide.ts';
import { createPorts } from '../../../local/endpoint/free-ports.ts';

export interface TestTable {
  readonly documents: DynamoDBDocumentClient;
  readonly name: string;
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
  await createAssetTable(client, 'assets');
  return {
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    name: 'assets',
    async stop() {
      client.destroy();
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createAssetTable(client: DynamoDBClient, name: string): Promise<void> {
  const { partitionKey, sortKey, indexes } = assetTable;
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
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
}
