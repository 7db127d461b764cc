import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEnvironmentPool, type PoolOptions } from '../../src/lambda/environment-pool.ts';
import type { Environment } from '../../src/lambda/start-environment.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(options: Partial<PoolOptions> = {}) {
  const ended: number[] = [];
  let started = 0;
  const start = async () => {
    const number = started++;
    let alive = true;
    const environment: Environment & { number: number } = {
      number,
      initMilliseconds: 1,
      usable: () => alive,
      invoke: () => Promise.reject(new Error('not used')),
      consumed: () => undefined,
      async end() {
        alive = false;
        ended.push(number);
      },
    };
    return { environment };
  };
  const pool = createEnvironmentPool({
    limit: 1,
    idleMilliseconds: 1000,
    start,
    isValid: () => true,
    ...options,
  });
  const numberOf = async (environment: Environment) =>
    (environment as Environment & { number: number }).number;
  return { pool, ended, numberOf };
}

describe('createEnvironmentPool', () => {
  it('ends environments that are idle', async () => {
    const { pool, ended, numberOf } = setUp();
    expect(await pool.use(numberOf)).toEqual({ value: 0 });
    await vi.advanceTimersByTimeAsync(999);
    expect(await pool.use(numberOf)).toEqual({ value: 0 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(ended).toEqual([0]);
    expect(await pool.use(numberOf)).toEqual({ value: 1 });
  });

  it('replaces an environment that is no longer valid', async () => {
    let isValid = true;
    const { pool, ended, numberOf } = setUp({ isValid: () => isValid });
    await pool.use(numberOf);
    isValid = false;
    expect(await pool.use(numberOf)).toEqual({ value: 1 });
    expect(ended).toEqual([0]);
  });

  it('lets the next caller run after an environment that did not start', async () => {
    const error = { errorType: 'Error', errorMessage: 'no' };
    let starts = 0;
    const { pool } = setUp({
      start: async () => {
        starts += 1;
        return { error, initMilliseconds: 1 };
      },
    });
    const results = await Promise.all([1, 2, 3].map(() => pool.use(async () => 'done')));
    expect(results).toEqual([1, 2, 3].map(() => ({ error, initMilliseconds: 1 })));
    expect(starts).toBe(3);
  });

  it('lets the next caller run after an exception during start or work', async () => {
    const { pool, numberOf } = setUp();
    await expect(pool.use(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await pool.use(numberOf)).toEqual({ value: 0 });
    let first = true;
    const other = setUp({
      start: async () => {
        if (first) {
          first = false;
          throw new Error('no credentials');
        }
        return { error: { errorType: 'Error', errorMessage: 'no' }, initMilliseconds: 1 };
      },
    });
    await expect(other.pool.use(other.numberOf)).rejects.toThrow('no credentials');
    expect(await other.pool.use(other.numberOf)).toHaveProperty('error');
  });

  it('rejects a waiting caller whose signal is aborted', async () => {
    const { pool, numberOf } = setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    const busy = pool.use(() => promise);
    const controller = new AbortController();
    const abandoned = pool.use(numberOf, controller.signal);
    const patient = pool.use(numberOf);
    controller.abort(new Error('enough'));
    await expect(abandoned).rejects.toThrow('enough');
    resolve();
    await busy;
    expect(await patient).toEqual({ value: 0 });
  });

  it('ends idle and busy environments with the function', async () => {
    const { pool, ended } = setUp({ limit: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const busy = pool.use(() => promise);
    await pool.use(async () => undefined);
    await pool.end();
    expect(ended.sort()).toEqual([0, 1]);
    resolve();
    await busy;
  });
});
