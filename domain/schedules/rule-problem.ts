/** What can be wrong: a field of a custom rule, a value of another rule, or the rule as a whole. */
export type RuleField =
  | 'rule'
  | 'seconds'
  | 'minutes'
  | 'hours'
  | 'day of month'
  | 'month'
  | 'day of week'
  | 'year'
  | 'at'
  | 'time'
  | 'weekdays'
  | 'day'
  | 'weekday'
  | 'week'
  | 'zone';

/** A rule that its author has to change. All texts are public. */
export class RuleProblem extends Error {
  readonly field: RuleField;
  /** Of a custom rule: where the wrong part begins in the text as it was given, counted from 1. */
  readonly column: number | undefined;
  /** What to write instead. */
  readonly remedy: string;
  /** Of a date and time that cannot be: the nearest one that can, as `YYYY-MM-DDTHH:mm` in the schedule's zone. */
  readonly nearest: string | undefined;

  constructor(
    field: RuleField,
    message: string,
    remedy: string,
    more: { readonly column?: number; readonly nearest?: string } = {},
  ) {
    super(message);
    this.name = 'RuleProblem';
    this.field = field;
    this.remedy = remedy;
    this.column = more.column;
    this.nearest = more.nearest;
  }
}
