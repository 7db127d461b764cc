import { setTimeout as wait } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Failure } from '../../../domain/failure.ts';

/** The limit of BatchGetItem. */
const maxKeys = 100;

/** DynamoDB returns keys unprocessed when it is throttled or the response would exceed 16 MB. */
const maxAttempts = 8;

type Key = Readonly<Record<string, string>>;
type Item = Record<string, unknown>;

/**
 * Reads items by their keys, in no order. Items that do not exist are missing. No key may be given twice.
 * @throws Failure `storage.busy` if DynamoDB still returns keys unprocessed after 8 attempts
 */
export async function batchGet(
  documents: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
  consistent: boolean,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += maxKeys) {
    let open: Key[] = keys.slice(start, start + maxKeys);
    for (let attempt = 1; open.length > 0; attempt += 1) {
      if (attempt > maxAttempts) throw new Failure('storage.busy', 'The database is busy; try again');
      if (attempt > 1) await wait(Math.random() * Math.min(50 * 2 ** attempt, 5_000));
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: open, ConsistentRead: consistent } } }),
      );
      items.push(...(Responses?.[tableName] ?? []));
      open = (UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[];
    }
  }
  return items;
}
