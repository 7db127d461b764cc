/** Synthesises the app once for all end-to-end tests. They get the assembly by `inject('assembly')`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { localSettings, synthesise } from '../../../local/synthesise.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    assembly: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-assembly-'));
  await synthesise(folder, localSettings);
  project.provide('assembly', folder);
  return () => rm(folder, { recursive: true, force: true });
}
