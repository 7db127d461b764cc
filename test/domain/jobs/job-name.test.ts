import { expect, it } from 'vitest';
import { uniqueJobName } from '../../../domain/jobs/job-name.ts';

it.each([
  ['2026-11-24T08:30:05.123Z', 'UTC', 'Autumn 2026-11-24 08:30:05'],
  ['2026-11-24T08:30:05.123Z', 'Europe/Berlin', 'Autumn 2026-11-24 09:30:05'],
  ['2026-07-24T08:30:05.123Z', 'Europe/Berlin', 'Autumn 2026-07-24 10:30:05'],
  ['2026-11-24T08:30:05.123Z', 'America/Los_Angeles', 'Autumn 2026-11-24 00:30:05'],
  ['2026-12-31T23:59:59.999Z', 'Asia/Kolkata', 'Autumn 2027-01-01 05:29:59'],
  ['2026-11-24T08:30:05.123Z', 'Asia/Riyadh', 'Autumn 2026-11-24 11:30:05'],
])('the name of a job that starts at %s has the time in the zone %s: %s', (start, timeZone, expected) => {
  expect(uniqueJobName('Autumn', start, timeZone)).toBe(expected);
});
