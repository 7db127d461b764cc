import { describe, expect, it } from 'vitest';
import { dayBounds } from '../../../domain/schedules/zone-clock.ts';

describe('the bounds of a day', () => {
  it.each([
    ['2026-11-24', 'UTC', '2026-11-24T00:00:00.000Z', '2026-11-24T23:59:59.999Z'],
    ['2026-11-24', 'Asia/Tokyo', '2026-11-23T15:00:00.000Z', '2026-11-24T14:59:59.999Z'],
    // Days of 23 and 25 hours.
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
    // Clocks skipped midnight: the day began at 01:00, and the day before ended then.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', '2018-11-05T01:59:59.999Z'],
    ['2018-11-03', 'America/Sao_Paulo', '2018-11-03T03:00:00.000Z', '2018-11-04T02:59:59.999Z'],
  ])('of %s in %s are %s and %s', (date, timeZone, from, to) => {
    expect(dayBounds(date, timeZone)).toEqual({ from, to });
  });
});
