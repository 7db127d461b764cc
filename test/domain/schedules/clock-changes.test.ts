import { describe, expect, it } from 'vitest';
import { clockChanges } from '../../../domain/schedules/clock-changes.ts';
import type { ScheduleRule } from '../../../domain/schedules/schedule-rule.ts';

const after = '2026-11-30T00:00:00Z';
const daily = (time: string): ScheduleRule => ({ repeat: 'daily', time });
const custom = (text: string): ScheduleRule => ({ repeat: 'custom', text });

describe('the clock changes of a rule', () => {
  it.each<[string, ScheduleRule, string, string[]]>([
    ['are the time that clocks skip', daily('02:30'), 'America/New_York', ['2027-03-14T02:30 left-out']],
    ['are the time that occurs twice', daily('01:30'), 'America/New_York', ['2027-11-07T01:30 first-pass']],
    [
      'are both in Berlin',
      daily('02:30'),
      'Europe/Berlin',
      ['2027-03-28T02:30 left-out', '2027-10-31T02:30 first-pass'],
    ],
    ['are none for another time', daily('12:00'), 'Europe/Berlin', []],
    ['are none in a zone without any', daily('02:30'), 'Asia/Tokyo', []],
    [
      'are repeated runs for a rule of every hour, which leaves out nothing',
      custom('0 0/30 * * * ?'),
      'Europe/Berlin',
      ['2027-10-31T02:00 both-passes', '2027-10-31T02:30 both-passes'],
    ],
    [
      'are those of its days only',
      { repeat: 'weekly', time: '02:30', weekdays: ['Mon'] },
      'Europe/Berlin',
      [],
    ],
    [
      'are half an hour in Lord Howe',
      custom('0 15,45 2 * * ?'),
      'Australia/Lord_Howe',
      ['2027-10-03T02:15 left-out'],
    ],
    ['are none for a single time', { repeat: 'once', at: '2027-10-31T02:30' }, 'Europe/Berlin', []],
  ])('%s', (_title, rule, zone, expected) => {
    expect(clockChanges(rule, zone, after, 10).map(({ local, effect }) => `${local} ${effect}`)).toEqual(
      expected,
    );
  });

  it('are at most as many as asked for', () => {
    expect(clockChanges(custom('0 0/5 1,2 * * ?'), 'Europe/Berlin', after, 10)).toHaveLength(10);
  });
});
