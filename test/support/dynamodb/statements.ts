/** PartiQL's UPDATE, as far as this project writes it. Anything else is an error. */
import { isDeepStrictEqual } from 'node:util';
import { check } from './errors.ts';
import type { Item } from './values.ts';

export interface Statement {
  readonly table: string;
  /** All that the conditions compare attributes with; the key is among it. */
  readonly equal: Item;
  readonly change: (item: Item) => Item;
  readonly holds: (item: Item) => boolean;
}

/** Only what AWS documents: each attribute has a SET or REMOVE of its own. */
const form = /^UPDATE "([^"]+)"((?: SET "\w+" = \?)+)((?: REMOVE "\w+")*) WHERE (.+)$/;

export function readStatement(text: string, parameters: readonly unknown[]): Statement {
  const match = form.exec(text);
  check(match !== null, `This table does not know the statement ${text}`);
  const [, table = '', sets = '', removes = '', wheres = ''] = match;
  const values = parameters.values();
  const nextValue = () => {
    const { done, value } = values.next();
    check(!done, `Number of parameters in request and statement don't match: ${text}`);
    return value;
  };
  const set = sets
    .split(' SET ')
    .slice(1)
    .map((part) => [nameOf(part, /^"(\w+)" = \?$/), nextValue()] as const);
  const remove = removes
    .split(' REMOVE ')
    .slice(1)
    .map((part) => nameOf(part, /^"(\w+)"$/));
  const equal: Item = {};
  const presence: [string, boolean][] = [];
  for (const part of wheres.split(' AND ')) {
    const missing = /^"(\w+)" IS (NOT )?MISSING$/.exec(part);
    if (missing) presence.push([missing[1] ?? '', missing[2] !== undefined]);
    else equal[nameOf(part, /^"(\w+)" = \?$/)] = nextValue();
  }
  check(values.next().done === true, `Number of parameters in request and statement don't match: ${text}`);
  return {
    table,
    equal,
    change: (item) => {
      const kept = Object.entries(item).filter(([name]) => !remove.includes(name));
      return Object.fromEntries([...kept, ...set]);
    },
    holds: (item) =>
      Object.entries(equal).every(([name, value]) => isDeepStrictEqual(item[name], value)) &&
      presence.every(([name, isPresent]) => (item[name] !== undefined) === isPresent),
  };
}

function nameOf(part: string, pattern: RegExp): string {
  const name = pattern.exec(part)?.[1];
  check(name !== undefined, `This table does not know the part ${part} of a statement`);
  return name;
}
