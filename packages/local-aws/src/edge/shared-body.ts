import { discardBody } from './origin.ts';

/**
 * One body from the origin for many readers: it is read from the origin once, delivered to every waiting visitor while
 * it arrives, and retained for the cache.
 */
export interface SharedBody {
  /**
   * Reads the bytes from `start` to `end` (exclusive) and waits for those that have not arrived. Call it before the body
   * is dropped (see `retain`). The iterator must be read to its end or closed with `return`.
   */
  read(start?: number, end?: number): AsyncIterableIterator<Uint8Array>;
  /** The body is read for the cache, with or without readers. */
  readonly retained: boolean;
  /** Resolves to the whole body; undefined if it was not retained or is incomplete. */
  readonly completed: Promise<Buffer | undefined>;
  /** Closes the source if it has no readers and is not retained. */
  abandon(): void;
}

interface Options {
  /** Retain the body for the cache, up to `limit` bytes. Otherwise the source is read as fast as its slowest reader. */
  readonly retain: boolean;
  /** Bytes; a longer body is not retained. */
  readonly limit: number;
  /** Bytes that may be read ahead of the slowest reader if the body is not retained. */
  readonly highWater: number;
  /** Content-Length: a body of another length is incomplete. */
  readonly expected: number | undefined;
}

export function createSharedBody(source: AsyncIterable<Uint8Array>, options: Options): SharedBody {
  const chunks: Uint8Array[] = [];
  /** Offset of the first chunk in memory. */
  let base = 0;
  let received = 0;
  let retaining = options.retain;
  let started = false;
  let state: 'open' | 'done' | 'failed' | 'abandoned' = 'open';
  let failure: unknown;
  const readers = new Set<{ position: number }>();
  let wake: () => void = () => {};
  let changed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let complete: (body: Buffer | undefined) => void = () => {};
  const completed = new Promise<Buffer | undefined>((resolve) => {
    complete = resolve;
  });

  function wakeReaders() {
    const previous = wake;
    changed = new Promise((resolve) => {
      wake = resolve;
    });
    previous();
  }

  function slowest(): number {
    return Math.min(received, ...[...readers].map(({ position }) => position));
  }

  function dropConsumed() {
    if (retaining) return;
    const needed = slowest();
    while (chunks[0] && base + chunks[0].length <= needed) base += chunks.shift()?.length ?? 0;
  }

  const isUnneeded = () => !retaining && readers.size === 0;

  async function pump() {
    try {
      for await (const chunk of source) {
        if (chunk.length > 0) {
          chunks.push(chunk);
          received += chunk.length;
        }
        if (retaining && received > options.limit) {
          retaining = false;
          complete(undefined);
        }
        dropConsumed();
        wakeReaders();
        while (!retaining && readers.size > 0 && received - slowest() > options.highWater) await changed;
        if (isUnneeded()) {
          state = 'abandoned';
          break;
        }
      }
      if (state === 'open') {
        if (options.expected !== undefined && received !== options.expected) {
          throw new Error(`The origin sent ${received} bytes of ${options.expected}`);
        }
        state = 'done';
      }
    } catch (error) {
      state = 'failed';
      failure = error;
    }
    complete(retaining && state === 'done' ? Buffer.concat(chunks) : undefined);
    wakeReaders();
  }

  function start() {
    if (started) return;
    started = true;
    void pump();
  }
  if (retaining) start();

  return {
    retained: options.retain,
    completed,
    read(from = 0, to = Number.POSITIVE_INFINITY) {
      const reader = { position: from };
      readers.add(reader);
      const leave = () => {
        readers.delete(reader);
        dropConsumed();
        wakeReaders();
      };
      start();
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          for (;;) {
            if (reader.position >= to) break;
            if (reader.position < received) {
              let offset = base;
              let found: Uint8Array | undefined;
              for (const chunk of chunks) {
                if (reader.position < offset + chunk.length) {
                  found = chunk.subarray(reader.position - offset, Math.min(chunk.length, to - offset));
                  break;
                }
                offset += chunk.length;
              }
              if (!found) {
                leave();
                throw new Error('The requested part of the body is no longer in memory');
              }
              reader.position += found.length;
              dropConsumed();
              wakeReaders();
              return { done: false, value: found };
            }
            if (state === 'failed') {
              leave();
              throw failure;
            }
            if (state !== 'open') break;
            await changed;
          }
          leave();
          return { done: true, value: undefined };
        },
        async return() {
          leave();
          return { done: true, value: undefined };
        },
      };
    },
    abandon() {
      if (started || retaining) return;
      started = true;
      state = 'abandoned';
      complete(undefined);
      discardBody(source);
    },
  };
}
