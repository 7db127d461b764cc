import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { withBackendStatements } from '@pressroom/local-aws/dynamodb/backend-statements';
import { findDynoxide, startDynoxide } from '@pressroom/local-aws/dynamodb/start-dynoxide';
import { createPorts } from '@pressroom/local-aws/endpoint/free-ports';
import { type StoreTable, storeTableNames } from '../../stores/store-table.ts';
import { type Command, callHook, type Input, sendThrough, withSend } from '../../support/calls.ts';
import { keyType, type TableDefinition, tableDefinitions } from '../../support/dynamodb/table-definitions.ts';
import { dynamodbTargets } from '../../support/dynamodb/targets.ts';

export interface TestTable extends StoreTable {
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
  for (const [name, definition] of Object.entries(tableDefinitions)) {
    await createTable(client, name, definition);
  }
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const hook = callHook();
  const send = documents.send.bind(documents) as (command: Command) => Promise<object>;
  const execute = (name: string, input: Input, original: Command) => {
    const Original = original.constructor as new (input: Input) => Command;
    // As the endpoint of the local cloud does, which does not stand in front of this database.
    return send(new Original(withBackendStatements(name, input) ?? input));
  };
  const hooked = sendThrough(hook, { service: 'dynamodb', execute, targets: dynamodbTargets });
  return {
    documents: withSend(documents, hooked),
    hook,
    ...storeTableNames,
    async stop() {
      client.destroy();
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createTable(
  client: DynamoDBClient,
  name: string,
  { partitionKey, sortKey, indexes }: TableDefinition,
): Promise<void> {
  const attributes = new Set([
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
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
        AttributeType: keyType(attribute),
      })),
      KeySchema: keys(partitionKey, sortKey),
      ...(indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: indexes.map((index) => ({
              IndexName: index.name,
              KeySchema: keys(index.partitionKey, index.sortKey),
              Projection:
                index.includes.length > 0
                  ? { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.includes] }
                  : { ProjectionType: 'KEYS_ONLY' },
            })),
          }),
    }),
  );
}
