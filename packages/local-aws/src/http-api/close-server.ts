import type { Server } from 'node:http';

/** Stops listening and cuts what is still open: a client that keeps its connection must not hold up the end. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
