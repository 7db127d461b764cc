import { describe, expect, it } from 'vitest';
import { timeZoneName } from '../../../domain/companies/time-zone.ts';
import { uniqueJobName } from '../../../domain/jobs/job-name.ts';

describe('a time zone', () => {
  it.each([
    ['UTC', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Etc/GMT+1', 'Etc/GMT+1'],
  ])('%s is %s, and names can be told in it', (name, known) => {
    expect(timeZoneName(name)).toBe(known);
    expect(uniqueJobName('Publish', '2026-11-24T08:00:00.000Z', known)).toMatch(/^Publish 2026-11-24 \d\d:/);
  });

  it.each(['', 'Berlin', '+01:00', '-05', 'Europe/Nowhere', 'Europe/Berlin ', 'GMT+1'])(
    '"%s" is none',
    (name) => {
      expect(timeZoneName(name)).toBeUndefined();
    },
  );
});
