/** The machine and the versions of a measurement. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

export function versions(): Record<string, string> {
  const packageOf = (path: string) =>
    JSON.parse(readFileSync(join(root, path), 'utf8')) as { version: string };
  return {
    pressroom: packageOf('package.json').version,
    node: process.version,
    dynoxide: packageOf(`node_modules/@dynoxide/${process.platform}-${process.arch}/package.json`).version,
    ministack: ministackVersion(),
  };
}

/** The version that is pinned for the local cloud. */
function ministackVersion(): string {
  const pinned = readFileSync(join(root, 'packages', 'local-aws', 'requirements.txt'), 'utf8');
  return /^ministack==(\S+)/m.exec(pinned)?.[1] ?? 'unknown';
}

/** UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
