import type { Server } from 'node:http';

/** @throws Error when the port of 127.0.0.1 is taken */
export async function listen(server: Server, port: number): Promise<void> {
  // Longer than clients keep an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
}
