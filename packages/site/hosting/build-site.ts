import { join } from 'node:path';
import { buildOnce } from '@pressroom/console/build-once';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Builds the documentation, unless what was built before is of the same sources. It takes about 12 s.
 * @returns the folder of the built files
 * @throws Error with what VitePress reports, such as a link to a page that does not exist
 */
export function buildSite(signal?: AbortSignal): Promise<string> {
  return buildOnce({
    what: 'The documentation',
    root,
    folder: join(root, '.local', 'site'),
    sources: [
      'docs/**/*',
      '*.md',
      'packages/*/README.md',
      'packages/site/{.vitepress,hosting,public,src}/**/*',
      'domain/delivery/*.ts',
      'package-lock.json',
    ],
    signal,
    program: [
      join(root, 'node_modules', 'vitepress', 'bin', 'vitepress.js'),
      'build',
      join(root, 'packages', 'site'),
    ],
  });
}
