/** Gives the synthesised app to all end-to-end tests: `inject('assembly')`. */
import type { TestProject } from 'vitest/node';
import { localAssembly } from '../../support/local-assembly.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    assembly: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('assembly', await localAssembly());
}
