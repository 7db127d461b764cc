import { describe, expect, it } from 'vitest';
import type { ScheduleRule } from '../../../domain/schedules/schedule-rule.ts';
import { schedulerExpressions } from '../../../domain/schedules/scheduler-expressions.ts';

const custom = (text: string): ScheduleRule => ({ repeat: 'custom', text });

describe('the EventBridge Scheduler expressions', () => {
  it.each<[ScheduleRule, string[]]>([
    [{ repeat: 'once', at: '2027-03-15T14:10' }, ['at(2027-03-15T14:10:00)']],
    [{ repeat: 'daily', time: '14:10' }, ['cron(10 14 * * ? *)']],
    [{ repeat: 'daily', time: '14:10', weekdaysOnly: true }, ['cron(10 14 ? * MON-FRI *)']],
    [{ repeat: 'weekly', time: '14:10', weekdays: ['Wed', 'Mon'] }, ['cron(10 14 ? * MON,WED *)']],
    [{ repeat: 'monthly', time: '14:10', on: { day: 31 } }, ['cron(10 14 31 * ? *)']],
    [{ repeat: 'monthly', time: '14:10', on: { day: 'last' } }, ['cron(10 14 L * ? *)']],
    [{ repeat: 'monthly', time: '14:10', on: { week: 3, weekday: 'Fri' } }, ['cron(10 14 ? * 6#3 *)']],
    [{ repeat: 'monthly', time: '14:10', on: { week: 'last', weekday: 'Fri' } }, ['cron(10 14 ? * 6L *)']],
    [custom('0 0/15 14,18 ? 3 L 2027'), ['cron(0,15,30,45 14,18 ? 3 SAT 2027)']],
    [custom('0 0 0 ? * 6#3,2#1'), ['cron(0 0 ? * 2#1 *)', 'cron(0 0 ? * 6#3 *)']],
    [custom('0 0 0 ? * Tue,6#3'), ['cron(0 0 ? * TUE *)', 'cron(0 0 ? * 6#3 *)']],
  ])('of %j are %j', (rule, expressions) => {
    expect(schedulerExpressions(rule)).toEqual(expressions);
  });

  it('are several if the years need more than 256 characters', () => {
    const expressions = schedulerExpressions(custom('0 0 0 * * ? 1970/2'));
    expect(expressions.length).toBe(2);
    for (const expression of expressions) expect(expression.length).toBeLessThanOrEqual(256);
    const years = expressions.flatMap((expression) => expression.match(/\d{4}/g) ?? []);
    expect(years).toEqual(Array.from({ length: 65 }, (_, index) => String(1970 + 2 * index)));
  });

  it('are refused if a rule needs more than ten', () => {
    const list = [1, 2, 3].flatMap((weekday) => [1, 2, 3, 4].map((nth) => `${weekday}#${nth}`)).join(',');
    expect(() => schedulerExpressions(custom(`0 0 0 ? * ${list}`))).toThrow(
      expect.objectContaining({
        field: 'day of week',
        column: 11,
        remedy: 'Split the rule into several schedules, each with fewer days with "#".',
      }),
    );
  });
});
