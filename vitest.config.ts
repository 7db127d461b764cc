import { defineConfig } from 'vitest/config';

/**
 * Three projects, from the fastest to the slowest:
 * unit (rules, handlers, adapters: no process, no port), infra (the synthesised templates), e2e (the local cloud).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'packages/**/*.test.ts'],
          exclude: ['test/infra/**', 'test/e2e/**'],
          // Properties try hundreds of cases: on a busy machine of two cores vitest's five seconds are too few.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: ['test/infra/scratch-folder.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // One worker without isolation: all files then look at one synthesis of the app.
          isolate: false,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/synthesise-once.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // One local cloud at a time: two of them on two cores starve each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
