import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeAfter } from '../../../domain/assets/asset.ts';

const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('timeAfter', () => {
  it('returns a time after the previous one, whatever the clock shows', () => {
    fc.assert(
      fc.property(time, time, (before, now) => {
        const after = timeAfter(before, now);
        expect(after > before).toBe(true);
        expect(after === now || Date.parse(after) === Date.parse(before) + 1).toBe(true);
      }),
    );
    expect(timeAfter('', '2026-11-24T08:00:00.000Z')).toBe('2026-11-24T08:00:00.000Z');
  });
});
