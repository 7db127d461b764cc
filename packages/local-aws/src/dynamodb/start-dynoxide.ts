import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { type StartedProcess, startProcess } from '../processes/start-process.ts';

/** Path of Dynoxide's binary; undefined if there is none for this platform. */
export function findDynoxide(): string | undefined {
  try {
    const installed = createRequire(import.meta.url).resolve(
      `@dynoxide/${process.platform}-${process.arch}/package.json`,
    );
    return join(dirname(installed), 'dynoxide');
  } catch {
    return undefined;
  }
}

/** Starts Dynoxide on a database file in the state folder, or in memory. */
export async function startDynoxide(options: {
  readonly program: string;
  readonly stateFolder: string;
  readonly logFolder: string;
  readonly inMemory?: boolean;
  port(name: string): Promise<number>;
  log(line: string): void;
}): Promise<{ endpoint: string; process: StartedProcess }> {
  const folder = join(options.stateFolder, 'dynamodb');
  mkdirSync(folder, { recursive: true });
  const port = await options.port('dynoxide');
  const started = await startProcess({
    name: 'Dynoxide',
    program: options.program,
    parameters: [
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...(options.inMemory ? [] : ['--db-path', join(folder, 'tables.sqlite')]),
    ],
    folder,
    logFile: join(options.logFolder, 'dynoxide.log'),
    environment: {},
    isReady: () => canConnect(port),
    log: options.log,
  });
  return { endpoint: `http://127.0.0.1:${port}`, process: started };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
