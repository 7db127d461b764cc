import http from 'node:http';
import https from 'node:https';
import type { HeaderMap } from './messages.ts';
import { OriginError, type OriginResponse } from './origin.ts';

interface ExchangeRequest {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Seconds. */
  readonly connectionTimeout: number;
  readonly connectionAttempts: number;
  readonly readTimeout: number;
}

export interface HttpClient {
  /** @throws OriginError 502 if all attempts to connect fail, 504 after the read timeout */
  exchange(request: ExchangeRequest): Promise<OriginResponse>;
  /** Closes idle connections. */
  close(): void;
}

/** A client that returns headers and bytes unchanged: it decodes nothing and follows no redirects. */
export function createHttpClient(): HttpClient {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxFreeSockets: 16 }),
    'https:': new https.Agent({ keepAlive: true, maxFreeSockets: 16 }),
  };

  function attempt(request: ExchangeRequest): Promise<OriginResponse> {
    return new Promise((resolve, reject) => {
      const module = request.protocol === 'https:' ? https : http;
      const outgoing = module.request({
        agent: agents[request.protocol],
        hostname: request.hostname,
        port: request.port,
        method: request.method,
        path: request.path,
        headers:
          request.body.length > 0
            ? { ...request.headers, 'content-length': request.body.length }
            : request.headers,
      });
      let connected = false;
      const connecting = setTimeout(() => {
        outgoing.destroy(new ConnectError(`no connection within ${request.connectionTimeout} s`));
      }, request.connectionTimeout * 1000);
      outgoing.on('socket', (socket) => {
        const ready = () => {
          connected = true;
          clearTimeout(connecting);
          outgoing.setTimeout(request.readTimeout * 1000, () => {
            outgoing.destroy(new OriginError(504, `the origin sent nothing for ${request.readTimeout} s`));
          });
        };
        if (socket.connecting)
          socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', ready);
        else ready();
      });
      outgoing.on('error', (error) => {
        clearTimeout(connecting);
        if (error instanceof OriginError || error instanceof ConnectError) reject(error);
        // The origin may close an idle connection at the moment it is reused.
        else if (!connected || outgoing.reusedSocket) reject(new ConnectError(error.message));
        else reject(new OriginError(502, error.message));
      });
      outgoing.on('response', (response) => {
        resolve({ status: response.statusCode ?? 502, headers: headersOf(response), body: response });
      });
      outgoing.end(request.body);
    });
  }

  return {
    async exchange(request) {
      const repeatable = request.method === 'GET' || request.method === 'HEAD';
      for (let attempts = 1; ; attempts += 1) {
        try {
          return await attempt(request);
        } catch (error) {
          if (!(error instanceof ConnectError)) throw error;
          if (!repeatable || attempts >= request.connectionAttempts)
            throw new OriginError(502, error.message);
        }
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

class ConnectError extends Error {
  override readonly name = 'ConnectError';
}

/** Hop-by-hop headers, which concern only the connection to the origin. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'trailer',
]);

function headersOf(response: http.IncomingMessage): HeaderMap {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && !hopByHop.has(name)) headers[name] = value;
  }
  return headers;
}
