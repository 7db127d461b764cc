import { Writable } from 'node:stream';
import { type Handler, streamingMark } from './load-handler.ts';
import type { StreamHead } from './worker-protocol.ts';

/**
 * Bytes that may be in transit to the reader before the handler's writes wait: a few socket buffers, enough to keep
 * both sides busy, and little compared with a function's memory.
 */
const windowBytes = 256 * 1024;

const metadataOf = new WeakMap<Writable, NonNullable<StreamHead['metadata']>>();

export interface ResponseStream {
  /** The second argument of a streaming handler. */
  readonly writable: Writable & { setContentType(type: string): void };
  /** Resolves when the handler has ended the stream and everything was sent; rejects if the stream was destroyed. */
  readonly finished: Promise<void>;
  /** Reports that the reader has consumed this many bytes. */
  consumed(bytes: number): void;
}

/**
 * The writable side of a streamed response.
 * @param send receives the head once, before the first byte, and then the chunks; it may transfer a chunk's memory
 */
export function createResponseStream(send: {
  head(head: StreamHead): void;
  chunk(bytes: Uint8Array): void;
}): ResponseStream {
  let contentType = 'application/octet-stream';
  let headSent = false;
  let inTransit = 0;
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
        inTransit += chunk.length;
        // A copy, because a chunk is often part of a larger buffer, and the writer loses a transferred buffer.
        send.chunk(new Uint8Array(chunk));
        if (inTransit < windowBytes) done();
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
  // If the handler fails first, nothing awaits this promise.
  finished.catch(() => undefined);
  return {
    writable,
    finished,
    consumed(bytes) {
      inTransit -= bytes;
      if (!resume || inTransit >= windowBytes) return;
      const done = resume;
      resume = undefined;
      done();
    },
  };
}

/** The global `awslambda` of Lambda's Node.js runtime. */
export const awslambda = {
  /** Marks a handler `(event, responseStream, context)` as streaming. */
  streamifyResponse(handler: Handler): Handler {
    return Object.assign(handler, { [streamingMark]: 'response' });
  },
  HttpResponseStream: {
    /** Sets status, headers and cookies of a streamed response. Call it before the first write. */
    from(stream: Writable, metadata: NonNullable<StreamHead['metadata']>): Writable {
      metadataOf.set(stream, structuredClone(metadata));
      return stream;
    },
  },
} as const;
