/** A folder for all that the tests of the app write, removed when they have ended; they find it by `inject('scratch')`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    scratch: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(join(tmpdir(), 'pressroom-infra-'));
  project.provide('scratch', scratch);
  return () => rm(scratch, { recursive: true, force: true });
}
