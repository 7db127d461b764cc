/** `npm run screenshots [-- <path>]`: runs the tests of the console's pages, and writes their screenshots to docs/console. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [path = 'test/console/pages'] = process.argv.slice(2);
spawn(join(root, 'node_modules', '.bin', 'vitest'), ['run', '--project', 'console', path], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PRESSROOM_SCREENSHOTS: 'docs' },
}).on('exit', (code) => {
  process.exitCode = code ?? 1;
});
