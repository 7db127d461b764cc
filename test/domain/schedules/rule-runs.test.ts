import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { nextRuns, runsAfter } from '../../../domain/schedules/next-runs.ts';
import { parseCustomRule } from '../../../domain/schedules/parse-custom-rule.ts';
import { RuleProblem } from '../../../domain/schedules/rule-problem.ts';
import type { ScheduleRule } from '../../../domain/schedules/schedule-rule.ts';
import { maxExpressions } from '../../../domain/schedules/scheduler-expressions.ts';
import { aSchedule } from '../../support/builders.ts';
import { minuteWalk } from './minute-walk.ts';
import { readableRules, ruleTexts } from './rule-texts.ts';
import { schedulerCron } from './scheduler-cron.ts';

/** Six years for each zone; São Paulo had its last daylight saving in 2018/19, which began and ended at midnight. */
const spans = [
  { zone: 'America/New_York', from: '2026-03-01T00:00:00Z', to: '2032-03-01T00:00:00Z' },
  { zone: 'Europe/London', from: '2026-03-01T00:00:00Z', to: '2032-03-01T00:00:00Z' },
  { zone: 'Australia/Lord_Howe', from: '2026-03-01T00:00:00Z', to: '2032-03-01T00:00:00Z' },
  { zone: 'Asia/Tokyo', from: '2026-03-01T00:00:00Z', to: '2032-03-01T00:00:00Z' },
  { zone: 'America/Sao_Paulo', from: '2014-03-01T00:00:00Z', to: '2020-03-01T00:00:00Z' },
].map(({ zone, from, to }) => {
  const start = Date.parse(from);
  const end = Date.parse(to);
  return { zone, start, end, walk: minuteWalk(zone, start, end) };
});
const dayMs = 86_400_000;
const inUtc = minuteWalk('UTC', Date.parse('2014-03-01T00:00:00Z'), Date.parse('2032-05-01T00:00:00Z'));
const dates = Array.from({ length: 47_482 }, (_, day) => new Date(day * dayMs));

/** Windows of up to five weeks, half of them around the days on which clocks change. */
const windows = fc
  .tuple(fc.constantFrom(...spans), fc.integer({ min: 0, max: 2100 }), fc.integer({ min: 1, max: 35 * 1440 }))
  .map(([span, day, minutes]) => ({
    ...span,
    after: span.start + day * dayMs + (minutes % 1440) * 60_000,
    until: span.start + day * dayMs + (minutes % 1440) * 60_000 + minutes * 60_000,
  }));

function runsBetween(text: string, zone: string, after: number, until: number): number[] {
  const found: number[] = [];
  for (const run of runsAfter({ repeat: 'custom', text }, zone, after)) {
    if (run >= until) break;
    found.push(run);
  }
  return found;
}

/**
 * Whether a rule runs through both passes of an hour: in every hour of every day, at the same minutes in both. Clocks of
 * Lord Howe change by half an hour, all others by whole ones.
 */
function isHourly(
  { date, time }: { readonly date: (day: Date) => boolean; readonly time: (minute: number) => boolean },
  zone: string,
): boolean {
  const step = zone === 'Australia/Lord_Howe' ? 30 : 60;
  const everyHour = Array.from({ length: 1440 }, (_, minute) => minute).every(
    (minute) => time(minute) === time((minute + step) % 1440),
  );
  return everyHour && dates.every(date);
}

describe('the runs of a rule', () => {
  it('are found by a search through every minute of a window', () => {
    fc.assert(
      fc.property(readableRules, windows, (rule, { zone, after, until, walk }) => {
        expect(runsBetween(rule.text, zone, after, until)).toEqual(
          walk(after, until, rule, isHourly(rule, zone)),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('are found by a search through every minute of six years in five zones', () => {
    const sampled = fc.sample(readableRules, { seed: 6, numRuns: 6 });
    const everyFive = { text: '0 0/5 * * * ?', date: () => true, time: (minute: number) => minute % 5 === 0 };
    for (const { zone, start, end, walk } of spans) {
      for (const rule of [everyFive, ...sampled]) {
        const expected = walk(start, end, rule, isHourly(rule, zone));
        const found = runsBetween(rule.text, zone, start, end);
        // Half a million runs are too many for a deep comparison.
        const difference = expected.findIndex((run, index) => run !== found[index]);
        expect({ difference, count: found.length }, `${rule.text} in ${zone}`).toEqual({
          difference: -1,
          count: expected.length,
        });
      }
    }
  }, 30_000);

  it('are those of its EventBridge Scheduler expressions, and no two of these run at the same time', () => {
    fc.assert(
      fc.property(readableRules, windows, ({ text }, { zone, after, until, walk }) => {
        const rule: ScheduleRule = { repeat: 'custom', text };
        const slots = desiredSlots(aSchedule({ rule, timeZone: zone }), new Date(after).toISOString());
        expect(slots.length).toBeLessThanOrEqual(maxExpressions);
        const all = slots.flatMap(({ expression, timeZone }) =>
          (timeZone === 'UTC' ? inUtc : walk)(after, until, schedulerCron(expression)),
        );
        expect(all.sort((a, b) => a - b)).toEqual(runsBetween(text, zone, after, until));
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused as too close exactly if two are less than 5 minutes apart on the clock', () => {
    fc.assert(
      fc.property(ruleTexts, (rule) => {
        let refused = '';
        try {
          parseCustomRule(rule.text);
        } catch (error) {
          if (!(error instanceof RuleProblem)) throw error;
          refused = error.field;
        }
        const times = Array.from({ length: 1440 }, (_, minute) => minute).filter(rule.time);
        const within = times.some((time, index) => (times[index + 1] ?? Number.POSITIVE_INFINITY) - time < 5);
        const overnight = 1440 - (times.at(-1) ?? 0) + (times[0] ?? 0) < 5;
        const fits = (day: number) => rule.date(dates[day] ?? new Date(Number.NaN));
        const close = within || (overnight && dates.some((_, day) => fits(day) && fits(day + 1)));
        expect(refused === 'minutes').toBe(close);
        if (!close) expect(refused !== '').toBe(!dates.some((_, day) => fits(day)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the next runs', () => {
  const daily = (time: string): ScheduleRule => ({ repeat: 'daily', time });
  const custom = (text: string): ScheduleRule => ({ repeat: 'custom', text });

  it.each<[string, ScheduleRule, string, string, string[]]>([
    [
      'leave out a time that New York skips in spring',
      daily('02:30'),
      'America/New_York',
      '2027-03-13T00:00:00Z',
      ['2027-03-13T02:30-05:00', '2027-03-15T02:30-04:00', '2027-03-16T02:30-04:00'],
    ],
    [
      'take the first of two equal times in autumn',
      daily('01:30'),
      'America/New_York',
      '2027-11-06T12:00:00Z',
      ['2027-11-07T01:30-04:00', '2027-11-08T01:30-05:00', '2027-11-09T01:30-05:00'],
    ],
    [
      'go through both passes of the hour if the rule runs every hour',
      custom('0 0/20 * * * ?'),
      'America/New_York',
      '2027-11-07T05:30:00Z',
      ['2027-11-07T01:40-04:00', '2027-11-07T01:00-05:00', '2027-11-07T01:20-05:00'],
    ],
    [
      'leave out no quarter of an hour in Berlin',
      custom('0 0/15 * * * ?'),
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      ['2026-10-25T02:45+02:00', '2026-10-25T02:00+01:00', '2026-10-25T02:15+01:00'],
    ],
    [
      'of every hour go through the half hour that Lord Howe repeats, if the minutes are the same',
      custom('0 0/30 * * * ?'),
      'Australia/Lord_Howe',
      '2027-04-03T14:15:00Z',
      ['2027-04-04T01:30+11:00', '2027-04-04T01:30+10:30', '2027-04-04T02:00+10:30'],
    ],
    [
      'of every hour leave it out if they are not',
      custom('0 10 * * * ?'),
      'Australia/Lord_Howe',
      '2027-04-03T14:15:00Z',
      ['2027-04-04T02:10+10:30', '2027-04-04T03:10+10:30', '2027-04-04T04:10+10:30'],
    ],
    [
      'of every hour on some days do not repeat in the second pass',
      custom('0 0/20 * ? * SUN'),
      'America/New_York',
      '2027-11-07T05:30:00Z',
      ['2027-11-07T01:40-04:00', '2027-11-07T02:00-05:00', '2027-11-07T02:20-05:00'],
    ],
    [
      'of some hours do not repeat in the second pass',
      custom('0 0/20 0-5 * * ?'),
      'America/New_York',
      '2027-11-07T05:30:00Z',
      ['2027-11-07T01:40-04:00', '2027-11-07T02:00-05:00', '2027-11-07T02:20-05:00'],
    ],
    [
      'of every hour are those of the zone where its offset is half an hour',
      custom('0 10 * * * ?'),
      'Asia/Kolkata',
      '2027-01-01T00:00:00Z',
      ['2027-01-01T06:10+05:30', '2027-01-01T07:10+05:30', '2027-01-01T08:10+05:30'],
    ],
    [
      'after an instant in the second pass are those of the next hour',
      custom('0 0/20 0-5 * * ?'),
      'America/New_York',
      '2027-11-07T06:10:00Z',
      ['2027-11-07T02:00-05:00', '2027-11-07T02:20-05:00', '2027-11-07T02:40-05:00'],
    ],
    [
      'respect the half-hour change of Lord Howe',
      custom('0 15,45 1,2 * * ?'),
      'Australia/Lord_Howe',
      '2027-04-03T13:00:00Z',
      ['2027-04-04T01:15+11:00', '2027-04-04T01:45+11:00', '2027-04-04T02:15+10:30'],
    ],
    [
      'leave out the midnight that São Paulo skips',
      daily('00:00'),
      'America/Sao_Paulo',
      '2018-11-03T02:00:00Z',
      ['2018-11-03T00:00-03:00', '2018-11-05T00:00-02:00', '2018-11-06T00:00-02:00'],
    ],
    [
      'leave out months without the day',
      { repeat: 'monthly', time: '08:00', on: { day: 31 } },
      'Asia/Tokyo',
      '2027-01-31T00:00:00Z',
      ['2027-03-31T08:00+09:00', '2027-05-31T08:00+09:00', '2027-07-31T08:00+09:00'],
    ],
    [
      'take the last day of February',
      { repeat: 'monthly', time: '08:00', on: { day: 'last' } },
      'Europe/London',
      '2028-01-31T12:00:00Z',
      ['2028-02-29T08:00+00:00', '2028-03-31T08:00+01:00', '2028-04-30T08:00+01:00'],
    ],
    [
      'take the last Friday',
      { repeat: 'monthly', time: '10:15', on: { week: 'last', weekday: 'Fri' } },
      'UTC',
      '2027-01-01T00:00:00Z',
      ['2027-01-29T10:15+00:00', '2027-02-26T10:15+00:00', '2027-03-26T10:15+00:00'],
    ],
    [
      'take the fifth Monday if there is one',
      { repeat: 'monthly', time: '10:15', on: { week: 5, weekday: 'Mon' } },
      'UTC',
      '2027-01-01T00:00:00Z',
      ['2027-03-29T10:15+00:00', '2027-05-31T10:15+00:00', '2027-08-30T10:15+00:00'],
    ],
    [
      'take the chosen weekdays',
      { repeat: 'weekly', time: '14:10', weekdays: ['Wed', 'Mon'] },
      'America/New_York',
      '2026-11-24T00:00:00Z',
      ['2026-11-25T14:10-05:00', '2026-11-30T14:10-05:00', '2026-12-02T14:10-05:00'],
    ],
    [
      'leave out the weekend',
      { repeat: 'daily', time: '09:00', weekdaysOnly: true },
      'Europe/London',
      '2026-11-27T09:00:00Z',
      ['2026-11-30T09:00+00:00', '2026-12-01T09:00+00:00', '2026-12-02T09:00+00:00'],
    ],
    [
      'end with the years',
      custom('0 0 12 31 12 ? 2027'),
      'UTC',
      '2027-01-01T00:00:00Z',
      ['2027-12-31T12:00+00:00'],
    ],
    ['are none after the years', custom('0 0 12 * * ? 2026'), 'UTC', '2027-01-01T00:00:00Z', []],
    ['are none after 2099', daily('12:00'), 'UTC', '2100-01-01T00:00:00Z', []],
    ['are none if there is no further leap year', custom('0 0 12 29 2 ?'), 'UTC', '2097-01-01T00:00:00Z', []],
    [
      'of a single time are this time',
      { repeat: 'once', at: '2027-03-15T14:10' },
      'America/New_York',
      '2027-03-15T18:09:59Z',
      ['2027-03-15T14:10-04:00'],
    ],
    [
      'of a single time that is past are none',
      { repeat: 'once', at: '2027-03-15T14:10' },
      'UTC',
      '2027-03-15T14:10:00Z',
      [],
    ],
  ])('%s', (_title, rule, zone, after, expected) => {
    expect(nextRuns(rule, zone, after, 3).map(({ local }) => local)).toEqual(expected);
  });

  it('have the instant in UTC', () => {
    expect(nextRuns(daily('14:10'), 'America/New_York', '2027-03-15T18:10:00.000Z', 1)).toEqual([
      { at: '2027-03-16T18:10:00.000Z', local: '2027-03-16T14:10-04:00' },
    ]);
  });

  it('are found quickly even if they are decades apart', () => {
    const fifthFriday = custom('0 0 12 ? Feb 6#5');
    expect(nextRuns(fifthFriday, 'UTC', '2026-01-01T00:00:00Z', 5).map(({ local }) => local)).toEqual([
      '2036-02-29T12:00+00:00',
      '2064-02-29T12:00+00:00',
      '2092-02-29T12:00+00:00',
    ]);
  });
});
