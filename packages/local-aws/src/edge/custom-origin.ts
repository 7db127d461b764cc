import type { OriginConfig } from './distribution-config.ts';
import type { HttpClient } from './http-exchange.ts';
import type { Origin } from './origin.ts';

/**
 * An origin that is reached over HTTP by its domain name. The domain may include a port, such as `127.0.0.1:8080`.
 */
export function createCustomOrigin(config: OriginConfig, client: HttpClient): Origin {
  const protocol = config.protocol === 'http-only' ? 'http:' : 'https:';
  const [hostname = '', port] = config.domainName.split(':');
  return (request) =>
    client.exchange({
      protocol,
      hostname,
      port: port ? Number(port) : protocol === 'http:' ? config.httpPort : config.httpsPort,
      method: request.method,
      path: request.query === '' ? request.path : `${request.path}?${request.query}`,
      headers: request.headers,
      body: request.body,
      connectionTimeout: config.connectionTimeout,
      connectionAttempts: config.connectionAttempts,
      readTimeout: config.readTimeout,
    });
}
