import { describe, expect, it } from 'vitest';
import { inSpreadOrder } from '../../../domain/jobs/spread-order.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a spread order', () => {
  it.each([0, 1, 2, 3, 10, 41, 1_000, 50_000])('has each of %d items once', (count) => {
    expect([...inSpreadOrder(numbers(count))].sort((a, b) => a - b)).toEqual(numbers(count));
  });

  it.each([160, 1_000, 4_999, 50_000])(
    'takes 40 that follow each other from all sixteenths of %d',
    (count) => {
      const order = inSpreadOrder(numbers(count)).map((index) => Math.floor((index * 16) / count));
      for (let from = 0; from + 40 <= count; from += 40) {
        const window = order.slice(from, from + 40);
        expect(new Set(window).size).toBe(16);
        for (const sixteenth of new Set(window))
          expect(window.filter((one) => one === sixteenth).length).toBeLessThanOrEqual(5);
      }
    },
  );
});
