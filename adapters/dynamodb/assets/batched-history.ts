/**
 * History that is written 25 lines at a time. A line costs the same write unit as alone; what is saved is a round trip
 * for each: a quarter of the calls of a publish job, and of the time that a worker takes to make them.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batchWrite } from '../table/batch-write.ts';

/** What BatchWriteItem takes at once. */
const maxBatchItems = 25;

/** An item of the asset table with its key. */
export interface HistoryItem extends Readonly<Record<string, unknown>> {
  readonly pk: string;
  readonly sk: string;
}

export interface BatchedHistory {
  /**
   * Keeps lines until there are 25, and then writes them.
   * @throws whatever keeps it from writing; the lines are kept and written with the next ones
   */
  put(items: readonly HistoryItem[]): Promise<void>;
  /** Writes what is left. */
  flush(): Promise<void>;
}

/**
 * For workers that are run again where they died, and then confirm the history of what their records say is done: lines
 * that were gathered and not written are made up for.
 */
export function batchedHistory(documents: DynamoDBDocumentClient, tableName: string): BatchedHistory {
  /** By key: a line that is confirmed while it waits is the same line. */
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
    const lines = [...waiting].slice(0, maxBatchItems);
    for (const [key] of lines) waiting.delete(key);
    try {
      await batchWrite(
        documents,
        tableName,
        lines.map(([, item]) => ({ put: item })),
      );
    } catch (error) {
      for (const [key, item] of lines) if (!waiting.has(key)) waiting.set(key, item);
      throw error;
    }
  }
}
