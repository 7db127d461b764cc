import { Readable } from 'node:stream';
import type { HeaderMap } from './messages.ts';

/** A request of the edge to an origin. */
interface OriginRequest {
  readonly method: string;
  /** Escaped, including the origin path. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly ip: string;
}

export interface OriginResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  /** `return` of its iterator ends the exchange with the origin. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** @throws OriginError if there is no response to forward */
export type Origin = (request: OriginRequest) => Promise<OriginResponse>;

/** The origin gave no response: 502 if it cannot be reached or closes the connection, 504 if it takes too long. */
export class OriginError extends Error {
  override readonly name = 'OriginError';
  readonly status: 502 | 504;
  constructor(status: 502 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

/** A small response that is made here on behalf of an origin, such as an error of S3. */
export function originResponse(
  status: number,
  contentType: string,
  text: string,
  headers: HeaderMap = {},
): OriginResponse {
  const body = Buffer.from(text);
  return {
    status,
    headers: { 'content-type': contentType, 'content-length': String(body.length), ...headers },
    body: (async function* () {
      yield body;
    })(),
  };
}

/** Ends the exchange with an origin whose body is not needed. */
export function discardBody(body: AsyncIterable<Uint8Array>): void {
  if (body instanceof Readable) {
    body.on('error', () => {});
    body.destroy();
    return;
  }
  // `return` of an iterator that was never started does not clean up, so one chunk is read first.
  const end = async () => {
    for await (const _chunk of body) break;
  };
  end().catch(() => {});
}

/** Reads a body to its end. */
export async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
