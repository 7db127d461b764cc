import { setTimeout as wait } from 'node:timers/promises';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Failure } from '../../../domain/failure.ts';
import { inParallel } from '../../../domain/in-parallel.ts';

/** The limit of BatchWriteItem. */
const maxWrites = 25;

/** Batches that are sent in parallel: 1,000 items are 40 batches and take half a second. */
const parallelBatches = 8;

/** DynamoDB returns writes unprocessed when it is throttled. */
const maxAttempts = 8;

export type BatchedWrite =
  | { readonly put: Readonly<Record<string, unknown>> }
  | { readonly delete: Readonly<Record<string, string>> };

/**
 * Puts and deletes items, in no order and not as a transaction: if it fails, some are written. No key may be given twice.
 * @throws Failure `storage.busy` if DynamoDB still returns writes unprocessed after 8 attempts
 */
export async function batchWrite(
  documents: DynamoDBDocumentClient,
  tableName: string,
  writes: readonly BatchedWrite[],
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(writes.length / maxWrites) }, (_, index) =>
    writes.slice(index * maxWrites, (index + 1) * maxWrites),
  );
  await inParallel(batches, parallelBatches, async (batch) => {
    let open = batch.map((write) =>
      'put' in write
        ? { PutRequest: { Item: { ...write.put } } }
        : { DeleteRequest: { Key: { ...write.delete } } },
    );
    for (let attempt = 1; open.length > 0; attempt += 1) {
      if (attempt > maxAttempts) throw new Failure('storage.busy', 'The database is busy; try again');
      if (attempt > 1) await wait(Math.random() * Math.min(50 * 2 ** attempt, 5_000));
      const { UnprocessedItems } = await documents.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: open } }),
      );
      open = (UnprocessedItems?.[tableName] ?? []) as typeof open;
    }
  });
}
