import type { CustomRule } from './custom-rule.ts';
import { printLocalTime, readLocalTime } from './local-time.ts';
import { columnOf } from './parse-custom-rule.ts';
import { printRanges } from './print-custom-rule.ts';
import { RuleProblem } from './rule-problem.ts';
import { type ScheduleRule, weekdays } from './schedule-rule.ts';
import { toCustomRule } from './to-custom-rule.ts';

/** Maximum characters of a ScheduleExpression (API model of CreateSchedule). */
const maxExpressionLength = 256;
/** Maximum slots of one rule. */
export const maxExpressions = 10;

/**
 * The expressions of EventBridge Scheduler for a rule, one for each slot. No two of them run at the same time, and together
 * they run exactly when the rule does. They have only lists and ranges. Scheduler reads `L` in day of month as the last
 * day, `6L` as the last Friday and `6#3` as the third one. A field has at most one `#` and an expression at most 256
 * characters, so a rule may need several.
 * @throws RuleProblem for an invalid rule, and for one that needs more than 10 expressions
 */
export function schedulerExpressions(rule: ScheduleRule): string[] {
  if (rule.repeat === 'once') return [`at(${printLocalTime(readLocalTime(rule.at))}:00)`];
  const custom = toCustomRule(rule);
  const perDays = dayFields(custom).map((days) => perYears(custom, days));
  const expressions = perDays.flat();
  if (expressions.length > maxExpressions) {
    // Only lists of "#" and lists of years need more than one expression.
    const field = perDays.length > 1 ? 'day of week' : 'year';
    throw new RuleProblem(
      field,
      `The rule needs ${expressions.length} expressions of EventBridge Scheduler, with at most one "#" and ${maxExpressionLength} characters each; at most ${maxExpressions} are allowed`,
      `Split the rule into several schedules, each with fewer ${field === 'year' ? 'years' : 'days with "#"'}.`,
      rule.repeat === 'custom' ? { column: columnOf(rule.text, field) } : {},
    );
  }
  return expressions;
}

function dayFields({ days }: CustomRule): { readonly inMonth: string; readonly inWeek: string }[] {
  switch (days.kind) {
    case 'every-day':
      return [{ inMonth: '*', inWeek: '?' }];
    case 'days':
      return [{ inMonth: printRanges(days.days), inWeek: '?' }];
    case 'last-day':
      return [{ inMonth: 'L', inWeek: '?' }];
    case 'last-weekday':
      return [{ inMonth: '?', inWeek: `${days.weekday}L` }];
    case 'weekdays': {
      const plain = printRanges(days.weekdays, (weekday) => (weekdays[weekday - 1] ?? '').toUpperCase());
      const nths = days.nths.map(({ weekday, nth }) => `${weekday}#${nth}`);
      return [...(plain === '' ? [] : [plain]), ...nths].map((inWeek) => ({ inMonth: '?', inWeek }));
    }
  }
}

/** One expression for all years of the rule, or as few as the maximum length allows. */
function perYears(
  { minutes, hours, months, years }: CustomRule,
  { inMonth, inWeek }: { readonly inMonth: string; readonly inWeek: string },
): string[] {
  const month = months.length === 12 ? '*' : printRanges(months);
  const hour = hours.length === 24 ? '*' : printRanges(hours);
  const withYears = (text: string) =>
    `cron(${[printRanges(minutes), hour, inMonth, month, inWeek, text].join(' ')})`;
  if (!years) return [withYears('*')];
  const expressions: string[] = [];
  let start = 0;
  for (let end = 1; end <= years.length; end++) {
    const tooLong =
      end < years.length && withYears(printRanges(years.slice(start, end + 1))).length > maxExpressionLength;
    if (end < years.length && !tooLong) continue;
    expressions.push(withYears(printRanges(years.slice(start, end))));
    start = end;
  }
  return expressions;
}
