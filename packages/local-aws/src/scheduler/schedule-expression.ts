/** The days of a month in a cron expression. Weekdays: 1 = Sunday … 7 = Saturday. */
export type CronDays =
  | { readonly kind: 'every-day' }
  | { readonly kind: 'days'; readonly days: readonly number[] }
  | { readonly kind: 'last-day' }
  /** The day from Monday to Friday that is nearest to a day in the same month. */
  | { readonly kind: 'nearest-weekday'; readonly day: number }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  | { readonly kind: 'last-weekday'; readonly weekday: number }
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number };

/** A parsed ScheduleExpression. Lists are sorted and have no duplicates. */
export type ScheduleExpression =
  /** `wall`: wall time of the zone, the milliseconds since 1970 if its clocks showed UTC. */
  | { readonly kind: 'at'; readonly wall: number }
  /** `every`: milliseconds. */
  | { readonly kind: 'rate'; readonly every: number }
  | {
      readonly kind: 'cron';
      readonly minutes: readonly number[];
      readonly hours: readonly number[];
      readonly days: CronDays;
      /** 1–12. */
      readonly months: readonly number[];
      readonly years: readonly number[];
    };

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
}

const minutes: Field = { name: 'minutes', min: 0, max: 59 };
const hours: Field = { name: 'hours', min: 0, max: 23 };
const dayOfMonth: Field = { name: 'day-of-month', min: 1, max: 31 };
const months: Field = {
  name: 'month',
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const dayOfWeek: Field = {
  name: 'day-of-week',
  min: 1,
  max: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const years: Field = { name: 'year', min: 1970, max: 2199 };

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The reason why an expression is invalid. */
export class ExpressionProblem extends Error {}

/**
 * Parses `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)` as
 * EventBridge Scheduler documents them ("Schedule types"). Undocumented forms are refused, because AWS would refuse them
 * only at the deployment.
 * @throws ExpressionProblem that names the field
 */
export function parseExpression(text: string): ScheduleExpression {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'at') return parseAt(inner);
  if (kind === 'rate') return parseRate(inner);
  if (kind === 'cron') return parseCron(inner);
  throw new ExpressionProblem('it must be at(…), rate(…) or cron(…)');
}

function parseAt(inner: string): ScheduleExpression {
  const wall = Date.parse(`${inner}.000Z`);
  const isExact =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) &&
    Number.isFinite(wall) &&
    new Date(wall).toISOString().startsWith(inner);
  if (!isExact) throw new ExpressionProblem('at(…) needs a date and time as yyyy-mm-ddThh:mm:ss');
  return { kind: 'at', wall };
}

function parseRate(inner: string): ScheduleExpression {
  const [, count = '', unit = '', plural = ''] = /^(\d+)\s+(minute|hour|day)(s?)$/.exec(inner.trim()) ?? [];
  const every = Number(count) * (unitMs[unit] ?? 0);
  if (every < 1 || !Number.isSafeInteger(every))
    throw new ExpressionProblem('rate(…) needs a positive whole number and minute(s), hour(s) or day(s)');
  if (Number(count) > 1 && plural === '')
    throw new ExpressionProblem(`rate(…) needs ${unit}s for more than one`);
  return { kind: 'rate', every };
}

function parseCron(inner: string): ScheduleExpression {
  const fields = inner.trim().split(/\s+/);
  const [atMinutes, atHours, atDayOfMonth, atMonth, atDayOfWeek, atYear] = fields;
  if (fields.length !== 6 || !atMinutes || !atHours || !atDayOfMonth || !atMonth || !atDayOfWeek || !atYear)
    throw new ExpressionProblem(
      `cron(…) needs six fields, minutes hours day-of-month month day-of-week year, not ${fields.length}`,
    );
  return {
    kind: 'cron',
    minutes: valuesOf(atMinutes, minutes),
    hours: valuesOf(atHours, hours),
    days: daysOf(atDayOfMonth, atDayOfWeek),
    months: valuesOf(atMonth, months),
    years: valuesOf(atYear, years),
  };
}

function daysOf(inMonth: string, inWeek: string): CronDays {
  if ((inMonth === '?') === (inWeek === '?'))
    throw new ExpressionProblem('exactly one of day-of-month and day-of-week must be "?"');
  return inWeek === '?' ? daysOfMonth(inMonth) : daysOfWeek(inWeek);
}

function daysOfMonth(text: string): CronDays {
  if (text === '*') return { kind: 'every-day' };
  if (text.toUpperCase() === 'L') return { kind: 'last-day' };
  const nearest = /^(\d+)W$/i.exec(text)?.[1];
  if (nearest !== undefined) return { kind: 'nearest-weekday', day: readValue(nearest, dayOfMonth) };
  return { kind: 'days', days: valuesOf(text, dayOfMonth) };
}

function daysOfWeek(text: string): CronDays {
  if (text === '*') return { kind: 'every-day' };
  // The last day of the week.
  if (text.toUpperCase() === 'L') return { kind: 'weekdays', weekdays: [7] };
  const last = /^(\d+|[A-Z]{3})L$/i.exec(text)?.[1];
  if (last !== undefined) return { kind: 'last-weekday', weekday: readValue(last, dayOfWeek) };
  const [, weekday, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (weekday !== undefined)
    return { kind: 'nth-weekday', weekday: readValue(weekday, dayOfWeek), nth: Number(nth) };
  if (text.includes('#'))
    throw new ExpressionProblem('day-of-week allows only a single "#", such as 6#3 for the third Friday');
  if (text.includes('/')) throw new ExpressionProblem('day-of-week does not allow "/"');
  return { kind: 'weekdays', weekdays: valuesOf(text, dayOfWeek) };
}

/** A list of values, ranges and steps. */
function valuesOf(text: string, field: Field): number[] {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [, first = '', last] = /^([^-]+)(?:-([^-]+))?$/.exec(range) ?? [];
    const from = first === '*' ? field.min : readValue(first, field);
    const openEnd = first === '*' || step !== undefined ? field.max : from;
    const to = last === undefined ? openEnd : readValue(last, field);
    const by = step === undefined ? 1 : Number(step);
    if (by < 1 || by > field.max)
      throw new ExpressionProblem(`${field.name} allows steps of 1 to ${field.max}, not "${step}"`);
    if (from > to || (first === '*' && last !== undefined))
      throw new ExpressionProblem(
        `${field.name} needs ranges from the lower to the higher value, not "${range}"`,
      );
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function readValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return field.min + named;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.min && value <= field.max) return value;
  const names = field.names ? ` or ${field.names[0]} to ${field.names.at(-1)}` : '';
  throw new ExpressionProblem(`${field.name} allows ${field.min} to ${field.max}${names}, not "${text}"`);
}
