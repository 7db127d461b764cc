import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff, faster, fullPace, mayWait, type Pace, slower } from '../../../domain/jobs/pace.ts';

describe('the pace of a worker', () => {
  it('is halved by a throttle, and grows by one with a clean chunk', () => {
    const path: Pace[] = [fullPace(25)];
    for (const step of [slower, slower, faster, faster, slower, slower, slower, faster]) {
      path.push(step(path.at(-1) ?? fullPace(25)));
    }
    expect(path.map(({ atATime }) => atATime)).toEqual([25, 12, 6, 7, 8, 4, 2, 1, 2]);
  });

  it('stays between 1 and what is configured, whatever happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.boolean()), (most, throttled) => {
        let pace = fullPace(most);
        for (const isThrottled of throttled) {
          const before = pace;
          pace = isThrottled ? slower(pace) : faster(pace);
          expect(pace.atATime).toBeGreaterThanOrEqual(1);
          expect(pace.atATime).toBeLessThanOrEqual(most);
          if (isThrottled) expect(pace.atATime).toBeLessThanOrEqual(before.atATime);
          else expect(pace.atATime).toBeGreaterThanOrEqual(before.atATime);
        }
        // It comes back to its full pace.
        for (let chunk = 1; chunk < most; chunk += 1) pace = faster(pace);
        expect(pace.atATime).toBe(most);
      }),
    );
  });
});

describe('the wait before a further try', () => {
  it.each([
    [0, 0, 0],
    [0, 0.5, 100],
    [1, 0.5, 200],
    [3, 0.5, 800],
    [5, 0.5, 3_200],
    [6, 0.5, 5_000],
    [1_000, 0.5, 5_000],
  ])('after %d tries with chance %d is %d ms', (tries, random, delay) => {
    expect(backoff(tries, random)).toBe(delay);
  });

  it('is spread over all of its length, so that nobody comes back together', () => {
    const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(fc.nat(60), chance, chance, (tries, one, other) => {
        const [a, b] = [backoff(tries, one), backoff(tries, other)];
        return a >= 0 && a < 10_000 && (one <= other ? a <= b : a >= b);
      }),
    );
  });

  it.each([
    [0, 20_001, true],
    [0, 20_000, false],
    [5_000, 25_001, true],
    [5_000, 25_000, false],
  ])('of %d ms with %d ms left: %s', (delay, timeLeft, may) => {
    expect(mayWait(delay, timeLeft, 20_000)).toBe(may);
  });
});
