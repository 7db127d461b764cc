import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backoffDelay,
  type Concurrency,
  decreaseConcurrency,
  fullConcurrency,
  hasTimeToRetry,
  increaseConcurrency,
} from '../../../domain/jobs/adaptive-concurrency.ts';

describe('the concurrency of a worker', () => {
  it('is halved by a throttled chunk, and grows by one with each other chunk', () => {
    const path: Concurrency[] = [fullConcurrency(25)];
    for (const step of [
      decreaseConcurrency,
      decreaseConcurrency,
      increaseConcurrency,
      increaseConcurrency,
      decreaseConcurrency,
      decreaseConcurrency,
      decreaseConcurrency,
      increaseConcurrency,
    ]) {
      path.push(step(path.at(-1) ?? fullConcurrency(25)));
    }
    expect(path.map(({ current }) => current)).toEqual([25, 12, 6, 7, 8, 4, 2, 1, 2]);
  });

  it('stays between 1 and its maximum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.boolean()), (max, throttled) => {
        let concurrency = fullConcurrency(max);
        for (const isThrottled of throttled) {
          const before = concurrency;
          concurrency = isThrottled ? decreaseConcurrency(concurrency) : increaseConcurrency(concurrency);
          expect(concurrency.current).toBeGreaterThanOrEqual(1);
          expect(concurrency.current).toBeLessThanOrEqual(max);
          if (isThrottled) expect(concurrency.current).toBeLessThanOrEqual(before.current);
          else expect(concurrency.current).toBeGreaterThanOrEqual(before.current);
        }
        // It returns to its maximum.
        for (let chunk = 1; chunk < max; chunk += 1) concurrency = increaseConcurrency(concurrency);
        expect(concurrency.current).toBe(max);
      }),
    );
  });
});

describe('the wait before a retry', () => {
  it.each([
    [0, 0, 0],
    [0, 0.5, 100],
    [1, 0.5, 200],
    [3, 0.5, 800],
    [5, 0.5, 3_200],
    [6, 0.5, 5_000],
    [1_000, 0.5, 5_000],
  ])('after %d retries with the random number %d is %d ms', (tries, random, delay) => {
    expect(backoffDelay(tries, random)).toBe(delay);
  });

  it('is spread over its whole range, so that workers do not retry at the same time', () => {
    const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(fc.nat(60), chance, chance, (tries, one, other) => {
        const [a, b] = [backoffDelay(tries, one), backoffDelay(tries, other)];
        return a >= 0 && a < 10_000 && (one <= other ? a <= b : a >= b);
      }),
    );
  });

  it.each([
    [0, 20_001, true],
    [0, 20_000, false],
    [5_000, 25_001, true],
    [5_000, 25_000, false],
  ])('of %d ms with %d ms left is possible: %s', (delay, timeLeft, may) => {
    expect(hasTimeToRetry(delay, timeLeft, 20_000)).toBe(may);
  });
});
