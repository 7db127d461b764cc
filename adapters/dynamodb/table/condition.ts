/** Conditions of writes, as the state that an item must have. */
import { type Placeholders, placeholders } from './placeholders.ts';

/** A test of one attribute, as the text of a condition. */
export type Test = (path: string, bind: Placeholders['bind']) => string;

/**
 * By attribute: the value that it must have, a test, or undefined if the attribute must be missing. A dot leads into a
 * map. All of them must hold.
 */
export type ExpectedState = Readonly<Record<string, unknown>>;

export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** There is no item with this key. */
export const isNew = { ConditionExpression: 'attribute_not_exists(pk)' } as const;

/** The attribute exists, with any value. */
export const present: Test = (path) => `attribute_exists(${path})`;

export function oneOf(...values: readonly unknown[]): Test {
  return (path, bind) => `${path} IN (${values.map(bind).join(', ')})`;
}

export function noneOf(...values: readonly unknown[]): Test {
  return (path, bind) => `NOT ${path} IN (${values.map(bind).join(', ')})`;
}

export function below(limit: number | string): Test {
  return (path, bind) => `${path} < ${bind(limit)}`;
}

/** @param expected a value or a test for the attribute, if it exists */
export function missingOr(expected: unknown): Test {
  return (path, bind) => `(attribute_not_exists(${path}) OR ${test(expected, path, bind)})`;
}

/** The condition of a put, a delete or a check. An update takes `when` of `updateOf`. */
export function conditionOf(expected: ExpectedState): Condition {
  const at = placeholders();
  return { ConditionExpression: conditionText(expected, at), ...at.attributes() };
}

export function conditionText(expected: ExpectedState, { pathTo, bind }: Placeholders): string {
  return Object.entries(expected)
    .map(([attribute, value]) => test(value, pathTo(attribute), bind))
    .join(' AND ');
}

function test(expected: unknown, path: string, bind: Placeholders['bind']): string {
  if (typeof expected === 'function') return (expected as Test)(path, bind);
  return expected === undefined ? `attribute_not_exists(${path})` : `${path} = ${bind(expected)}`;
}
