import { describe, expect, it } from 'vitest';
import { timeZoneName } from '../../../domain/companies/time-zone.ts';
import { uniqueJobName } from '../../../domain/jobs/job-name.ts';

describe('the time zone', () => {
  it.each([
    ['UTC', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Etc/GMT+1', 'Etc/GMT+1'],
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
});
