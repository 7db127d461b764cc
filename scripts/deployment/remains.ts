/** What stays of an installation whose stacks are deleted with `data=retain`, and what it costs from then on. */
import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import { priceList, pricesOf } from '../../bench/support/prices.ts';

export interface Remains {
  readonly kind: 'bucket' | 'table' | 'user pool';
  readonly name: string;
  /** None where nobody counts them, as for a user pool, or has counted them yet. */
  readonly bytes?: number;
}

const dayMs = 86_400_000;

/** @param resources of the data stack */
export async function findRemains(
  resources: readonly StackResourceSummary[],
  clients: { readonly cloudWatch: CloudWatchClient; readonly dynamoDb: DynamoDBClient },
  now: Date,
): Promise<Remains[]> {
  const found: Remains[] = [];
  for (const { ResourceType, PhysicalResourceId: name } of resources) {
    if (name === undefined) continue;
    if (ResourceType === 'AWS::S3::Bucket')
      found.push({ kind: 'bucket', name, ...counted(await bucketBytes(clients.cloudWatch, name, now)) });
    if (ResourceType === 'AWS::DynamoDB::Table') {
      const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: name }));
      found.push({ kind: 'table', name, ...counted(tableBytes(Table)) });
    }
    if (ResourceType === 'AWS::Cognito::UserPool') found.push({ kind: 'user pool', name });
  }
  return found;
}

/** S3 measures a bucket once a day, all versions included. */
async function bucketBytes(
  cloudWatch: CloudWatchClient,
  bucket: string,
  now: Date,
): Promise<number | undefined> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/S3',
      MetricName: 'BucketSizeBytes',
      Dimensions: [
        { Name: 'BucketName', Value: bucket },
        { Name: 'StorageType', Value: 'StandardStorage' },
      ],
      StartTime: new Date(now.getTime() - 3 * dayMs),
      EndTime: now,
      Period: dayMs / 1_000,
      Statistics: ['Average'],
    }),
  );
  const newest = Datapoints.sort((a, b) => Number(b.Timestamp) - Number(a.Timestamp))[0];
  return newest?.Average;
}

function tableBytes(table: TableDescription | undefined): number | undefined {
  if (table?.TableSizeBytes === undefined) return undefined;
  const indexes = table.GlobalSecondaryIndexes ?? [];
  return indexes.reduce((sum, { IndexSizeBytes = 0 }) => sum + IndexSizeBytes, table.TableSizeBytes);
}

const counted = (bytes: number | undefined) => (bytes === undefined ? {} : { bytes });

const dollarsPerGigabyte = {
  bucket: priceList.s3Storage.dollars,
  // Point-in-time recovery goes on. Its price is for the table without indexes: this is at most too much.
  table: priceList.tableStorage.dollars + priceList.pointInTimeRecovery.dollars,
  // Users cost something only in a month in which they sign in.
  'user pool': 0,
};

/** A line for each, and one for the sum. */
export function describeRemains(remains: readonly Remains[]): string[] {
  const cost = ({ kind, bytes = 0 }: Remains) => (bytes / 2 ** 30) * dollarsPerGigabyte[kind];
  const lines = remains.map((one) => {
    const size = one.bytes === undefined ? 'size not known' : `${(one.bytes / 2 ** 30).toFixed(2)} GB`;
    return one.kind === 'user pool'
      ? `  user pool ${one.name}`
      : `  ${one.kind} ${one.name}: ${size}, $${cost(one).toFixed(2)} a month`;
  });
  const sum = remains.reduce((total, one) => total + cost(one), 0);
  return [
    ...lines,
    `Together about $${sum.toFixed(2)} a month, at the list prices of us-east-1 in ${pricesOf}.`,
  ];
}
