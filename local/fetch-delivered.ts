import { createHash } from 'node:crypto';
import { connect, constants } from 'node:http2';

/** The response of a delivery URL. */
export interface Delivered {
  readonly url: string;
  readonly status: number;
  readonly httpVersion: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

/**
 * Fetches a delivery URL over HTTP/2.
 * @param certificate PEM of the local edge's self-signed certificate, which is trusted for this call only; undefined on AWS
 */
export async function fetchDelivered(
  url: string,
  certificate: string | undefined,
  requestHeaders: Readonly<Record<string, string>> = {},
): Promise<Delivered> {
  const { origin, pathname, search } = new URL(url);
  const started = performance.now();
  const session = connect(origin, certificate === undefined ? {} : { ca: certificate });
  try {
    return await new Promise<Delivered>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ...requestHeaders, [constants.HTTP2_HEADER_PATH]: pathname + search });
      const chunks: Buffer[] = [];
      let status = 0;
      let headers: Record<string, string> = {};
      stream.on('response', (responseHeaders) => {
        status = Number(responseHeaders[constants.HTTP2_HEADER_STATUS]);
        headers = Object.fromEntries(
          Object.entries(responseHeaders).map(([name, value]) => [name, String(value)]),
        );
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({
          url,
          status,
          httpVersion: session.alpnProtocol === 'h2' ? '2' : String(session.alpnProtocol),
          bytes: body.length,
          body,
          sha256: createHash('sha256').update(body).digest('hex'),
          headers,
          milliseconds: performance.now() - started,
        });
      });
      stream.end();
    });
  } finally {
    session.close();
  }
}
