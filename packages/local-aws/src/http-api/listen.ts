import type { Server } from 'node:http';

/**
 * Starts listening on a port of 127.0.0.1.
 * @throws Error if the port is in use
 */
export async function listen(server: Server, port: number): Promise<void> {
  // Longer than clients keep an idle connection, so that no connection closes during a request.
  server.keepAliveTimeout = 65_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
}
