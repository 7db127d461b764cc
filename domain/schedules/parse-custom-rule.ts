import {
  type CustomRule,
  firstYear,
  lastYear,
  months,
  type NthWeekday,
  type RunDays,
  runDates,
} from './custom-rule.ts';
import { type RuleField, RuleProblem } from './rule-problem.ts';
import { runsTooClose } from './runs-too-close.ts';
import { weekdays } from './schedule-rule.ts';

/** Characters: more than the longest canonical rule has. */
const maxRuleLength = 1000;

interface FieldSpec {
  readonly field: RuleField;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** `nC` is allowed and means `n`: there is no calendar with excluded days. */
  readonly calendar?: boolean;
  /** The allowed values, for error texts. */
  readonly values: string;
}

const seconds: FieldSpec = { field: 'seconds', min: 0, max: 59, values: '0' };
const minutes: FieldSpec = { field: 'minutes', min: 0, max: 59, values: '0-59' };
const hours: FieldSpec = { field: 'hours', min: 0, max: 23, values: '0-23' };
const dayOfMonth: FieldSpec = { field: 'day of month', min: 1, max: 31, calendar: true, values: '1-31 or L' };
const month: FieldSpec = { field: 'month', min: 1, max: 12, names: months, values: '1-12 or Jan-Dec' };
const dayOfWeek: FieldSpec = {
  field: 'day of week',
  min: 1,
  max: 7,
  names: weekdays,
  calendar: true,
  values: 'Sun, Mon, Tue, Wed, Thu, Fri, Sat (or 1-7 with 1 = Sunday)',
};
const year: FieldSpec = { field: 'year', min: firstYear, max: lastYear, values: `${firstYear}-${lastYear}` };
const specs = [seconds, minutes, hours, dayOfMonth, month, dayOfWeek, year];

interface Token {
  readonly text: string;
  /** Counted from 1. */
  readonly column: number;
}

/**
 * Parses a custom rule, `seconds minutes hours day-of-month month day-of-week [year]`: the Quartz dialect of Dynamic Media
 * Classic without `W`. Names can be in any case. Ranges can wrap around (`Fri-Mon`, `22-2`), except those of years. With
 * five fields the day of week is missing. `*` in one day field means `?` if the other one has a value.
 * @throws RuleProblem with field, column and remedy; also if two runs would be less than 5 minutes apart, and if no month
 * of the rule has its day
 */
export function parseCustomRule(text: string): CustomRule {
  if (text.length > maxRuleLength)
    throw new RuleProblem(
      'rule',
      `The rule has ${text.length} characters; at most ${maxRuleLength} are allowed`,
      'Write ranges (1-5) and steps (0/5) instead of long lists.',
      { column: maxRuleLength + 1 },
    );
  const tokens = [...text.matchAll(/\S+/g)].map(
    (match): Token => ({ text: match[0], column: match.index + 1 }),
  );
  const [atSeconds, atMinutes, atHours, atDayOfMonth, atMonth, givenDayOfWeek, atYear, tooMany] = tokens;
  checkSeconds(atSeconds, tokens);
  if (!atSeconds || !atMinutes || !atHours || !atDayOfMonth || !atMonth)
    throw missing(specs[tokens.length]?.field ?? 'rule', tokens);
  if (!givenDayOfWeek && atDayOfMonth.text === '?') throw missing('day of week', tokens);
  if (tooMany)
    throw new RuleProblem(
      'rule',
      `${quote(tooMany.text)} is one field too many`,
      'Write at most seven fields: seconds minutes hours day-of-month month day-of-week year.',
      { column: tooMany.column },
    );

  const atDayOfWeek = givenDayOfWeek ?? { text: '?', column: text.length + 1 };
  const rule: CustomRule = {
    minutes: values(atMinutes, minutes),
    hours: values(atHours, hours),
    days: runDays(atDayOfMonth, atDayOfWeek),
    months: values(atMonth, month),
    ...years(atYear),
  };

  const close = runsTooClose(rule);
  if (close)
    throw new RuleProblem(
      'minutes',
      `${close.first} and ${close.second} are ${close.minutes} minute${close.minutes === 1 ? '' : 's'} apart; runs must be at least 5 minutes apart`,
      'Leave 5 minutes or more between runs: 0/5 in minutes is every 5 minutes.',
      { column: atMinutes.column },
    );
  if (runDates(rule).next().done) {
    const byWeek = rule.days.kind === 'weekdays';
    const at = byWeek ? atDayOfWeek : atDayOfMonth;
    throw new RuleProblem(
      byWeek ? 'day of week' : 'day of month',
      `No month of the rule has the day ${quote(at.text)}`,
      'Choose a day that exists in one of the months, or L for the last day of the month.',
      { column: at.column },
    );
  }
  return rule;
}

/** The column where a field of a custom rule begins, from 1; for a missing field, the column after the rule. */
export function columnOf(text: string, field: RuleField): number {
  const index = specs.findIndex((spec) => spec.field === field);
  const at = [...text.matchAll(/\S+/g)][index]?.index;
  return (at ?? text.length) + 1;
}

function checkSeconds(token: Token | undefined, tokens: readonly Token[]): void {
  if (!token) throw missing('seconds', tokens);
  // EventBridge Scheduler starts on the minute.
  const remedy =
    tokens.length === 5
      ? 'Write 0 in front: a rule begins with seconds, followed by minutes hours day-of-month month day-of-week.'
      : 'Write 0 for the seconds: runs start on the minute.';
  const given = values(token, { ...seconds, values: '0: runs start on the minute' });
  if (given.length !== 1 || given[0] !== 0)
    throw new RuleProblem('seconds', `Seconds must be 0, not ${quote(token.text)}`, remedy, {
      column: token.column,
    });
}

function missing(field: RuleField, tokens: readonly Token[]): RuleProblem {
  const last = tokens.at(-1);
  return new RuleProblem(
    field,
    `The field "${field}" is missing`,
    field === 'day of week'
      ? 'Add the day of week, such as Wed or Mon-Fri, or write * in day of month for every day.'
      : 'Write six fields: seconds minutes hours day-of-month month day-of-week, such as 0 15 10 * * ?',
    { column: last ? last.column + last.text.length : 1 },
  );
}

function years(token: Token | undefined): { readonly years?: readonly number[] } {
  if (!token) return {};
  const given = values(token, year);
  return given.length === lastYear - firstYear + 1 ? {} : { years: given };
}

function runDays(inMonth: Token, inWeek: Token): RunDays {
  const open = ({ text }: Token) => text === '*' || text === '?';
  if (inMonth.text === '?' && inWeek.text === '?')
    throw new RuleProblem(
      'day of week',
      'Day of month and day of week are both "?"',
      'Write * in one of them for every day.',
      { column: inWeek.column },
    );
  if (open(inMonth) && open(inWeek)) return { kind: 'every-day' };
  if (!open(inMonth) && !open(inWeek))
    throw new RuleProblem(
      'day of week',
      'A rule cannot have both a day of month and a day of week',
      'Write ? in one of the two. To use both, make two schedules.',
      { column: inWeek.column },
    );
  return open(inWeek) ? daysOfMonth(inMonth) : daysOfWeek(inWeek);
}

function daysOfMonth(token: Token): RunDays {
  if (/^L$/i.test(token.text)) return { kind: 'last-day' };
  for (const { text, column } of listOf(token)) {
    if (/^[\dL]*W$/i.test(text))
      throw new RuleProblem(
        'day of month',
        'W (the nearest weekday) is not supported',
        'Write the day itself, or ? here and Mon-Fri in day of week for every weekday.',
        {
          column,
        },
      );
    if (/^L/i.test(text)) throw lastInList(dayOfMonth, column, text);
  }
  const days = values(token, dayOfMonth);
  return days.length === 31 ? { kind: 'every-day' } : { kind: 'days', days };
}

function daysOfWeek(token: Token): RunDays {
  const last = /^(.*)L$/i.exec(token.text);
  if (last?.[1] === '') return { kind: 'weekdays', weekdays: [7], nths: [] };
  if (last?.[1] !== undefined && !/[,/#-]/.test(last[1]))
    return {
      kind: 'last-weekday',
      weekday: value({ text: last[1], column: token.column }, { ...dayOfWeek, calendar: false }),
    };
  const plain = new Set<number>();
  const nths: NthWeekday[] = [];
  for (const part of listOf(token)) {
    if (/L$/i.test(part.text)) throw lastInList(dayOfWeek, part.column, part.text);
    const hash = part.text.indexOf('#');
    if (hash < 0) {
      for (const each of valuesOfPart(part, dayOfWeek)) plain.add(each);
      continue;
    }
    const weekday = value(
      { text: part.text.slice(0, hash), column: part.column },
      { ...dayOfWeek, calendar: false },
    );
    const nth = part.text.slice(hash + 1);
    if (!/^[1-5]$/.test(nth))
      throw new RuleProblem(
        'day of week',
        `${quote(nth)} is not a week of a month`,
        'Write 1-5 after #: 6#3 is the third Friday. The last Friday is 6L.',
        { column: part.column + hash + 1 },
      );
    nths.push({ weekday, nth: Number(nth) });
  }
  return normalised(plain, nths);
}

function normalised(plain: Set<number>, nths: readonly NthWeekday[]): RunDays {
  const numbers = [1, 2, 3, 4, 5];
  const has = (weekday: number, nth: number) =>
    nths.some((each) => each.weekday === weekday && each.nth === nth);
  const inWeek = weekdays.map((_, index) => index + 1);
  const days = inWeek.filter((weekday) => plain.has(weekday) || numbers.every((nth) => has(weekday, nth)));
  if (days.length === 7) return { kind: 'every-day' };
  const rest = inWeek
    .filter((weekday) => !days.includes(weekday))
    .flatMap((weekday) => numbers.filter((nth) => has(weekday, nth)).map((nth) => ({ weekday, nth })));
  return { kind: 'weekdays', weekdays: days, nths: rest };
}

function lastInList({ field }: FieldSpec, column: number, text: string): RuleProblem {
  return new RuleProblem(
    field,
    `${quote(text)} has L in a list or range, but L must be the only value`,
    field === 'day of month'
      ? 'Write L alone for the last day of the month, and make a second schedule for the other days.'
      : 'Write a day and L alone, such as 6L for the last Friday, and make a second schedule for the other days.',
    { column },
  );
}

function values(token: Token, spec: FieldSpec): number[] {
  const all = new Set(listOf(token).flatMap((part) => valuesOfPart(part, spec)));
  return [...all].sort((a, b) => a - b);
}

function listOf({ text, column }: Token): Token[] {
  let at = column;
  return text.split(',').map((part) => {
    const token = { text: part, column: at };
    at += part.length + 1;
    return token;
  });
}

/** The values of one entry of a list: `*`, a value or a range, each with or without a step. */
function valuesOfPart(part: Token, spec: FieldSpec): number[] {
  const slash = part.text.indexOf('/');
  const range = slash < 0 ? part.text : part.text.slice(0, slash);
  const step = slash < 0 ? undefined : stepOf(part, slash, spec);
  const span = spec.max - spec.min + 1;
  const dash = range.indexOf('-');
  let from = spec.min;
  let to = spec.max;
  if (range !== '*') {
    from = value({ text: dash < 0 ? range : range.slice(0, dash), column: part.column }, spec);
    if (dash >= 0) to = value({ text: range.slice(dash + 1), column: part.column + dash + 1 }, spec);
    else if (step === undefined) to = from;
  }
  if (from > to) {
    if (spec.field === 'year')
      throw new RuleProblem(
        'year',
        `The range ${quote(range)} ends before it begins`,
        'Write the earlier year first.',
        { column: part.column },
      );
    to += span;
  }
  const found: number[] = [];
  for (let each = from; each <= to; each += step ?? 1) found.push(((each - spec.min) % span) + spec.min);
  return found;
}

function stepOf(part: Token, slash: number, spec: FieldSpec): number {
  const text = part.text.slice(slash + 1);
  const maxStep = spec.max - spec.min;
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > maxStep)
    throw new RuleProblem(
      spec.field,
      `${quote(text)} is not a step for ${spec.field}`,
      `Write a step of 1-${maxStep} after the slash; 0/5 is 0, 5, 10 and so on.`,
      { column: part.column + slash + 1 },
    );
  return Number(text);
}

function value({ text, column }: Token, spec: FieldSpec): number {
  const bare = spec.calendar && /.C$/i.test(text) ? text.slice(0, -1) : text;
  if (/^\d+$/.test(bare)) {
    const number = Number(bare);
    if (number >= spec.min && number <= spec.max) return number;
  } else {
    const index = (spec.names ?? []).findIndex((name) => name.toLowerCase() === bare.toLowerCase());
    if (index >= 0) return index + 1;
  }
  throw new RuleProblem(spec.field, notAllowed(text, spec), remedyFor(spec, bare), { column });
}

function notAllowed(text: string, spec: FieldSpec): string {
  if (text === '') return `A value is missing in ${spec.field}`;
  if (text === '?')
    return spec.calendar
      ? '"?" must be the only value of a day field'
      : `"?" is allowed only in the two day fields, not in ${spec.field}`;
  return `${quote(text)} is not allowed in ${spec.field}`;
}

function remedyFor(spec: FieldSpec, text = ''): string {
  const meant = spec.names?.find((name) => text.toLowerCase().startsWith(name.toLowerCase()));
  if (meant !== undefined) return `Write ${meant}.`;
  if (text === '?' && !spec.calendar) return 'Write * for every value.';
  return `Write ${spec.values}.`;
}

/** A part of the rule in quotation marks, shortened and printable. */
function quote(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
}
