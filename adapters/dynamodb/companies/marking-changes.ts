/**
 * A client that marks what it changes, so that `GET /changes` can say what is new. It is in front of all stores, so that
 * none can be left out, and knows a change by the key that is written.
 */
import {
  BatchExecuteStatementCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type ChangeKind, markIntervalMs } from '../../../domain/companies/changes.ts';
import { changeStore } from './change-store.ts';

interface Key {
  readonly pk: string;
  readonly sk?: unknown;
}

/** The kinds by the beginning of the partition key. What is not here changes nothing that a screen shows. */
const kinds: Readonly<Record<string, ChangeKind>> = {
  ASSET: 'assets',
  JOB: 'jobs',
  QUEUE: 'jobs',
  SCHEDULES: 'schedules',
  COMPANY: 'settings',
  // Each change of settings, members and presets ends with its audit entry; presets of images are objects in S3.
  AUDIT: 'settings',
};

/** Companies whose marks a process remembers. */
const maxRemembered = 10_000;

/**
 * Marks the company and kind of each successful write, once in 2 seconds: one more write unit, and some milliseconds for
 * that write. A mark that fails is reported and tried again with the next write; the write itself has succeeded.
 * @param tableName of the job table
 */
export function markingChanges(
  documents: DynamoDBDocumentClient,
  tableName: string,
  { clock, warn }: { readonly clock: () => number; readonly warn: (message: string, error: Error) => void },
): DynamoDBDocumentClient {
  const { mark } = changeStore(documents, tableName);
  /** Milliseconds since 1970, by kind and company. */
  const marked = new Map<string, number>();

  async function markWritten(keys: readonly Key[]): Promise<void> {
    for (const key of keys) {
      const [prefix = '', company = ''] = key.pk.split('#', 2);
      const kind = prefix === 'COMPANY' && String(key.sk).startsWith('FOLDER#') ? 'assets' : kinds[prefix];
      if (kind === undefined || company === '') continue;
      const what = `${kind} ${company}`;
      const now = clock();
      if (now < (marked.get(what) ?? 0) + markIntervalMs) continue;
      if (marked.size >= maxRemembered) marked.clear();
      marked.set(what, now);
      try {
        await mark(company, kind, new Date(now).toISOString());
      } catch (error) {
        marked.delete(what);
        warn(`The change of ${kind} of ${company} has no mark`, error as Error);
      }
    }
  }

  const send = documents.send.bind(documents) as (...given: unknown[]) => Promise<unknown>;
  async function sendAndMark(command: object, ...more: unknown[]): Promise<unknown> {
    const output = await send(command, ...more);
    const keys = writtenKeys(command);
    if (keys.length > 0) await markWritten(keys);
    return output;
  }
  return Object.create(documents, { send: { value: sendAndMark } }) as DynamoDBDocumentClient;
}

/** The keys that a command writes. None of a command that reads. */
function writtenKeys(command: object): Key[] {
  if (command instanceof UpdateCommand || command instanceof DeleteCommand)
    return [command.input.Key as Key & object];
  if (command instanceof PutCommand) return [command.input.Item as Key & object];
  if (command instanceof BatchWriteCommand) {
    return Object.values(command.input.RequestItems ?? {})
      .flat()
      .map(({ PutRequest, DeleteRequest }) => (PutRequest?.Item ?? DeleteRequest?.Key) as Key & object);
  }
  if (command instanceof TransactWriteCommand) {
    return (command.input.TransactItems ?? []).flatMap(({ Put, Update, Delete }) => {
      const key = Put?.Item ?? Update?.Key ?? Delete?.Key;
      return key === undefined ? [] : [key as Key & object];
    });
  }
  if (command instanceof BatchExecuteStatementCommand) {
    // The values of a statement stand in its own order: the keys are known by their beginning.
    return (command.input.Statements ?? []).flatMap(({ Parameters = [] }) => {
      const pk = Parameters.find((value) => typeof value === 'string' && /^(?:ASSET|JOB)#/.test(value));
      return typeof pk === 'string' ? [{ pk }] : [];
    });
  }
  return [];
}
