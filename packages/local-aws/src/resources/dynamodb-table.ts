import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type LocalSecondaryIndex,
  ResourceNotFoundException,
  type StreamViewType,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { CloudServices } from '../cloud-services.ts';
import { sweepExpired } from '../dynamodb/sweep-expired.ts';
import type { Properties, ResourceType } from './resource.ts';

/** DynamoDB deletes expired items within days; one minute makes it visible here. */
const sweepEveryMs = 60_000;

/** The client that the local cloud itself uses, on our own endpoint. */
export function dynamodbClient(services: CloudServices): DynamoDBClient {
  return services.shared(
    'DynamoDB client',
    () =>
      new DynamoDBClient({
        region: services.region,
        endpoint: services.ownEndpoint,
        credentials: services.rootCredentials,
      }),
  );
}

export const dynamodbTable: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  honours: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'BillingMode',
    'TimeToLiveSpecification',
    'StreamSpecification.StreamViewType',
  ],
  async create({ properties, generatedName, region, account, services }) {
    const client = dynamodbClient(services);
    const name = String(properties.TableName ?? generatedName);
    const keys = (properties.KeySchema ?? []) as KeySchemaElement[];
    await ensureTable(client, name, properties);
    const { Table: made } = await client.send(new DescribeTableCommand({ TableName: name }));
    const arn = `arn:aws:dynamodb:${region}:${account}:table/${name}`;

    const { Enabled, AttributeName } = (properties.TimeToLiveSpecification ?? {}) as {
      Enabled?: boolean | string;
      AttributeName?: string;
    };
    const timeToLive = String(Enabled) === 'true' ? AttributeName : undefined;
    let timer: NodeJS.Timeout | undefined;
    let sweep: Promise<unknown> = Promise.resolve();
    return {
      ref: name,
      attributes: {
        Arn: arn,
        // With our own account and region: Dynoxide has others.
        ...(made?.LatestStreamLabel && { StreamArn: `${arn}/stream/${made.LatestStreamLabel}` }),
      },
      async activate() {
        if (!timeToLive) return;
        const table = { name, keys: keys.map((key) => key.AttributeName ?? ''), timeToLive };
        const run = (): void => {
          sweep = sweepExpired(client, table, Math.floor(Date.now() / 1000)).catch((error: unknown) =>
            services.log(`Expired items of ${name} could not be deleted: ${error}`),
          );
        };
        run();
        timer = setInterval(run, sweepEveryMs);
      },
      async stop() {
        clearInterval(timer);
        await sweep;
      },
    };
  },
};

async function ensureTable(client: DynamoDBClient, name: string, properties: Properties): Promise<void> {
  const wanted = {
    keys: (properties.KeySchema ?? []) as KeySchemaElement[],
    attributes: (properties.AttributeDefinitions ?? []) as AttributeDefinition[],
    global: (properties.GlobalSecondaryIndexes ?? []) as GlobalSecondaryIndex[],
    local: (properties.LocalSecondaryIndexes ?? []) as LocalSecondaryIndex[],
    stream: (properties.StreamSpecification as { StreamViewType?: StreamViewType } | undefined)
      ?.StreamViewType,
  };
  const found = await client.send(new DescribeTableCommand({ TableName: name })).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });
  if (found?.Table) {
    const existing = shapeOf(found.Table);
    const expected = shapeOf({
      KeySchema: wanted.keys,
      AttributeDefinitions: wanted.attributes,
      GlobalSecondaryIndexes: wanted.global,
      LocalSecondaryIndexes: wanted.local,
    });
    const sameStream = found.Table.StreamSpecification?.StreamViewType === wanted.stream;
    if (existing === expected && sameStream) return;
    throw new Error(
      `The keys, indexes or stream of the table ${name} differ from the template, and the local cloud does not change them. Start with --fresh.`,
    );
  }
  await client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: wanted.keys,
      AttributeDefinitions: wanted.attributes,
      // Provisioned throughput is not emulated, so every table is on demand.
      BillingMode: 'PAY_PER_REQUEST',
      ...(wanted.global.length > 0 ? { GlobalSecondaryIndexes: wanted.global.map(index) } : {}),
      ...(wanted.local.length > 0 ? { LocalSecondaryIndexes: wanted.local.map(index) } : {}),
      ...(wanted.stream === undefined
        ? {}
        : { StreamSpecification: { StreamEnabled: true, StreamViewType: wanted.stream } }),
    }),
  );
}

function index<Index extends GlobalSecondaryIndex | LocalSecondaryIndex>(wanted: Index): Index {
  const { IndexName, KeySchema, Projection } = wanted;
  return { IndexName, KeySchema, Projection } as Index;
}

/** Keys, attributes and indexes as one text, for comparison. */
function shapeOf(table: Partial<TableDescription> | Properties): string {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
    table as Partial<TableDescription>;
  const keys = (schema: readonly KeySchemaElement[] = []): string =>
    schema
      .map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`)
      .sort()
      .join(',');
  const indexes = (
    list: readonly {
      IndexName?: string | undefined;
      KeySchema?: KeySchemaElement[] | undefined;
      Projection?: object | undefined;
    }[] = [],
  ) =>
    list.map((one) => {
      const { ProjectionType, NonKeyAttributes = [] } = (one.Projection ?? {}) as {
        ProjectionType?: string;
        NonKeyAttributes?: string[];
      };
      return `${one.IndexName}(${keys(one.KeySchema)};${ProjectionType};${[...NonKeyAttributes].sort().join(',')})`;
    });
  return JSON.stringify([
    keys(KeySchema),
    (AttributeDefinitions ?? [])
      .map(({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`)
      .sort(),
    indexes(GlobalSecondaryIndexes).sort(),
    indexes(LocalSecondaryIndexes).sort(),
  ]);
}
