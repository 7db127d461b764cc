import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { CloudServices } from '../cloud-services.ts';
import type { StreamPollerDependencies, StreamRecord } from '../lambda/stream-poller.ts';
import { dynamodbClient } from '../resources/dynamodb-table.ts';
import { dynamodbBackend } from './dynamodb-backend.ts';

/** Reads the stream of a table from the database itself: the streams have no endpoint of their own here. */
export async function openTableStream(
  services: CloudServices,
  streamArn: string,
  reader: string,
): Promise<Pick<StreamPollerDependencies, 'shards' | 'records' | 'readProgress' | 'saveProgress'>> {
  const table = /:table\/([^/]+)\/stream\//.exec(streamArn)?.[1];
  const { Table } = await dynamodbClient(services).send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = Table?.LatestStreamArn;
  if (StreamArn === undefined) throw new Error(`The table ${table} has no stream`);
  const backend = dynamodbBackend(services);
  // A table that is made again has another stream.
  const progressFile = join(services.stateFolder, 'streams', `${reader}-${Table?.LatestStreamLabel}.json`);
  mkdirSync(dirname(progressFile), { recursive: true });

  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const body = Buffer.from(JSON.stringify(input));
    const headers = {
      host: new URL(backend.endpoint).host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      // Dynoxide wants a signature and does not check it.
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
      'x-amz-date': '20260101T000000Z',
    };
    const signed = backend.sign ? await backend.sign({ headers, body }) : headers;
    const response = await fetch(backend.endpoint, { method: 'POST', headers: signed, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };

  return {
    async shards() {
      const { StreamDescription } = (await call('DescribeStream', { StreamArn })) as {
        StreamDescription: { Shards: { ShardId: string }[] };
      };
      return StreamDescription.Shards.map(({ ShardId }) => ShardId);
    },

    async records(ShardId, after, Limit) {
      const position =
        after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
      const { ShardIterator } = await call('GetShardIterator', { StreamArn, ShardId, ...position });
      const { Records } = (await call('GetRecords', { ShardIterator, Limit })) as { Records: StreamRecord[] };
      return Records;
    },

    readProgress() {
      if (!existsSync(progressFile)) return new Map();
      return new Map(
        Object.entries(JSON.parse(readFileSync(progressFile, 'utf8')) as Record<string, string>),
      );
    },

    saveProgress: (progress) => writeFileSync(progressFile, JSON.stringify(Object.fromEntries(progress))),
  };
}
