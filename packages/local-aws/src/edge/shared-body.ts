import { discardBody } from './origin.ts';

/**
 * One body from the origin for many readers: it is read once, while it arrives, by every visitor that waits for
 * it, and kept for the cache.
 */
export interface SharedBody {
  /**
   * Reads the bytes from `start` to `end` (exclusive), waiting for those that have not arrived.
   * To be called before the body was let go (see `retain`). The reader must be read to its end or returned.
   */
  read(start?: number, end?: number): AsyncIterableIterator<Uint8Array>;
  /** It is read for the cache, whether or not anybody reads it. */
  readonly kept: boolean;
  /** The whole body once all of it is here; undefined where it wasn't kept or did not arrive whole. */
  readonly completed: Promise<Buffer | undefined>;
  /** Gives the source up where nobody reads it and nothing is kept. */
  abandon(): void;
}

interface Options {
  /** Keep the body for the cache, up to `limit` bytes. Without it, the source is read as fast as its slowest reader. */
  readonly retain: boolean;
  /** Bytes; a longer body is let go and only passed on. */
  readonly limit: number;
  /** Bytes that a body may be ahead of its slowest reader where it isn't kept. */
  readonly highWater: number;
  /** What Content-Length promised: a body of another length did not arrive whole. */
  readonly expected: number | undefined;
}

export function createSharedBody(source: AsyncIterable<Uint8Array>, options: Options): SharedBody {
  const chunks: Uint8Array[] = [];
  /** Offset of the first chunk still here. */
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

  function notify() {
    const previous = wake;
    changed = new Promise((resolve) => {
      wake = resolve;
    });
    previous();
  }

  function slowest(): number {
    return Math.min(received, ...[...readers].map(({ position }) => position));
  }

  function letGo() {
    if (retaining) return;
    const needed = slowest();
    while (chunks[0] && base + chunks[0].length <= needed) base += chunks.shift()?.length ?? 0;
  }

  const nobodyNeedsIt = () => !retaining && readers.size === 0;

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
        letGo();
        notify();
        while (!retaining && readers.size > 0 && received - slowest() > options.highWater) await changed;
        if (nobodyNeedsIt()) {
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
    notify();
  }

  function start() {
    if (started) return;
    started = true;
    void pump();
  }
  if (retaining) start();

  return {
    kept: options.retain,
    completed,
    read(from = 0, to = Number.POSITIVE_INFINITY) {
      const reader = { position: from };
      readers.add(reader);
      const leave = () => {
        readers.delete(reader);
        letGo();
        notify();
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
                throw new Error('The part of the body asked for is no longer here');
              }
              reader.position += found.length;
              letGo();
              notify();
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
