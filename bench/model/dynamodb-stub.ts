/**
 * DynamoDB as the model has it: the tables of the tests behind plain HTTP, with the latencies and the partition limits of
 * behaviour.ts. It also takes the events of EventBridge. A process of its own.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assetItem } from '../../adapters/dynamodb/assets/asset-store.ts';
import { jobItem } from '../../adapters/dynamodb/jobs/job-item.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { readStatement } from '../../test/support/dynamodb/statements.ts';
import { tableDefinitions } from '../../test/support/dynamodb/table-definitions.ts';
import { memoryDynamodb } from '../../test/support/memory-dynamodb.ts';
import { serveParent } from '../support/child-process.ts';
import { behaviour, latencySource, partitionLimits } from './behaviour.ts';
import { fromWire, toWire, type Wire, wireItem } from './dynamodb-wire.ts';
import { modelAsset, modelJob } from './model-library.ts';

type Item = Record<string, unknown>;

const { dynamodb } = behaviour;
const slowdown = Number(process.env.SLOWDOWN);
const now = () => performance.now() / 1_000 / slowdown;
const tables = { assets: tableDefinitions.assets, jobs: tableDefinitions.jobs };

let memory = memoryDynamodb(tables);
let limits = partitionLimits(dynamodb.writeUnitsPerSecond);
let latency = latencySource(2);
let counts = noCounts();

export interface DynamodbCounts {
  calls: number;
  writeUnits: number;
  /** Writes that a partition refused. */
  refused: number;
}

const server = createServer((request, response) => {
  void read(request).then((body) => {
    const target = String(request.headers['x-amz-target']);
    const operation = target.split('.')[1] ?? '';
    counts.calls += 1;
    const { status, result } =
      operation === 'PutEvents' ? { status: 200, result: events(body) } : run(operation, body);
    const isBatch = operation.startsWith('Batch');
    setTimeout(
      () => {
        const content = JSON.stringify(result);
        response.writeHead(status, {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(content),
        });
        response.end(content);
      },
      latency(isBatch ? dynamodb.batch : dynamodb.single) * slowdown,
    );
  });
});
server.keepAliveTimeout = 600_000;

function events(body: Wire): Wire {
  return { FailedEntryCount: 0, Entries: ((body.Entries ?? []) as unknown[]).map(() => ({ EventId: '0' })) };
}

function run(operation: string, body: Wire): { status: number; result: Wire } {
  const command = operation.replace(/Items?$/, '');
  const input = fromWire(body) as Item;
  try {
    if (command === 'BatchExecuteStatement') return { status: 200, result: statements(input) };
    if (command === 'BatchWrite') return { status: 200, result: batchWrite(input) };
    if (command === 'Put' || command === 'Update') {
      const key = (input.Key ?? input.Item) as Item;
      if (!takeWrite(String(input.TableName), key)) throw throttled();
    }
    return { status: 200, result: toWire(memory.service.execute(command, input, { input }) as Item) };
  } catch (error) {
    const { name, message } = error as Error;
    return { status: 400, result: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message } };
  }
}

/** Each statement is refused by itself, as DynamoDB does. */
function statements(input: Item): Wire {
  const all = input.Statements as { Statement: string; Parameters: unknown[] }[];
  const accepted = all.map(({ Statement, Parameters }) => {
    const { table, equal } = readStatement(Statement, Parameters);
    return takeWrite(table, equal, true);
  });
  const left = all.filter((_, index) => accepted[index]);
  const { Responses = [] } =
    left.length === 0
      ? {}
      : (memory.service.execute('BatchExecuteStatement', { Statements: left }, { input }) as {
          Responses?: unknown[];
        });
  const responses = Responses.values();
  return {
    Responses: accepted.map((isAccepted) =>
      isAccepted
        ? responses.next().value
        : { Error: { Code: 'ThrottlingError', Message: 'The partition is at its limit' } },
    ),
  };
}

function batchWrite(input: Item): Wire {
  const left: Record<string, unknown[]> = {};
  const taken: Record<string, unknown[]> = {};
  for (const [table, requests] of Object.entries(input.RequestItems as Record<string, Item[]>))
    for (const request of requests) {
      const item = (request.PutRequest as { Item: Item }).Item;
      const to = takeWrite(table, item) ? taken : left;
      to[table] = [...(to[table] ?? []), request];
    }
  if (Object.keys(taken).length > 0)
    void memory.service.execute('BatchWrite', { RequestItems: taken }, { input });
  const unprocessed = Object.entries(left).map(([table, requests]) => [
    table,
    (requests as { PutRequest: { Item: Item } }[]).map(({ PutRequest }) => ({
      PutRequest: { Item: wireItem(PutRequest.Item) },
    })),
  ]);
  return { UnprocessedItems: Object.fromEntries(unprocessed) };
}

/** Takes the units of a write from its partition, and from that of the pending index if the asset leaves it. */
function takeWrite(table: string, key: Item, leavesIndex = false): boolean {
  const partition = `${table} ${hashOf(String(key.pk)) % dynamodb.partitions}`;
  const before = leavesIndex
    ? memory.tables.assets.get({ pk: key.pk, sk: key.sk })?.item.pendingKey
    : undefined;
  const isTaken =
    limits.take(partition, now(), 1) && (before === undefined || limits.take(String(before), now(), 1));
  if (!isTaken) counts.refused += 1;
  else counts.writeUnits += before === undefined ? 1 : 2;
  return isTaken;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

function throttled(): Error {
  return Object.assign(new Error('The partition is at its limit'), {
    name: 'ProvisionedThroughputExceededException',
  });
}

function noCounts(): DynamodbCounts {
  return { calls: 0, writeUnits: 0, refused: 0 };
}

async function read(request: IncomingMessage): Promise<Wire> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Wire;
}

serveParent({
  listen: () =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
    }),
  /** A library of pending images, and a running job. */
  reset({ assets, seed }: { assets: number; seed: number }) {
    memory = memoryDynamodb(tables);
    limits = partitionLimits(dynamodb.writeUnitsPerSecond);
    latency = latencySource(seed);
    counts = noCounts();
    for (let number = 0; number < assets; number += 1)
      memory.tables.assets.put(
        JSON.parse(JSON.stringify(assetItem(modelAsset(number), defaultSettings))) as Item,
      );
    memory.tables.jobs.put(JSON.parse(JSON.stringify(jobItem(modelJob))) as Item);
  },
  counts: () => counts,
  /** Live assets, and assets that are still in the pending index. */
  state() {
    let [live, pending] = [0, 0];
    for (const { item } of memory.tables.assets.all()) {
      if (item.intent === 'live') live += 1;
      if (item.pendingKey !== undefined) pending += 1;
    }
    return { live, pending };
  },
  cpuMilliseconds: () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
});
