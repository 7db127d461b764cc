import type { OperationBody } from '@pressroom/client/create-client';
import { flag, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { weekdays } from '../words.ts';

type Rule = OperationBody<'createSchedule'>['rule'];
type Weekday = (typeof weekdays)[number];

/** Options that say when a schedule runs. */
export const ruleOptions = {
  once: text('<time>', 'one run: a date and time such as 2027-03-15T14:10'),
  daily: flag('every day'),
  weekdaysOnly: flag('with --daily: Monday to Friday'),
  weekly: text('<days>', 'every week on these days, with commas between, as in Mon,Wed'),
  monthly: text('<day>', 'every month: a day (15 or last), or a weekday (3-Fri or last-Fri)'),
  at: text('<time>', 'time of day on the 24-hour clock, as in 14:10'),
  custom: text('<rule>', 'rule with fields: seconds minutes hours day-of-month month day-of-week [year]'),
  timeZone: text('<name>', 'IANA name; that of the company unless given'),
};

interface GivenRule {
  readonly once?: string | undefined;
  readonly daily: boolean;
  readonly weekdaysOnly: boolean;
  readonly weekly?: string | undefined;
  readonly monthly?: string | undefined;
  readonly at?: string | undefined;
  readonly custom?: string | undefined;
}

/**
 * The rule that the options say.
 * @returns undefined if none is given
 * @throws CommandError where several are given, or the time of day is missing
 */
export function ruleOf({
  once,
  daily,
  weekdaysOnly,
  weekly,
  monthly,
  at,
  custom,
}: GivenRule): Rule | undefined {
  const given = [once, daily || undefined, weekly, monthly, custom].filter((rule) => rule !== undefined);
  if (given.length === 0) {
    if (at === undefined && !weekdaysOnly) return undefined;
    throw usageError('--at and --weekdays-only need --daily, --weekly or --monthly.');
  }
  if (given.length > 1)
    throw usageError('Give --once, --daily, --weekly, --monthly or --custom: only one of them.');
  if (weekdaysOnly && !daily) throw usageError('--weekdays-only needs --daily.');
  if (once !== undefined || custom !== undefined) {
    if (at !== undefined) throw usageError('--at is for --daily, --weekly and --monthly.');
    return once === undefined ? { repeat: 'custom', text: custom ?? '' } : { repeat: 'once', at: once };
  }
  if (at === undefined) throw usageError('--at is missing.', 'Give the time of day, as in --at 14:10.');
  if (daily) return { repeat: 'daily', time: at, ...(weekdaysOnly ? { weekdaysOnly } : {}) };
  if (weekly !== undefined) return { repeat: 'weekly', time: at, weekdays: weekly.split(',').map(weekdayOf) };
  return { repeat: 'monthly', time: at, on: monthDayOf(monthly ?? '') };
}

function weekdayOf(text: string): Weekday {
  const found = weekdays.find((day) => text.trim().toLowerCase().startsWith(day.toLowerCase()));
  if (found) return found;
  throw usageError(`"${text}" must be one of ${weekdays.join(', ')}.`);
}

function monthDayOf(text: string): Extract<Rule, { repeat: 'monthly' }>['on'] {
  if (text === 'last') return { day: 'last' };
  if (/^\d{1,2}$/.test(text)) return { day: Number(text) };
  const [, week, day] = /^([1-5]|last)-([A-Za-z]+)$/.exec(text) ?? [];
  if (week === undefined || day === undefined)
    throw usageError(`--monthly: "${text}" must be a day such as 15 or last, or a weekday such as 3-Fri.`);
  return { week: week === 'last' ? 'last' : Number(week), weekday: weekdayOf(day) };
}
