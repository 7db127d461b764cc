import { Failure } from '../../../domain/failure.ts';
import { checkRule } from '../../../domain/schedules/check-rule.ts';
import { type RuleField, RuleProblem } from '../../../domain/schedules/rule-problem.ts';
import type { ScheduleRule } from '../../../domain/schedules/schedule-rule.ts';
import { schedulerExpressions } from '../../../domain/schedules/scheduler-expressions.ts';

/**
 * A rule and its zone as they are kept.
 * @param now ISO 8601
 * @throws Failure `request.invalid` that names the field, in a custom rule the column, and the way out
 */
export function checkedRule(
  rule: ScheduleRule,
  timeZone: string,
  now: string,
): { readonly rule: ScheduleRule; readonly timeZone: string } {
  try {
    const checked = checkRule(rule, timeZone, now);
    schedulerExpressions(checked.rule);
    return { rule: checked.rule, timeZone: checked.zone };
  } catch (error) {
    if (error instanceof RuleProblem) throw refusal(error, rule);
    throw error;
  }
}

function refusal({ field, message, remedy, column, nearest }: RuleProblem, rule: ScheduleRule): Failure {
  const named = rule.repeat === 'custom' && !['rule', 'zone'].includes(field) ? `${field}: ` : '';
  const detail = {
    field: fieldName(field, rule),
    message: `${named}${message}. ${remedy}`,
    ...(column === undefined ? {} : { column }),
    ...(nearest === undefined ? {} : { nearest }),
  };
  const place = column === undefined ? '' : `, column ${column}`;
  return new Failure('request.invalid', `${detail.field}${place}: ${detail.message}`, { details: [detail] });
}

/** Where in the request it stands. */
function fieldName(field: RuleField, rule: ScheduleRule): string {
  if (field === 'zone') return 'timeZone';
  if (rule.repeat === 'custom') return 'rule.text';
  if (field === 'rule') return 'rule';
  return field === 'day' || field === 'week' || field === 'weekday' ? `rule.on.${field}` : `rule.${field}`;
}
