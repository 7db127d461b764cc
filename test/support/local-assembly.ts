import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSettings, synthesise } from '../../local/synthesise.ts';

/** Each project loads its set-up with modules of its own: what they share is in the process. */
const shared = globalThis as { pressroomAssembly?: Promise<string> };

/**
 * The app, synthesised once for all projects that run it on the local cloud, and removed when the process ends.
 * @returns the folder
 */
export function localAssembly(): Promise<string> {
  shared.pressroomAssembly ??= make();
  return shared.pressroomAssembly;
}

async function make(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-assembly-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await synthesise(folder, localSettings);
  return folder;
}
