import fc from 'fast-check';
import { parseCustomRule } from '../../../domain/schedules/parse-custom-rule.ts';
import { RuleProblem } from '../../../domain/schedules/rule-problem.ts';

/** A field of a rule: how it is written, and the values that it means, without the parser. */
interface Field {
  readonly text: string;
  readonly has: (value: number) => boolean;
}

export interface RuleText {
  readonly text: string;
  readonly date: (day: Date) => boolean;
  readonly time: (minuteOfDay: number) => boolean;
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const anyCase = (name: string) => fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());

/** Values, ranges (also wrapping around) and steps of a field, and lists of them. */
function field(
  min: number,
  max: number,
  write: (value: number) => fc.Arbitrary<string> = (value) => fc.constant(String(value)),
): fc.Arbitrary<Field> {
  const number = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: max - min });
  const one = number.chain((value) =>
    write(value).map((text): Field => ({ text, has: (each) => each === value })),
  );
  const range = fc.tuple(number, number).chain(([from, to]) =>
    fc.tuple(write(from), write(to)).map(
      ([first, last]): Field => ({
        text: `${first}-${last}`,
        has: (each) => (from <= to ? each >= from && each <= to : each >= from || each <= to),
      }),
    ),
  );
  const stepped = fc.tuple(number, step).chain(([from, size]) =>
    write(from).map(
      (first): Field => ({
        text: `${first}/${size}`,
        has: (each) => each >= from && (each - from) % size === 0,
      }),
    ),
  );
  const everyStep = step.map(
    (size): Field => ({ text: `*/${size}`, has: (each) => (each - min) % size === 0 }),
  );
  const part = fc.oneof({ weight: 4, arbitrary: one }, range, stepped, everyStep);
  return fc.array(part, { minLength: 1, maxLength: 3 }).map(
    (parts): Field => ({
      text: parts.map(({ text }) => text).join(','),
      has: (each) => parts.some(({ has }) => has(each)),
    }),
  );
}

const all: Field = { text: '*', has: () => true };
const tomorrow = (day: Date) => new Date(day.getTime() + 86_400_000);
const nextWeek = (day: Date) => new Date(day.getTime() + 7 * 86_400_000);

interface Days {
  readonly inMonth: string;
  readonly inWeek: string;
  readonly has: (day: Date) => boolean;
}

const weekday = fc.integer({ min: 1, max: 7 });
const writeWeekday = (value: number) =>
  fc.oneof(fc.constant(String(value)), anyCase(weekdayNames[value - 1] ?? ''), fc.constant(`${value}C`));

const days: fc.Arbitrary<Days> = fc.oneof(
  fc.constantFrom(
    { inMonth: '*', inWeek: '?', has: () => true },
    { inMonth: '?', inWeek: '*', has: () => true },
    { inMonth: 'L', inWeek: '?', has: (day: Date) => tomorrow(day).getUTCDate() === 1 },
    { inMonth: '?', inWeek: 'L', has: (day: Date) => day.getUTCDay() === 6 },
  ),
  fc.tuple(field(1, 31), fc.constantFrom('?', '*')).map(([{ text, has }, inWeek]) => ({
    inMonth: text,
    inWeek,
    has: (day: Date) => has(day.getUTCDate()),
  })),
  fc.tuple(field(1, 7, writeWeekday), fc.constantFrom('?', '*')).map(([{ text, has }, inMonth]) => ({
    inMonth,
    inWeek: text,
    has: (day: Date) => has(day.getUTCDay() + 1),
  })),
  weekday.map((value) => ({
    inMonth: '?',
    inWeek: `${value}L`,
    has: (day: Date) => day.getUTCDay() === value - 1 && nextWeek(day).getUTCMonth() !== day.getUTCMonth(),
  })),
  fc.array(fc.tuple(weekday, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 3 }).map((list) => ({
    inMonth: '?',
    inWeek: list.map(([value, nth]) => `${value}#${nth}`).join(','),
    has: (day: Date) =>
      list.some(
        ([value, nth]) => day.getUTCDay() === value - 1 && Math.floor((day.getUTCDate() - 1) / 7) === nth - 1,
      ),
  })),
);

const writeMonth = (value: number) =>
  fc.oneof(fc.constant(String(value)), anyCase(monthNames[value - 1] ?? ''));

/** Years of which most lie in the six that the tests walk through. */
const years: fc.Arbitrary<Field> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ text: '', has: () => true }) },
  fc.constant(all),
  fc.integer({ min: 2014, max: 2031 }).map((year) => ({
    text: `${year}-${year + 3}`,
    has: (each: number) => each >= year && each <= year + 3,
  })),
  fc.integer({ min: 2014, max: 2031 }).map((year) => ({
    text: `${year}/2`,
    has: (each: number) => each >= year && (each - year) % 2 === 0,
  })),
);

/** Custom rules as people may write them; some have runs too close together or no day at all. */
export const ruleTexts: fc.Arbitrary<RuleText> = fc
  .record({
    minutes: fc.oneof(
      field(0, 59),
      fc.constantFrom(0, 1, 30, 59).map((value) => ({
        text: String(value),
        has: (each: number) => each === value,
      })),
      fc.constantFrom(5, 10, 15, 30).map((size) => ({
        text: `0/${size}`,
        has: (each: number) => each % size === 0,
      })),
    ),
    hours: fc.oneof(field(0, 23), fc.constant(all)),
    days,
    months: fc.oneof({ weight: 2, arbitrary: fc.constant(all) }, field(1, 12, writeMonth)),
    years,
    blank: fc.constantFrom(' ', '  ', '\t'),
  })
  .map(({ minutes, hours, days, months, years, blank }) => ({
    text: ['0', minutes.text, hours.text, days.inMonth, months.text, days.inWeek, years.text].join(blank),
    date: (day) => days.has(day) && months.has(day.getUTCMonth() + 1) && years.has(day.getUTCFullYear()),
    time: (minuteOfDay) => hours.has(Math.floor(minuteOfDay / 60)) && minutes.has(minuteOfDay % 60),
  }));

/** Those of them that are not refused. */
export const readableRules: fc.Arbitrary<RuleText> = ruleTexts.filter(({ text }) => {
  try {
    parseCustomRule(text);
    return true;
  } catch (error) {
    if (error instanceof RuleProblem) return false;
    throw error;
  }
});
