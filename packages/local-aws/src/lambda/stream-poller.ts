import { setTimeout as wait } from 'node:timers/promises';
import type { InvokeResult } from '../cloud-services.ts';
import { matchesFilters, type StreamFilter } from './stream-filter.ts';

/** Milliseconds between two looks at a stream; Lambda looks four times a second. */
const pollMilliseconds = 250;
/** Pause after a batch that failed. */
const retryMilliseconds = 1_000;
/** The most that one GetRecords call returns. */
const maxRecords = 1_000;

export interface StreamRecord {
  readonly dynamodb?: { readonly SequenceNumber?: string };
}

export interface StreamPollerOptions {
  readonly streamArn: string;
  readonly region: string;
  readonly batchSize: number;
  /** MaximumBatchingWindowInSeconds */
  readonly windowSeconds: number;
  /** A record is delivered if one of them matches; all are without filters. */
  readonly filters: readonly StreamFilter[];
}

export interface StreamPollerDependencies {
  shards(): Promise<readonly string[]>;
  /** The next records of a shard, from its beginning if `after` is undefined. */
  records(shard: string, after: string | undefined, limit: number): Promise<readonly StreamRecord[]>;
  /** Sequence number of the last record that was processed, by shard. It survives a restart. */
  readProgress(): ReadonlyMap<string, string>;
  saveProgress(progress: ReadonlyMap<string, string>): void;
  invoke(event: unknown): Promise<InvokeResult>;
  log(line: string): void;
}

/**
 * Feeds a function from a table's stream, as Lambda's event source mapping does: the records of a shard in order, one batch
 * after the other. A batch that fails is sent again until it succeeds.
 * @returns function that stops the poller
 */
export function startStreamPoller(
  options: StreamPollerOptions,
  dependencies: StreamPollerDependencies,
): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const progress = new Map(dependencies.readProgress());
  const pause = (milliseconds: number) => wait(milliseconds, undefined, { signal }).catch(() => undefined);

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      let found = 0;
      try {
        for (const shard of await dependencies.shards()) found += await pollShard(shard);
      } catch (error) {
        if (signal.aborted) return;
        dependencies.log(`${options.streamArn}: ${String(error)}`);
        await pause(retryMilliseconds);
      }
      // Changes of the batching window are delivered together.
      await pause(found > 0 ? options.windowSeconds * 1_000 : pollMilliseconds);
    }
  }

  async function pollShard(shard: string): Promise<number> {
    const limit = Math.min(options.batchSize, maxRecords);
    const records = await dependencies.records(shard, progress.get(shard), limit);
    const last = records.at(-1)?.dynamodb?.SequenceNumber;
    if (last === undefined) return 0;
    const wanted = records.filter((record) => matchesFilters(record, options.filters));
    if (wanted.length > 0) {
      const { error } = await dependencies.invoke({
        Records: wanted.map((record) => ({
          ...record,
          awsRegion: options.region,
          eventSourceARN: options.streamArn,
        })),
      });
      if (error) throw new Error(`The function failed: ${error.errorType} ${error.errorMessage}`);
    }
    progress.set(shard, last);
    dependencies.saveProgress(progress);
    return records.length;
  }

  const polling = poll();
  return async () => {
    stopped.abort();
    await polling;
  };
}
