import { isObject, parsePath, queryPath, readPath } from './json-path.ts';
import { StatesError } from './states-error.ts';

export type ChoiceRule = Readonly<Record<string, unknown>>;

type Comparison = (value: unknown, operand: unknown) => boolean;

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && timestamp.test(value) && !Number.isNaN(Date.parse(value));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The five comparisons of an ordered type. A comparison with a value of another type is false, as on AWS. */
function ordered<T>(
  type: string,
  is: (value: unknown) => value is T,
  compare: (a: T, b: T) => number,
): Readonly<Record<string, Comparison>> {
  const when =
    (holds: (order: number) => boolean): Comparison =>
    (value, operand) =>
      is(value) && is(operand) && holds(compare(value, operand));
  return {
    [`${type}Equals`]: when((order) => order === 0),
    [`${type}LessThan`]: when((order) => order < 0),
    [`${type}LessThanEquals`]: when((order) => order <= 0),
    [`${type}GreaterThan`]: when((order) => order > 0),
    [`${type}GreaterThanEquals`]: when((order) => order >= 0),
  };
}

/** Each has a variant that ends in `Path` and reads its operand from the input. */
const comparisons: Readonly<Record<string, Comparison>> = {
  ...ordered('String', isText, (a, b) => (a === b ? 0 : a < b ? -1 : 1)),
  ...ordered('Numeric', isNumber, (a, b) => a - b),
  ...ordered('Timestamp', isTimestamp, (a, b) => Date.parse(a) - Date.parse(b)),
  BooleanEquals: (value, operand) => typeof value === 'boolean' && value === operand,
};

const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: isNumber,
  IsString: isText,
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: isTimestamp,
};

/**
 * Whether a rule of a Choice state is true.
 * @throws StatesError States.Runtime if a rule other than IsPresent refers to a missing value
 */
export function ruleHolds(rule: ChoiceRule, input: unknown, context: unknown): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((part: ChoiceRule) => ruleHolds(part, input, context));
  if (Array.isArray(rule.Or)) return rule.Or.some((part: ChoiceRule) => ruleHolds(part, input, context));
  if (isObject(rule.Not)) return !ruleHolds(rule.Not, input, context);
  const variable = String(rule.Variable);
  const value = queryPath(variable, input, context);
  const [operator, operand] = operatorOf(rule);
  if (operator === 'IsPresent') return (value !== undefined) === operand;
  if (value === undefined)
    throw new StatesError(
      'States.Runtime',
      `Invalid path '${variable}': The choice state's condition path references an invalid value.`,
    );
  const test = tests[operator];
  if (test) return test(value) === operand;
  if (operator === 'StringMatches') return isText(value) && matchesPattern(value, String(operand));
  const comparison = comparisons[operator];
  if (comparison) return comparison(value, operand);
  return (
    comparisons[operator.slice(0, -'Path'.length)]?.(
      value,
      readPath(String(operand), input, context, operator),
    ) ?? false
  );
}

function operatorOf(rule: ChoiceRule): readonly [string, unknown] {
  return (
    Object.entries(rule).find(([key]) => key !== 'Variable' && key !== 'Next' && key !== 'Comment') ?? [
      '',
      null,
    ]
  );
}

/** `*` stands for any characters, and `\*` for an asterisk. */
function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern.replace(
    /\\(.)|(\*)|([^\\*]+)/gs,
    (_, escaped?: string, star?: string, plain?: string) =>
      star === undefined ? (escaped ?? plain ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : '.*',
  );
  return new RegExp(`^${source}$`, 's').test(text);
}

/** The problems of a rule, for the check of a definition. */
export function problemsInRule(rule: unknown, nested = false): string[] {
  if (!isObject(rule)) return ['a rule must be an object'];
  const keys = Object.keys(rule).filter((key) => key !== 'Comment' && (nested || key !== 'Next'));
  const joint = keys.find((key) => key === 'And' || key === 'Or' || key === 'Not');
  if (joint) {
    const parts: unknown = joint === 'Not' ? [rule.Not] : rule[joint];
    if (keys.length > 1)
      return [`a rule with ${joint} has ${keys.filter((key) => key !== joint).join(', ')} as well`];
    return Array.isArray(parts)
      ? parts.flatMap((part) => problemsInRule(part, true))
      : [`${joint} must be a list`];
  }
  const [operator, ...others] = keys.filter((key) => key !== 'Variable');
  if (operator === undefined || others.length > 0) return ['a rule needs exactly one comparison'];
  return [...problemsInPath(rule.Variable, 'Variable'), ...problemsInOperand(operator, rule[operator])];
}

function problemsInOperand(operator: string, operand: unknown): string[] {
  if (operator === 'IsPresent' || tests[operator])
    return typeof operand === 'boolean' ? [] : [`${operator} must be true or false`];
  if (operator.endsWith('Path') && comparisons[operator.slice(0, -'Path'.length)])
    return problemsInPath(operand, operator);
  if (operator === 'StringMatches' || (operator.startsWith('String') && comparisons[operator]))
    return isText(operand) ? [] : [`${operator} must be a text`];
  if (!comparisons[operator]) return [`${operator} is not honoured by the local Step Functions`];
  if (operator.startsWith('Numeric')) return isNumber(operand) ? [] : [`${operator} must be a number`];
  if (operator.startsWith('Timestamp'))
    return isTimestamp(operand) ? [] : [`${operator} must be a timestamp`];
  return typeof operand === 'boolean' ? [] : [`${operator} must be true or false`];
}

function problemsInPath(path: unknown, field: string): string[] {
  try {
    parsePath(String(path));
    return [];
  } catch (error) {
    return [`${field}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
