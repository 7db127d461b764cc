import { conditionText, type ExpectedState } from './condition.ts';
import { placeholders } from './placeholders.ts';

/** A change of one item. In names of attributes a dot leads into a map: `counts.done`. */
export interface ItemUpdate {
  readonly key: { readonly pk: string; readonly sk: string };
  /** Attributes with their new values. An attribute whose value is undefined stays as it is. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Attributes with their new values. An attribute whose value is undefined is removed. */
  readonly replace?: Readonly<Record<string, unknown>>;
  /** Attributes with the values that they get if they are missing. */
  readonly setIfMissing?: Readonly<Record<string, unknown>>;
  /** Attributes with numbers to add. One that is missing counts as 0, except inside a map, where it must exist. */
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  /** The state that the item must have. */
  readonly when?: ExpectedState;
}

export interface UpdateParameters {
  readonly TableName: string;
  readonly Key: { readonly pk: string; readonly sk: string };
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** The parameters of UpdateItem, or of an `Update` in a transaction. */
export function updateOf(tableName: string, update: ItemUpdate): UpdateParameters {
  const { key, set = {}, replace = {}, setIfMissing = {}, add = {}, remove = [], when = {} } = update;
  const at = placeholders();
  const { pathTo, bind } = at;
  const isInMap = (name: string) => name.includes('.');
  const replaced = Object.entries(replace);
  const added = Object.entries(add);
  const clauses = {
    SET: [
      ...[...Object.entries(set), ...replaced]
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${pathTo(name)} = ${bind(value)}`),
      ...Object.entries(setIfMissing).map(
        ([name, value]) => `${pathTo(name)} = if_not_exists(${pathTo(name)}, ${bind(value)})`,
      ),
      // ADD takes top-level attributes only.
      ...added
        .filter(([name]) => isInMap(name))
        .map(([name, value]) => `${pathTo(name)} = ${pathTo(name)} + ${bind(value)}`),
    ],
    ADD: added.filter(([name]) => !isInMap(name)).map(([name, value]) => `${pathTo(name)} ${bind(value)}`),
    REMOVE: [...remove, ...replaced.filter(([, value]) => value === undefined).map(([name]) => name)].map(
      pathTo,
    ),
  };
  const text = Object.entries(clauses)
    .filter(([, actions]) => actions.length > 0)
    .map(([clause, actions]) => `${clause} ${actions.join(', ')}`)
    .join(' ');
  if (text === '') throw new Error(`The update of ${key.pk} ${key.sk} changes nothing`);
  const condition = conditionText(when, at);
  return {
    TableName: tableName,
    Key: key,
    UpdateExpression: text,
    ...(condition === '' ? {} : { ConditionExpression: condition }),
    ...at.attributes(),
  };
}
