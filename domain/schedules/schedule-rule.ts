export const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** Once, at a date and time `YYYY-MM-DDTHH:mm`. */
export interface OnceRule {
  readonly repeat: 'once';
  readonly at: string;
}

/** Every day at `HH:mm`, or Monday to Friday only. */
export interface DailyRule {
  readonly repeat: 'daily';
  readonly time: string;
  readonly weekdaysOnly?: boolean | undefined;
}

export interface WeeklyRule {
  readonly repeat: 'weekly';
  readonly time: string;
  readonly weekdays: readonly Weekday[];
}

/** A day from 1 to 31 (months without it are skipped), the last day, the n-th weekday (1–5), or the last one. */
export type MonthlyDay =
  | { readonly day: number | 'last' }
  | { readonly week: number | 'last'; readonly weekday: Weekday };

export interface MonthlyRule {
  readonly repeat: 'monthly';
  readonly time: string;
  readonly on: MonthlyDay;
}

/** The text of a custom rule: `seconds minutes hours day-of-month month day-of-week [year]`. */
export interface CustomTextRule {
  readonly repeat: 'custom';
  readonly text: string;
}

export type RecurringRule = DailyRule | WeeklyRule | MonthlyRule | CustomTextRule;

/**
 * When a schedule starts its job, in the schedule's time zone. A time that clocks skip when they go forward is left out.
 * A time that occurs twice counts once, the first time.
 */
export type ScheduleRule = OnceRule | RecurringRule;
