import type { CustomRule, RunDays } from './custom-rule.ts';
import { parseCustomRule } from './parse-custom-rule.ts';
import { RuleProblem } from './rule-problem.ts';
import { type MonthlyDay, type RecurringRule, type Weekday, weekdays } from './schedule-rule.ts';

const allMonths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/**
 * The custom rule that runs at the same times as a recurring rule.
 * @throws RuleProblem for an invalid rule
 */
export function toCustomRule(rule: RecurringRule): CustomRule {
  if (rule.repeat === 'custom') return parseCustomRule(rule.text);
  const { hour, minute } = readTime(rule.time);
  return { minutes: [minute], hours: [hour], days: daysOf(rule), months: allMonths };
}

function daysOf(rule: Exclude<RecurringRule, { repeat: 'custom' }>): RunDays {
  switch (rule.repeat) {
    case 'daily':
      return rule.weekdaysOnly
        ? { kind: 'weekdays', weekdays: [2, 3, 4, 5, 6], nths: [] }
        : { kind: 'every-day' };
    case 'weekly': {
      const selected = new Set(rule.weekdays.map((weekday) => numberOf(weekday, 'weekdays')));
      if (selected.size === 0)
        throw new RuleProblem('weekdays', 'A weekly rule has no weekday', 'Choose at least one weekday.');
      return selected.size === 7
        ? { kind: 'every-day' }
        : { kind: 'weekdays', weekdays: [...selected].sort(), nths: [] };
    }
    case 'monthly':
      return dayOfMonth(rule.on);
  }
}

function dayOfMonth(on: MonthlyDay): RunDays {
  if ('day' in on) {
    if (on.day === 'last') return { kind: 'last-day' };
    if (!Number.isInteger(on.day) || on.day < 1 || on.day > 31)
      throw new RuleProblem(
        'day',
        `${on.day} is not a day of a month`,
        'Choose a day from 1 to 31, or the last day.',
      );
    return { kind: 'days', days: [on.day] };
  }
  const weekday = numberOf(on.weekday, 'weekday');
  if (on.week === 'last') return { kind: 'last-weekday', weekday };
  if (!Number.isInteger(on.week) || on.week < 1 || on.week > 5)
    throw new RuleProblem(
      'week',
      `${on.week} is not a week of a month`,
      'Choose the first to the fifth weekday of the month, or the last one.',
    );
  return { kind: 'weekdays', weekdays: [], nths: [{ weekday, nth: on.week }] };
}

function numberOf(weekday: Weekday, field: 'weekdays' | 'weekday'): number {
  const index = weekdays.indexOf(weekday);
  if (index >= 0) return index + 1;
  throw new RuleProblem(field, `"${weekday}" is not a weekday`, `Choose one of ${weekdays.join(', ')}.`);
}

/** Reads `HH:mm` of the 24-hour clock. @throws RuleProblem for any other text */
export function readTime(time: string): { readonly hour: number; readonly minute: number } {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined)
    throw new RuleProblem(
      'time',
      `${JSON.stringify(time.slice(0, 40))} is not a time of the 24-hour clock`,
      'Write hours and minutes, such as 14:10.',
    );
  return { hour: Number(hour), minute: Number(minute) };
}
