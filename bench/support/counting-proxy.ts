/** Servers in front of the backends of the local cloud. They forward calls and count what AWS would charge for. */
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The cost of the calls since the last reset. */
export interface Tally {
  /** CopyObject and UploadPartCopy. */
  copies: number;
  /** Other PUT and POST of S3, charged like copies. */
  puts: number;
  gets: number;
  deletes: number;
  /** Entries put on an event bus, each at most 64 kB. */
  events: number;
  writeUnits: number;
  readUnits: number;
  /** Write units of the table itself and of its indexes: `AssetTable`, `AssetTable.byType`. */
  readonly writesTo: Map<string, number>;
}

export interface CountingProxy {
  readonly address: string;
  stop(): Promise<void>;
}

export function newTally(): Tally {
  return {
    copies: 0,
    puts: 0,
    gets: 0,
    deletes: 0,
    events: 0,
    writeUnits: 0,
    readUnits: 0,
    writesTo: new Map(),
  };
}

/** In front of MiniStack: counts the requests to S3 by their price class, and the events of EventBridge. */
export function countS3(
  target: string,
  count: (kind: 'copies' | 'puts' | 'gets' | 'deletes' | 'events') => void,
) {
  return startProxy(target, {
    before({ method, headers, body }) {
      if (headers['x-amz-target'] === 'AWSEvents.PutEvents') {
        const { Entries } = JSON.parse(body.toString('utf8')) as { Entries: readonly { Detail?: string }[] };
        // Each 64 kB of an entry are charged as one event.
        for (const { Detail = '' } of Entries)
          for (let left = Buffer.byteLength(Detail); left >= 0; left -= 65_536) count('events');
      }
      if (!isS3(headers)) return body;
      if (headers['x-amz-copy-source'] !== undefined) count('copies');
      else if (method === 'PUT' || method === 'POST') count('puts');
      else if (method === 'GET' || method === 'HEAD') count('gets');
      else if (method === 'DELETE') count('deletes');
      return body;
    },
  });
}

/** In front of DynamoDB: requests the consumed capacity of each call. */
export function countDynamodb(target: string, count: (operation: string, consumed: Consumed) => void) {
  return startProxy(target, {
    before({ headers, body }) {
      const operation = operationOf(headers);
      if (!counted.has(operation)) return body;
      const call = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
      return Buffer.from(JSON.stringify({ ...call, ReturnConsumedCapacity: 'INDEXES' }));
    },
    after({ headers, body }) {
      const operation = operationOf(headers);
      if (!counted.has(operation)) return;
      const { ConsumedCapacity } = JSON.parse(body.toString('utf8')) as {
        ConsumedCapacity?: Consumed | Consumed[];
      };
      for (const consumed of [ConsumedCapacity ?? []].flat()) count(operation, consumed);
    },
  });
}

interface Units {
  readonly CapacityUnits?: number;
}

export interface Consumed extends Units {
  readonly TableName: string;
  readonly Table?: Units;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Units>>;
}

const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);
const counted = new Set([
  ...reads,
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
  // The project uses statements only for changes.
  'BatchExecuteStatement',
]);

/** @param nameOf the name that a table has in the template */
export function addConsumed(
  tally: Tally,
  operation: string,
  consumed: Consumed,
  nameOf: (table: string) => string,
): void {
  const units = consumed.CapacityUnits ?? 0;
  if (reads.has(operation)) {
    tally.readUnits += units;
    return;
  }
  tally.writeUnits += units;
  const table = nameOf(consumed.TableName);
  const add = (to: string, more: Units | undefined) => {
    if (more?.CapacityUnits) tally.writesTo.set(to, (tally.writesTo.get(to) ?? 0) + more.CapacityUnits);
  };
  add(table, consumed.Table);
  for (const [index, of] of Object.entries(consumed.GlobalSecondaryIndexes ?? {}))
    add(`${table}.${index}`, of);
}

interface ProxiedMessage {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function startProxy(
  target: string,
  watch: { before(call: ProxiedMessage): Buffer; after?(answer: ProxiedMessage): void },
): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = 'GET', headers, url = '/' } = incoming;
      const given = Buffer.concat(chunks);
      const body = watch.before({ method, headers, body: given });
      // The host header is kept, because it is part of the signature.
      const passedOn = body === given ? headers : { ...headers, 'content-length': String(body.length) };
      const call = request({ hostname, port, method, path: url, headers: passedOn, agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const whole = Buffer.concat(parts);
          if (response.statusCode === 200) watch.after?.({ method, headers, body: whole });
          const { 'transfer-encoding': _, ...rest } = response.headers;
          outgoing.writeHead(response.statusCode ?? 502, rest);
          outgoing.end(whole);
        });
      });
      call.on('error', (error) => outgoing.destroy(error));
      call.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function operationOf(headers: IncomingHttpHeaders): string {
  return String(headers['x-amz-target'] ?? '').replace(/^DynamoDB_\d+\./, '');
}

/** Detects the service by the signature. Presigned calls have no such header and belong to S3. */
function isS3(headers: IncomingHttpHeaders): boolean {
  const { authorization } = headers;
  return authorization === undefined ? headers['x-amz-target'] === undefined : authorization.includes('/s3/');
}
