import { describe, expect, it } from 'vitest';
import { checkRule } from '../../../domain/schedules/check-rule.ts';
import { RuleProblem } from '../../../domain/schedules/rule-problem.ts';
import type { ScheduleRule, Weekday } from '../../../domain/schedules/schedule-rule.ts';

const now = '2026-11-24T08:00:30Z';

describe('a valid rule', () => {
  it.each<[ScheduleRule, ScheduleRule]>([
    [
      { repeat: 'once', at: '2027-03-15T14:10:00' },
      { repeat: 'once', at: '2027-03-15T14:10' },
    ],
    [
      { repeat: 'daily', time: '9:05', weekdaysOnly: true },
      { repeat: 'daily', time: '09:05', weekdaysOnly: true },
    ],
    [
      { repeat: 'weekly', time: '9:05', weekdays: ['Wed', 'Mon', 'Wed'] },
      { repeat: 'weekly', time: '09:05', weekdays: ['Mon', 'Wed'] },
    ],
    [
      { repeat: 'monthly', time: '23:59', on: { week: 'last', weekday: 'Fri' } },
      { repeat: 'monthly', time: '23:59', on: { week: 'last', weekday: 'Fri' } },
    ],
    [
      { repeat: 'custom', text: '00 00 00 * * ' },
      { repeat: 'custom', text: '0 0 0 * * ?' },
    ],
  ])('%j is stored as %j', (rule, kept) => {
    expect(checkRule(rule, 'america/new_york', now)).toEqual({ rule: kept, zone: 'America/New_York' });
  });

  it.each<[string, ScheduleRule, string, string]>([
    ['has an invalid zone', { repeat: 'daily', time: '10:00' }, '+01:00', 'zone'],
    ['has an invalid time', { repeat: 'daily', time: '24:00' }, 'UTC', 'time'],
    ['has no weekday', { repeat: 'weekly', time: '10:00', weekdays: [] }, 'UTC', 'weekdays'],
    [
      'has a wrong weekday',
      { repeat: 'weekly', time: '10:00', weekdays: ['Xxx' as Weekday] },
      'UTC',
      'weekdays',
    ],
    ['has day 32', { repeat: 'monthly', time: '10:00', on: { day: 32 } }, 'UTC', 'day'],
    ['has half a day', { repeat: 'monthly', time: '10:00', on: { day: 1.5 } }, 'UTC', 'day'],
    ['has week 6', { repeat: 'monthly', time: '10:00', on: { week: 6, weekday: 'Mon' } }, 'UTC', 'week'],
    ['has no such date', { repeat: 'once', at: '2027-02-29T10:00' }, 'UTC', 'at'],
    ['has an offset', { repeat: 'once', at: '2027-02-27T10:00Z' }, 'UTC', 'at'],
    ['has seconds', { repeat: 'once', at: '2027-02-27T10:00:30' }, 'UTC', 'at'],
    [
      'has only one time, which clocks skip',
      { repeat: 'custom', text: '0 30 1 28 3 ? 2027' },
      'Europe/London',
      'year',
    ],
    ['has only past years', { repeat: 'custom', text: '0 0 12 * * ? 2020-2025' }, 'UTC', 'year'],
  ])('that %s is refused', (_title, rule, zone, field) => {
    expect(() => checkRule(rule, zone, now)).toThrow(RuleProblem);
    expect(() => checkRule(rule, zone, now)).toThrow(expect.objectContaining({ field }));
  });

  it('is refused with the column of its past years', () => {
    const rule: ScheduleRule = { repeat: 'custom', text: '0 0 12 * * ? 2020' };
    expect(() => checkRule(rule, 'UTC', now)).toThrow(expect.objectContaining({ column: 14 }));
  });
});

describe('an impossible single time', () => {
  it.each([
    ['it is past', '2026-11-24T03:00', 'America/New_York', now, '2026-11-24T03:02'],
    [
      'it is the current minute',
      '2026-11-24T03:00',
      'America/New_York',
      '2026-11-24T08:00:00Z',
      '2026-11-24T03:01',
    ],
    ['it is long past', '1999-01-01T00:00', 'UTC', now, '2026-11-24T08:02'],
    [
      'its first occurrence is past',
      '2027-11-07T01:30',
      'America/New_York',
      '2027-11-07T06:10:00Z',
      '2027-11-07T02:00',
    ],
    [
      'it is skipped, near the start of the gap',
      '2027-03-14T02:10',
      'America/New_York',
      now,
      '2027-03-14T01:59',
    ],
    [
      'it is skipped, near the end of the gap',
      '2027-03-14T02:50',
      'America/New_York',
      now,
      '2027-03-14T03:00',
    ],
    [
      'it is skipped, and the time before the gap is past',
      '2027-03-14T02:10',
      'America/New_York',
      '2027-03-14T06:59:30Z',
      '2027-03-14T03:01',
    ],
    [
      'it is skipped and past',
      '2027-03-14T02:10',
      'America/New_York',
      '2027-06-01T12:00:00Z',
      '2027-06-01T08:01',
    ],
    ['it is in a gap of half an hour', '2027-10-03T02:20', 'Australia/Lord_Howe', now, '2027-10-03T02:30'],
    [
      'it is in a gap at midnight',
      '2018-11-04T00:05',
      'America/Sao_Paulo',
      '2018-01-01T00:00:00Z',
      '2018-11-03T23:59',
    ],
  ])('has the nearest possible time in its error: %s', (_title, at, zone, instant, nearest) => {
    const rule: ScheduleRule = { repeat: 'once', at };
    expect(() => checkRule(rule, zone, instant)).toThrow(expect.objectContaining({ field: 'at', nearest }));
    expect(checkRule({ repeat: 'once', at: nearest }, zone, instant).rule).toEqual({
      repeat: 'once',
      at: nearest,
    });
  });

  it('has the change of the clocks in its error', () => {
    expect(() => checkRule({ repeat: 'once', at: '2027-03-28T01:40' }, 'Europe/London', now)).toThrow(
      '2027-03-28T01:40 does not exist in Europe/London: clocks go from 01:00 to 02:00',
    );
  });
});
