import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a command of the CDK with this terminal, and waits for its exit code.
 * @param stacks names, or `--all`
 */
export function runCdk(
  command: 'deploy' | 'destroy',
  stacks: readonly string[],
  options: readonly string[],
): Promise<number> {
  const program = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [program, command, ...stacks, ...options], { cwd: root, stdio: 'inherit' })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? 1));
  });
}
