/** The field of a custom rule, the attribute of another rule, or the whole rule. */
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

/** The error of an invalid rule. All texts are public. */
export class RuleProblem extends Error {
  readonly field: RuleField;
  /** For a custom rule: where the wrong part begins in the given text, from 1. */
  readonly column: number | undefined;
  /** What to write instead. */
  readonly remedy: string;
  /** For an impossible date and time: the nearest possible one as `YYYY-MM-DDTHH:mm` in the schedule's zone. */
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
