import { Writable } from 'node:stream';
import { type Handler, streamingMark } from './load-handler.ts';
import type { StreamHead } from './worker-protocol.ts';

/**
 * Bytes that may be under way to the reader before the handler's writes wait. A few sockets' worth: enough to
 * keep both sides busy, little beside a function's memory.
 */
const windowBytes = 256 * 1024;

const metadataOf = new WeakMap<Writable, NonNullable<StreamHead['metadata']>>();

export interface ResponseStream {
  /** What a streaming handler gets as its second argument. */
  readonly writable: Writable & { setContentType(type: string): void };
  /** Resolves once the handler has ended the stream and all of it was sent; rejects where it was destroyed. */
  readonly finished: Promise<void>;
  /** The reader has taken that many bytes. */
  consumed(bytes: number): void;
}

/**
 * The writable side of a streamed answer.
 * @param send takes the head once, before the first byte, and the chunks; it may take over a chunk's memory
 */
export function createResponseStream(send: {
  head(head: StreamHead): void;
  chunk(bytes: Uint8Array): void;
}): ResponseStream {
  let contentType = 'application/octet-stream';
  let headSent = false;
  let underway = 0;
  let resume: (() => void) | undefined;

  const sendHead = () => {
    if (headSent) return;
    headSent = true;
    const metadata = metadataOf.get(writable);
    send.head({ contentType, ...(metadata && { metadata }) });
  };
  const writable = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        sendHead();
        underway += chunk.length;
        // A copy: a chunk is often a piece of a larger buffer, and a transferred one is lost to the writer.
        send.chunk(new Uint8Array(chunk));
        if (underway < windowBytes) done();
        else resume = done;
      },
      final(done) {
        sendHead();
        done();
      },
    }),
    {
      setContentType(type: string) {
        if (headSent) throw new Error('Cannot set content-type, too late.');
        contentType = type;
      },
    },
  );
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  writable.once('finish', resolve);
  writable.once('error', reject);
  writable.once('close', () => {
    if (!writable.writableFinished)
      reject(writable.errored ?? new Error('The response stream was closed before its end'));
  });
  // The handler may fail first; what became of the stream then matters to nobody.
  finished.catch(() => undefined);
  return {
    writable,
    finished,
    consumed(bytes) {
      underway -= bytes;
      if (!resume || underway >= windowBytes) return;
      const done = resume;
      resume = undefined;
      done();
    },
  };
}

/** The global `awslambda` of Lambda's Node.js runtime. */
export const awslambda = {
  /** Marks a handler `(event, responseStream, context)` as one that streams its answer. */
  streamifyResponse(handler: Handler): Handler {
    return Object.assign(handler, { [streamingMark]: 'response' });
  },
  HttpResponseStream: {
    /** Gives a streamed answer its status, headers and cookies. Call it before the first write. */
    from(stream: Writable, metadata: NonNullable<StreamHead['metadata']>): Writable {
      metadataOf.set(stream, structuredClone(metadata));
      return stream;
    },
  },
} as const;
