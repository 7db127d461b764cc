import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Settings of the local cloud: receivers of notifications, web pages and all that the console calls run on this machine, and
 * mails are written to files. The top-level domain `.test` is reserved (RFC 2606), so a mail can never be delivered.
 */
export const localSettings = {
  notifyLoopback: 'on',
  mailFrom: 'pressroom@pressroom.test',
  // Every company may fetch files from this bucket, if somebody creates it.
  sourceBuckets: '*:pressroom-source',
  browserOrigins: 'http://localhost:*,http://127.0.0.1:*',
  consoleSources: 'http://127.0.0.1:*,https://127.0.0.1:*',
  site: 'on',
} as const;

/**
 * Synthesises the CDK app into `folder`: the same cloud assembly that `cdk deploy` ships.
 * @throws Error with the output of the app
 */
export function synthesise(folder: string, context: Readonly<Record<string, string>> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    // Runs the app directly, as the CDK command does. Loading the CDK command would take one more second.
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join('infra', 'app.ts')],
      {
        cwd: root,
        env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text));
    child.stderr.on('data', (text: Buffer) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The CDK app could not be synthesised:\n${output.trim()}`)),
    );
  });
}
