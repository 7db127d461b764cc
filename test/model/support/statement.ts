/** PartiQL's UPDATE, as far as this project writes it. Anything else is an error. */
import { isDeepStrictEqual } from 'node:util';
import type { Item } from './expression.ts';

export interface Statement {
  readonly table: string;
  /** Values that the conditions give to `pk` and `sk`. */
  readonly key: Item;
  readonly change: (item: Item) => Item;
  readonly holds: (item: Item) => boolean;
}

const form = /^UPDATE "([^"]+)" SET (.+?)((?: REMOVE "\w+")*) WHERE (.+)$/;

export function readStatement(text: string, parameters: readonly unknown[]): Statement {
  const [, table = '', sets = '', removes = '', wheres = ''] = form.exec(text) ?? refuse(text);
  const values = parameters.values();
  const nextValue = () => {
    const { done, value } = values.next();
    return done ? refuse(text) : value;
  };
  const set = sets.split(', ').map((part) => [nameOf(part, /^"(\w+)" = \?$/), nextValue()] as const);
  const remove = removes
    .split(' REMOVE ')
    .slice(1)
    .map((part) => nameOf(part, /^"(\w+)"$/));
  const equal: [string, unknown][] = [];
  const there: [string, boolean][] = [];
  for (const part of wheres.split(' AND ')) {
    const presence = /^"(\w+)" IS (NOT )?MISSING$/.exec(part);
    if (presence) there.push([presence[1] ?? '', presence[2] !== undefined]);
    else equal.push([nameOf(part, /^"(\w+)" = \?$/), nextValue()]);
  }
  if (!values.next().done) refuse(text);
  const { pk, sk } = Object.fromEntries(equal);
  return {
    table,
    key: { pk, sk },
    change: (item) => {
      const kept = Object.entries(item).filter(([name]) => !remove.includes(name));
      return Object.fromEntries([...kept, ...set]);
    },
    holds: (item) =>
      equal.every(([name, value]) => isDeepStrictEqual(item[name], value)) &&
      there.every(([name, isOutsideTrash]) => (item[name] !== undefined) === isOutsideTrash),
  };
}

function nameOf(part: string, pattern: RegExp): string {
  return pattern.exec(part)?.[1] ?? refuse(part);
}

function refuse(text: string): never {
  throw new Error(`DynamoDB would refuse this, or this one does not know it: ${text}`);
}
