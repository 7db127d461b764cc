import { describe, expect, it } from 'vitest';
import { timeZoneName, timeZoneProblem } from '../../../domain/companies/time-zone.ts';
import { uniqueJobName } from '../../../domain/jobs/job-name.ts';

describe('the time zone', () => {
  it.each([
    ['UTC', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Etc/GMT+1', 'Etc/GMT+1'],
    ['utc', 'UTC'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Pacific/Auckland', 'Pacific/Auckland'],
  ])('%s is read as %s, and can be used in job names', (name, known) => {
    expect(timeZoneName(name)).toBe(known);
    expect(uniqueJobName('Publish', '2026-11-24T08:00:00.000Z', known)).toMatch(/^Publish 2026-11-24 \d\d:/);
  });

  it.each(['', 'Berlin', '+01:00', '-05', 'Europe/Nowhere', 'Europe/Berlin ', 'GMT+1'])(
    '"%s" is refused',
    (name) => {
      expect(timeZoneName(name)).toBeUndefined();
    },
  );

  it.each([
    ['BST', 'Europe/London'],
    ['bst', 'Europe/London'],
    ['EST', 'America/New_York'],
    ['EST5EDT', 'America/New_York'],
    ['CST', 'America/Chicago'],
    ['CST6CDT', 'America/Chicago'],
    ['MST7MDT', 'America/Denver'],
    ['PST8PDT', 'America/Los_Angeles'],
    ['CET', 'Europe/Paris'],
    ['GMT', 'Europe/London'],
    ['IST', 'Asia/Kolkata'],
    ['ACT', 'Australia/Darwin'],
    ['US/Eastern', 'America/New_York'],
    ['GB', 'Europe/London'],
    ['Japan', 'Asia/Tokyo'],
    ['Singapore', 'Asia/Singapore'],
    ['Zulu', 'UTC'],
  ])('%s is refused, and the error names %s', (name, right) => {
    expect(timeZoneName(name)).toBeUndefined();
    expect(timeZoneProblem(name)).toBe(
      `must be an IANA time zone with its area, not an abbreviation or an old name: ${right}`,
    );
    expect(timeZoneName(right)).toBe(right);
  });

  it.each(['', 'Berlin', '+01:00', 'Europe/Nowhere', 'SystemV/EST5', 'Europe/', '../etc', 'Mars/Olympus'])(
    '"%s" is refused with an example',
    (name) => {
      expect(timeZoneName(name)).toBeUndefined();
      expect(timeZoneProblem(name)).toContain('like Europe/Berlin');
    },
  );

  it('is every zone with an area that the runtime knows', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) expect(timeZoneName(name)).toBe(name);
  });
});
