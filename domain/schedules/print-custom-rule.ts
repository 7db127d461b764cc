import { type CustomRule, firstYear, lastYear, months } from './custom-rule.ts';
import { weekdays } from './schedule-rule.ts';

/**
 * The canonical text of a custom rule: names of weekdays and months, ranges for three or more consecutive values,
 * `start/step` for even steps up to the end of the field, no year field if all years are meant. It parses to the same
 * rule.
 */
export function printCustomRule(rule: CustomRule): string {
  const [dayOfMonth, dayOfWeek] = printDays(rule);
  const month =
    rule.months.length === 12 ? '*' : printRanges(rule.months, (value) => months[value - 1] ?? '');
  const fields = [
    '0',
    printSteps(rule.minutes, 0, 59),
    printSteps(rule.hours, 0, 23),
    dayOfMonth,
    month,
    dayOfWeek,
  ];
  return [...fields, ...(rule.years ? [printSteps(rule.years, firstYear, lastYear)] : [])].join(' ');
}

/** Sorted values as a list, with ranges for three or more consecutive values: `1,3-6`. */
export function printRanges(values: readonly number[], name: (value: number) => string = String): string {
  const parts: string[] = [];
  for (let index = 0; index < values.length; ) {
    const from = values[index] ?? 0;
    let length = 1;
    while (values[index + length] === from + length) length++;
    if (length >= 3) parts.push(`${name(from)}-${name(from + length - 1)}`);
    else for (let each = from; each < from + length; each++) parts.push(name(each));
    index += length;
  }
  return parts.join(',');
}

/**
 * The step of values that continue evenly up to the end of their field.
 * @param max the field's maximum
 * @returns undefined for fewer than three values, and if they are not even
 */
export function stepOf(values: readonly number[], max: number): number | undefined {
  const [first, second] = values;
  const last = values.at(-1);
  if (first === undefined || second === undefined || last === undefined || values.length < 3)
    return undefined;
  const step = second - first;
  const even = values.every((value, index) => value === first + index * step);
  return even && last + step > max ? step : undefined;
}

function printSteps(values: readonly number[], min: number, max: number): string {
  if (values.length === max - min + 1) return '*';
  const step = stepOf(values, max);
  return step === undefined || step === 1 ? printRanges(values) : `${values[0]}/${step}`;
}

function printDays({ days }: CustomRule): [dayOfMonth: string, dayOfWeek: string] {
  switch (days.kind) {
    case 'every-day':
      return ['*', '?'];
    case 'days':
      return [printSteps(days.days, 1, 31), '?'];
    case 'last-day':
      return ['L', '?'];
    case 'last-weekday':
      return ['?', `${days.weekday}L`];
    case 'weekdays': {
      const plain = printRanges(days.weekdays, (value) => weekdays[value - 1] ?? '');
      const nths = days.nths.map(({ weekday, nth }) => `${weekday}#${nth}`);
      return ['?', [...(plain === '' ? [] : [plain]), ...nths].join(',')];
    }
  }
}
