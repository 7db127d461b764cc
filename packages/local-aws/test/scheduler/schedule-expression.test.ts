import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../src/scheduler/schedule-expression.ts';

const every = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const cron = {
  kind: 'cron',
  minutes: [0],
  hours: [0],
  days: { kind: 'every-day' },
  months: every(1, 12),
  years: every(1970, 2199),
};

describe('parseExpression', () => {
  it.each<[string, object]>([
    ['at(2027-03-15T14:10:00)', { kind: 'at', wall: Date.UTC(2027, 2, 15, 14, 10) }],
    ['rate(1 minute)', { kind: 'rate', every: 60_000 }],
    ['rate(1 hours)', { kind: 'rate', every: 3_600_000 }],
    ['rate(5 days)', { kind: 'rate', every: 432_000_000 }],
    ['cron(0 0 * * ? *)', cron],
    ['cron(0 0 ? * * *)', cron],
    ['cron(0/25 */6 * * ? *)', { ...cron, minutes: [0, 25, 50], hours: [0, 6, 12, 18] }],
    ['cron(0-15/5,59 8-8 * * ? *)', { ...cron, minutes: [0, 5, 10, 15, 59], hours: [8] }],
    [
      'cron(0 0 1,15 JAN-mar,12 ? 2027)',
      { ...cron, days: { kind: 'days', days: [1, 15] }, months: [1, 2, 3, 12], years: [2027] },
    ],
    ['cron(0 0 L * ? *)', { ...cron, days: { kind: 'last-day' } }],
    ['cron(0 0 3W * ? *)', { ...cron, days: { kind: 'nearest-weekday', day: 3 } }],
    ['cron(0 0 ? * MON-FRI *)', { ...cron, days: { kind: 'weekdays', weekdays: [2, 3, 4, 5, 6] } }],
    ['cron(0 0 ? * L *)', { ...cron, days: { kind: 'weekdays', weekdays: [7] } }],
    ['cron(0 0 ? * 6L *)', { ...cron, days: { kind: 'last-weekday', weekday: 6 } }],
    ['cron(0 0 ? * 3#2 *)', { ...cron, days: { kind: 'nth-weekday', weekday: 3, nth: 2 } }],
    ['cron(0 0 ? * tue#2 *)', { ...cron, days: { kind: 'nth-weekday', weekday: 3, nth: 2 } }],
  ])('parses %s', (text, expected) => {
    expect(parseExpression(text)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['', 'at(…), rate(…) or cron(…)'],
    ['0 0 * * ? *', 'at(…), rate(…) or cron(…)'],
    ['at(2027-02-30T00:00:00)', 'yyyy-mm-ddThh:mm:ss'],
    ['at(2027-03-15T14:10)', 'yyyy-mm-ddThh:mm:ss'],
    ['at(2027-03-15T14:10:00Z)', 'yyyy-mm-ddThh:mm:ss'],
    ['rate(0 minutes)', 'positive whole number'],
    ['rate(1.5 hours)', 'positive whole number'],
    ['rate(5 weeks)', 'minute(s), hour(s) or day(s)'],
    ['rate(5 minute)', 'minutes'],
    ['cron(0 0 * * *)', 'not 5'],
    ['cron(0 0 0 * * ? *)', 'not 7'],
    ['cron(0 0 * * * *)', 'must be "?"'],
    ['cron(0 0 ? * ? *)', 'must be "?"'],
    ['cron(0 0 1 * MON *)', 'must be "?"'],
    ['cron(60 0 * * ? *)', 'minutes allows 0 to 59'],
    ['cron(? 0 * * ? *)', 'minutes allows 0 to 59'],
    ['cron(0 24 * * ? *)', 'hours allows 0 to 23'],
    ['cron(0 0 0 * ? *)', 'day-of-month allows 1 to 31'],
    ['cron(0 0 1,L * ? *)', 'day-of-month allows 1 to 31'],
    ['cron(0 0 LW * ? *)', 'day-of-month allows 1 to 31'],
    ['cron(0 0 1-5W * ? *)', 'day-of-month allows 1 to 31'],
    ['cron(0 0 * 13 ? *)', 'month allows 1 to 12 or JAN to DEC'],
    ['cron(0 0 ? * 0 *)', 'day-of-week allows 1 to 7 or SUN to SAT'],
    ['cron(0 0 ? * 3#6 *)', 'only a single "#"'],
    ['cron(0 0 ? * 3#1,6#3 *)', 'only a single "#"'],
    ['cron(0 0 ? * 2/2 *)', 'does not allow "/"'],
    ['cron(0 0 * * ? 2200)', 'year allows 1970 to 2199'],
    ['cron(0/0 0 * * ? *)', 'steps of 1'],
    ['cron(0 22-2 * * ? *)', 'from the lower to the higher value'],
    ['cron(0 *-2 * * ? *)', 'from the lower to the higher value'],
    ['cron(0, 0 * * ? *)', 'minutes allows 0 to 59'],
    ['cron(1/2/3 0 * * ? *)', 'minutes allows 0 to 59'],
  ])('refuses "%s": %s', (text, reason) => {
    expect(() => parseExpression(text)).toThrow(reason);
  });
});
