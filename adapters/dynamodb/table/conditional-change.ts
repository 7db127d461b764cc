/**
 * A change of one item under conditions, and the two ways to ask for it: UpdateItem, and a PartiQL statement, of which
 * one call takes 25. Both do the same and cost the same write units.
 */
import type { BatchExecuteStatementCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';

export interface ConditionalChange {
  readonly key: { readonly pk: string; readonly sk: string };
  /** Attributes with their new values; what is undefined stays as it is. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
  /** Attributes with the values that they must have; undefined: the attribute must be missing. */
  readonly when: Readonly<Record<string, unknown>>;
  /** Attributes that must be there, whatever their value. */
  readonly whenPresent: readonly string[];
}

export type ChangeStatement = NonNullable<BatchExecuteStatementCommandInput['Statements']>[number];

export function updateOf(tableName: string, change: ConditionalChange): UpdateCommandInput {
  const { key, remove, whenPresent } = change;
  const set = defined(change.set);
  const { equal, missing } = conditionsOf(change);
  const conditions = [
    ...equal.map(([name]) => `${name} = :${name}Before`),
    ...missing.map((name) => `attribute_not_exists(${name})`),
    ...whenPresent.map((name) => `attribute_exists(${name})`),
  ];
  return {
    TableName: tableName,
    Key: key,
    UpdateExpression: [
      `SET ${set.map(([name]) => `${name} = :${name}`).join(', ')}`,
      ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(', ')}`]),
    ].join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeValues: Object.fromEntries([
      ...set.map(([name, value]) => [`:${name}`, value]),
      ...equal.map(([name, value]) => [`:${name}Before`, value]),
    ]),
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html */
export function statementOf(tableName: string, change: ConditionalChange): ChangeStatement {
  const { key, remove, whenPresent } = change;
  const set = defined(change.set);
  const { equal, missing } = conditionsOf(change);
  const conditions = [
    ...[...Object.keys(key), ...equal.map(([name]) => name)].map((name) => `"${name}" = ?`),
    ...missing.map((name) => `"${name}" IS MISSING`),
    ...whenPresent.map((name) => `"${name}" IS NOT MISSING`),
  ];
  return {
    Statement: [
      `UPDATE "${tableName}"`,
      `SET ${set.map(([name]) => `"${name}" = ?`).join(', ')}`,
      ...remove.map((name) => `REMOVE "${name}"`),
      `WHERE ${conditions.join(' AND ')}`,
    ].join(' '),
    Parameters: [...set, ...Object.entries(key), ...equal].map(([, value]) => value),
  };
}

function defined(values: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(values).filter(([, value]) => value !== undefined);
}

function conditionsOf({ when }: ConditionalChange): { equal: [string, unknown][]; missing: string[] } {
  return {
    equal: defined(when),
    missing: Object.keys(when).filter((name) => when[name] === undefined),
  };
}
