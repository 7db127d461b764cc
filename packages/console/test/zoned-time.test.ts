import { describe, expect, it } from 'vitest';
import { clockOf, instantOf } from '../src/components/zoned-time.ts';

describe('a time on the clocks of a zone', () => {
  it.each([
    ['2027-01-15', '14:10', 'Europe/Berlin', '2027-01-15T13:10:00.000Z'],
    ['2027-07-15', '14:10', 'Europe/Berlin', '2027-07-15T12:10:00.000Z'],
    ['2027-07-15', '00:05', 'Asia/Kolkata', '2027-07-14T18:35:00.000Z'],
    ['2027-07-15', '9:05', 'UTC', '2027-07-15T09:05:00.000Z'],
    // Clocks go back: it occurs twice, and the first one counts.
    ['2027-10-31', '02:30', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
    // Just before and after the clocks go forward.
    ['2027-03-28', '01:59', 'Europe/Berlin', '2027-03-28T00:59:00.000Z'],
    ['2027-03-28', '03:00', 'Europe/Berlin', '2027-03-28T01:00:00.000Z'],
    ['2027-03-28', '23:30', 'Pacific/Auckland', '2027-03-28T10:30:00.000Z'],
  ])('%s %s in %s is %s', (date, time, zone, instant) => {
    expect(instantOf(date, time, zone)).toBe(instant);
    expect(clockOf(instant, zone)).toEqual({ date, time: time.padStart(5, '0') });
  });

  it.each([
    ['2027-03-28', '02:30', 'Europe/Berlin'],
    ['2027-02-30', '10:00', 'UTC'],
    ['2027-02', '10:00', 'UTC'],
    ['2027-02-03', '', 'UTC'],
  ])('%s %s in %s does not exist', (date, time, zone) => {
    expect(instantOf(date, time, zone)).toBeUndefined();
  });
});
