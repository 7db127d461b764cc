import { join } from 'node:path';
import { buildOnce } from './build-once.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Builds the console, unless what was built before is of the same sources.
 * @returns the folder of the built files
 * @throws Error with what Vite reports
 */
export function buildConsole(): Promise<string> {
  return buildOnce({
    what: 'The console',
    root,
    folder: join(root, '.local', 'console'),
    sources: [
      'packages/console/{src,hosting}/**/*',
      'packages/console/{index.html,package.json,tsconfig.json,vite.config.ts}',
      'packages/client/src/**/*',
      'package-lock.json',
    ],
    program: [
      join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--logLevel',
      'error',
      join(root, 'packages', 'console'),
    ],
  });
}
