/** The years that the year field of a custom rule allows. No rule of any kind runs after the last one. */
export const firstYear = 1970;
export const lastYear = 2099;

/** Names of the months in rules. */
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The n-th weekday of a month. 1 = Sunday … 7 = Saturday; n is 1–5. */
export interface NthWeekday {
  readonly weekday: number;
  readonly nth: number;
}

/** The days of a month on which a rule runs. Weekdays: 1 = Sunday … 7 = Saturday. */
export type RunDays =
  | { readonly kind: 'every-day' }
  | { readonly kind: 'days'; readonly days: readonly number[] }
  | { readonly kind: 'last-day' }
  | {
      readonly kind: 'weekdays';
      readonly weekdays: readonly number[];
      /** Additional days. Their weekdays are not among `weekdays`. */
      readonly nths: readonly NthWeekday[];
    }
  | { readonly kind: 'last-weekday'; readonly weekday: number };

/** A parsed custom rule. All lists are sorted and have no duplicates. It runs at second 0 of its minutes. */
export interface CustomRule {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: RunDays;
  /** 1–12. */
  readonly months: readonly number[];
  /** Missing: every year. */
  readonly years?: readonly number[];
}

/** The days of a month on which a rule runs, in order. The rule's months and years are ignored. @param month 1–12 */
export function runDaysOf({ days }: CustomRule, year: number, month: number): number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const all = Array.from({ length }, (_, index) => index + 1);
  switch (days.kind) {
    case 'every-day':
      return all;
    case 'days':
      return days.days.filter((day) => day <= length);
    case 'last-day':
      return [length];
  }
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const weekdayOf = (day: number) => ((firstWeekday + day - 1) % 7) + 1;
  if (days.kind === 'last-weekday')
    return all.filter((day) => weekdayOf(day) === days.weekday && day + 7 > length);
  return all.filter(
    (day) =>
      days.weekdays.includes(weekdayOf(day)) ||
      days.nths.some(({ weekday, nth }) => weekdayOf(day) === weekday && Math.ceil(day / 7) === nth),
  );
}

/** All days on which a rule runs from a year on, in order, as days since 1970-01-01. */
export function* runDates(rule: CustomRule, fromYear = firstYear): Generator<number> {
  for (let year = Math.max(fromYear, firstYear); year <= lastYear; year++) {
    if (rule.years && !rule.years.includes(year)) continue;
    for (const month of rule.months)
      for (const day of runDaysOf(rule, year, month)) yield Date.UTC(year, month - 1, day) / 86_400_000;
  }
}

/** The minutes of a day (0–1439) at which a rule runs on each of its days, in order. */
export function runMinutes({ hours, minutes }: CustomRule): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
}
