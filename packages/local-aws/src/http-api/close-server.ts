import type { Server } from 'node:http';

/** Stops listening and closes all connections: an idle client must not delay the stop. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
