/**
 * History that is written 25 events at a time. An event costs the same write unit as alone. Batches save the round trips:
 * a quarter of the calls of a publish job, and of the worker's time for them.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batchWrite } from '../table/batch-write.ts';

/** The limit of BatchWriteItem. */
const maxBatchItems = 25;

/** An event as an item of the asset table, with its key. */
export interface HistoryItem extends Readonly<Record<string, unknown>> {
  readonly pk: string;
  readonly sk: string;
}

export interface BatchedHistory {
  /**
   * Collects events and writes them when there are 25.
   * @throws the error of the write; the events are kept and written with the next ones
   */
  put(items: readonly HistoryItem[]): Promise<void>;
  /** Writes the events that are left. */
  flush(): Promise<void>;
}

/**
 * For workers that run again after they died, and then confirm the history of everything that their records say is done:
 * events that were collected but not written are written then.
 */
export function batchedHistory(documents: DynamoDBDocumentClient, tableName: string): BatchedHistory {
  /** By key: an event that is confirmed while it waits is the same event. */
  const waiting = new Map<string, HistoryItem>();

  return {
    async put(items) {
      for (const item of items) waiting.set(`${item.pk} ${item.sk}`, item);
      while (waiting.size >= maxBatchItems) await write();
    },
    async flush() {
      while (waiting.size > 0) await write();
    },
  };

  async function write(): Promise<void> {
    const batch = [...waiting].slice(0, maxBatchItems);
    for (const [key] of batch) waiting.delete(key);
    try {
      await batchWrite(
        documents,
        tableName,
        batch.map(([, item]) => ({ put: item })),
      );
    } catch (error) {
      for (const [key, item] of batch) if (!waiting.has(key)) waiting.set(key, item);
      throw error;
    }
  }
}
