import { describe, expect, it } from 'vitest';
import { nextTime } from '../../src/scheduler/next-time.ts';
import { parseExpression } from '../../src/scheduler/schedule-expression.ts';

function next(expression: string, zone: string, after: string, anchor?: string): string | undefined {
  const time = nextTime(
    parseExpression(expression),
    zone,
    Date.parse(after),
    anchor === undefined ? undefined : Date.parse(anchor),
  );
  return time === undefined ? undefined : new Date(time).toISOString().replace(':00.000Z', 'Z');
}

describe('nextTime', () => {
  // Computed by hand from the rule of the zone in the comment.
  it.each<[zone: string, expression: string, after: string, expected: string | undefined]>([
    // 2027-03-14 02:00 → 03:00, 2027-11-07 02:00 → 01:00.
    ['America/New_York', 'cron(30 2 * * ? *)', '2027-03-13T12:00Z', '2027-03-15T06:30Z'],
    ['America/New_York', 'cron(0 * * * ? *)', '2027-03-14T06:00Z', '2027-03-14T07:00Z'],
    ['America/New_York', 'at(2027-03-14T02:30:00)', '2027-03-01T00:00Z', undefined],
    ['America/New_York', 'at(2027-03-14T03:00:00)', '2027-03-01T00:00Z', '2027-03-14T07:00Z'],
    ['America/New_York', 'cron(30 1 * * ? *)', '2027-11-07T05:00Z', '2027-11-07T05:30Z'],
    ['America/New_York', 'cron(30 1 * * ? *)', '2027-11-07T05:30Z', '2027-11-08T06:30Z'],
    ['America/New_York', 'cron(0/15 * * * ? *)', '2027-11-07T05:45Z', '2027-11-07T07:00Z'],
    ['America/New_York', 'at(2027-11-07T01:30:00)', '2027-11-01T00:00Z', '2027-11-07T05:30Z'],
    ['America/New_York', 'at(2027-11-07T01:30:00)', '2027-11-07T05:30Z', undefined],
    // 2027-03-28 01:00 → 02:00, 2027-10-31 02:00 → 01:00.
    ['Europe/London', 'cron(30 1 * * ? *)', '2027-03-27T12:00Z', '2027-03-29T00:30Z'],
    ['Europe/London', 'cron(0 9 * * ? *)', '2027-03-27T12:00Z', '2027-03-28T08:00Z'],
    ['Europe/London', 'cron(30 1 * * ? *)', '2027-10-30T12:00Z', '2027-10-31T00:30Z'],
    ['Europe/London', 'cron(30 1 * * ? *)', '2027-10-31T00:30Z', '2027-11-01T01:30Z'],
    // Half an hour: 2027-10-03 02:00 → 02:30 (+11:00), 2027-04-04 02:00 → 01:30 (+10:30).
    ['Australia/Lord_Howe', 'cron(15 2 * * ? *)', '2027-10-02T00:00Z', '2027-10-03T15:15Z'],
    ['Australia/Lord_Howe', 'cron(30 2 * * ? *)', '2027-10-02T00:00Z', '2027-10-02T15:30Z'],
    ['Australia/Lord_Howe', 'cron(45 1 * * ? *)', '2027-04-03T00:00Z', '2027-04-03T14:45Z'],
    ['Australia/Lord_Howe', 'cron(45 1 * * ? *)', '2027-04-03T14:45Z', '2027-04-04T15:15Z'],
    ['Australia/Lord_Howe', 'cron(15 1 * * ? *)', '2027-04-03T14:45Z', '2027-04-04T14:45Z'],
    // The clocks of this zone do not change.
    ['Asia/Tokyo', 'cron(0 9 ? * MON-FRI *)', '2027-01-01T00:00Z', '2027-01-04T00:00Z'],
    ['Asia/Tokyo', 'cron(0 0 1 * ? *)', '2027-01-15T00:00Z', '2027-01-31T15:00Z'],
    // At midnight, until 2019: 2018-11-04 00:00 → 01:00, 2019-02-17 00:00 → 2019-02-16 23:00.
    ['America/Sao_Paulo', 'cron(0 0 * * ? *)', '2018-11-03T12:00Z', '2018-11-05T02:00Z'],
    ['America/Sao_Paulo', 'cron(30 23 * * ? *)', '2019-02-17T01:00Z', '2019-02-17T01:30Z'],
    ['America/Sao_Paulo', 'cron(30 23 * * ? *)', '2019-02-17T01:30Z', '2019-02-18T02:30Z'],
    ['America/Sao_Paulo', 'cron(0 0 * * ? *)', '2019-02-16T12:00Z', '2019-02-17T03:00Z'],
    ['America/Sao_Paulo', 'cron(0 0 1 * ? *)', '2027-05-15T00:00Z', '2027-06-01T03:00Z'],
  ])('finds for zone %s, %s, after %s: %s', (zone, expression, after, expected) => {
    expect(next(expression, zone, after)).toBe(expected);
  });
  it.each<[expression: string, after: string, expected: string | undefined]>([
    ['cron(0 0 L * ? *)', '2028-02-01T00:00Z', '2028-02-29T00:00Z'],
    ['cron(0 0 31 * ? *)', '2027-03-31T00:00Z', '2027-05-31T00:00Z'],
    // 15 May 2027 is a Saturday, 1 May too, 31 October a Sunday.
    ['cron(0 0 15W * ? *)', '2027-05-01T00:00Z', '2027-05-14T00:00Z'],
    ['cron(0 0 1W * ? *)', '2027-04-30T00:00Z', '2027-05-03T00:00Z'],
    ['cron(0 0 31W * ? *)', '2027-10-01T00:00Z', '2027-10-29T00:00Z'],
    ['cron(0 0 30W * ? *)', '2027-01-31T00:00Z', '2027-03-30T00:00Z'],
    // January 2027 begins with a Friday; March is the first month of the year with five Mondays.
    ['cron(0 0 ? * 6#3 *)', '2027-01-01T00:00Z', '2027-01-15T00:00Z'],
    ['cron(0 0 ? * 6L *)', '2027-01-01T00:00Z', '2027-01-29T00:00Z'],
    ['cron(0 0 ? * L *)', '2027-01-01T00:00Z', '2027-01-02T00:00Z'],
    ['cron(0 0 ? * 2#5 *)', '2027-01-01T00:00Z', '2027-03-29T00:00Z'],
    ['cron(0 0 29 2 ? *)', '2096-03-01T00:00Z', '2104-02-29T00:00Z'],
    ['cron(0 0 1 1 ? 2030)', '2027-01-01T00:00Z', '2030-01-01T00:00Z'],
    ['cron(0 0 1 1 ? 2030)', '2030-01-01T00:00Z', undefined],
    ['cron(0 0 30 2 ? *)', '2027-01-01T00:00Z', undefined],
  ])('finds the day of %s after %s: %s', (expression, after, expected) => {
    expect(next(expression, 'UTC', after)).toBe(expected);
  });
  it.each<[expression: string, after: string, expected: string]>([
    ['rate(90 minutes)', '2027-01-01T09:00Z', '2027-01-01T10:10Z'],
    ['rate(90 minutes)', '2027-01-01T10:09Z', '2027-01-01T10:10Z'],
    ['rate(90 minutes)', '2027-01-01T10:10Z', '2027-01-01T11:40Z'],
    ['rate(1 day)', '2027-03-13T20:00Z', '2027-03-14T10:10Z'],
  ])(
    'finds for %s from 10:10 on, after %s, the time %s, also when the clocks change',
    (expression, after, expected) => {
      expect(next(expression, 'America/New_York', after, '2027-01-01T10:10Z')).toBe(expected);
    },
  );
});
