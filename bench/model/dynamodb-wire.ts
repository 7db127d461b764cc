/** DynamoDB's JSON, in which each value has its type, and plain values. */

type Item = Record<string, unknown>;
export type Wire = Record<string, unknown>;

/** Values of the wire format become plain ones, wherever they are. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[type, content] = ['', undefined]] = entries;
  if (entries.length === 1) {
    if (type === 'S' || type === 'BOOL') return content;
    if (type === 'N') return Number(content);
    if (type === 'NULL') return null;
    if (type === 'L' || type === 'M') return fromWire(content);
  }
  return Object.fromEntries(entries.map(([name, one]) => [name, fromWire(one)]));
}

function wireValue(value: unknown): Wire {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  return Array.isArray(value) ? { L: value.map(wireValue) } : { M: wireItem(value) };
}

export function wireItem(item: unknown): Wire {
  return Object.fromEntries(Object.entries(item as Item).map(([name, value]) => [name, wireValue(value)]));
}

/** The output of a call. */
export function toWire({ Item: item, Items, Attributes, LastEvaluatedKey, Responses, ...rest }: Item): Wire {
  return {
    ...rest,
    ...(item ? { Item: wireItem(item) } : {}),
    ...(Items ? { Items: (Items as Item[]).map(wireItem) } : {}),
    ...(Attributes ? { Attributes: wireItem(Attributes) } : {}),
    ...(LastEvaluatedKey ? { LastEvaluatedKey: wireItem(LastEvaluatedKey) } : {}),
    ...(Responses
      ? {
          Responses: Object.fromEntries(
            Object.entries(Responses as Record<string, Item[]>).map(([table, items]) => [
              table,
              items.map(wireItem),
            ]),
          ),
        }
      : {}),
  };
}
