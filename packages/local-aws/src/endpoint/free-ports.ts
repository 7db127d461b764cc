import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * Gives out free ports of 127.0.0.1 by name. A name gets the port of an earlier start if that port is still free.
 * @param file that stores the ports
 * @param fixed ports set by the user, by name
 */
export function createPorts(
  file: string,
  fixed: Readonly<Record<string, number>> = {},
): (name: string) => Promise<number> {
  const stored: Record<string, number> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>)
    : {};
  const given = new Map<string, number>();
  // One at a time: two concurrent requests must not get the same port.
  let last: Promise<unknown> = Promise.resolve();

  const find = async (name: string): Promise<number> => {
    const own = given.get(name);
    if (own) return own;
    const wanted = fixed[name] ?? stored[name];
    const taken = new Set(given.values());
    const port =
      (wanted && !taken.has(wanted) ? await listenOnce(wanted) : undefined) ??
      (fixed[name] ? undefined : await anyPort(new Set([...taken, ...Object.values(stored)])));
    if (!port) throw new Error(`Port ${wanted} for "${name}" is not free`);
    given.set(name, port);
    stored[name] = port;
    writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`);
    return port;
  };

  return (name) => {
    const port = last.then(() => find(name));
    last = port.catch(() => {});
    return port;
  };
}

async function anyPort(avoid: ReadonlySet<number>): Promise<number | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = await listenOnce(0);
    if (port && !avoid.has(port)) return port;
  }
  return undefined;
}

/** The port if it is free; any free port for 0. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
