import { Readable } from 'node:stream';
import type { HeaderMap } from './messages.ts';

/** What the edge asks of an origin. */
interface OriginRequest {
  readonly method: string;
  /** Escaped, the origin path before it. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly ip: string;
}

export interface OriginResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  /** Returning its iterator ends the exchange with the origin. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** @throws OriginError where there is no answer to pass on */
export type Origin = (request: OriginRequest) => Promise<OriginResponse>;

/** No answer of the origin: 502 where it can't be reached or breaks off, 504 where it takes too long. */
export class OriginError extends Error {
  override readonly name = 'OriginError';
  readonly status: 502 | 504;
  constructor(status: 502 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

/** A small answer made here in an origin's place, such as S3's refusal. */
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

/** Ends the exchange with an origin whose body nobody wants. */
export function discardBody(body: AsyncIterable<Uint8Array>): void {
  if (body instanceof Readable) {
    body.on('error', () => {});
    body.destroy();
    return;
  }
  // An iterator that was never started doesn't clean up on return, so one chunk is read first.
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
