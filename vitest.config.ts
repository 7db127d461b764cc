import { defineConfig } from 'vitest/config';

/**
 * Nine projects. unit: rules, use cases, functions, adapters, docs; no process, no port, below a minute. api: the routes,
 * on the functions as they ship. media: files of all kinds, decoded. model: the job engine and the library under random
 * faults, on the memory cloud. local-aws: the emulator's own tests. infra: the synthesised templates. e2e: whole paths on
 * the local cloud. browser: what is delivered, in Chromium. console: the web console in Chromium, in front of the local
 * cloud.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'packages/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            'test/infra/**',
            'test/e2e/**',
            'test/model/**',
            'test/statemachines/**',
            'test/browser/**',
            'test/console/**',
            'test/adapters/{media,sharp}/**',
            'test/functions/serve-api/**',
            'test/functions/serve-image/handler.test.ts',
            'packages/local-aws/**',
          ],
          // Loading the modules anew for each of 200 files took a third of the time.
          isolate: false,
          setupFiles: ['test/support/restore-shared.ts'],
          // Properties try hundreds of cases: on a busy machine of two cores vitest's five seconds are too few.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'api',
          // Handlers make their clients when they are loaded: each file has modules, and a memory cloud, of its own.
          include: ['test/functions/serve-api/**/*.test.ts', 'test/functions/serve-image/handler.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'media',
          include: ['test/adapters/{media,sharp}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'model',
          include: ['test/{model,statemachines}/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'local-aws',
          include: ['packages/local-aws/test/**/*.test.ts'],
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
          // Without isolation: all files of a worker then look at one synthesis of the app.
          isolate: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'console',
          include: ['test/console/**/*.test.ts'],
          globalSetup: ['test/console/support/start-cloud-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One browser at a time, in front of one local cloud.
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
