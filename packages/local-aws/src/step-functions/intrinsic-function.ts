import { createHash, randomInt, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject, parsePath, readPath } from './json-path.ts';
import { StatesError } from './states-error.ts';

type Argument =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Text between the quotes with its escapes, by which States.Format distinguishes `{}` from `\{\}`. */
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'path'; readonly path: string }
  | Call;

interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Argument[];
}

type IntrinsicFunction = (values: readonly unknown[], fail: (problem: string) => never) => unknown;

/** The functions of the Amazon States Language for JSONPath, with the number of their arguments. */
const functions: Readonly<Record<string, { min: number; max: number; run: IntrinsicFunction }>> = {
  'States.Array': { min: 0, max: Number.POSITIVE_INFINITY, run: (values) => [...values] },
  'States.ArrayPartition': {
    min: 2,
    max: 2,
    run: ([list, size], fail) => {
      const items = listOf(list, fail);
      const step = integerOf(size, fail);
      if (step < 1) fail('the size must be 1 or more');
      return Array.from({ length: Math.ceil(items.length / step) }, (_, part) =>
        items.slice(part * step, (part + 1) * step),
      );
    },
  },
  'States.ArrayContains': {
    min: 2,
    max: 2,
    run: ([list, value], fail) => listOf(list, fail).some((item) => isDeepStrictEqual(item, value)),
  },
  'States.ArrayRange': {
    min: 3,
    max: 3,
    run: ([first, last, step], fail) => {
      const [from, to, by] = [integerOf(first, fail), integerOf(last, fail), integerOf(step, fail)];
      if (by === 0) fail('the step must not be 0');
      const length = Math.max(0, Math.floor((to - from) / by) + 1);
      if (length > 1000) fail('the list must not have more than 1,000 items');
      return Array.from({ length }, (_, index) => from + index * by);
    },
  },
  'States.ArrayGetItem': {
    min: 2,
    max: 2,
    run: ([list, index], fail) => {
      const item: unknown = listOf(list, fail)[integerOf(index, fail)];
      return item === undefined ? fail('the list has no such item') : item;
    },
  },
  'States.ArrayLength': { min: 1, max: 1, run: ([list], fail) => listOf(list, fail).length },
  'States.ArrayUnique': {
    min: 1,
    max: 1,
    run: ([list], fail) =>
      listOf(list, fail).filter(
        (item, index, items) => items.findIndex((other) => isDeepStrictEqual(other, item)) === index,
      ),
  },
  'States.Base64Encode': {
    min: 1,
    max: 1,
    run: ([text], fail) => Buffer.from(textOf(text, fail)).toString('base64'),
  },
  'States.Base64Decode': {
    min: 1,
    max: 1,
    run: ([text], fail) => Buffer.from(textOf(text, fail), 'base64').toString(),
  },
  'States.Hash': {
    min: 2,
    max: 2,
    run: ([data, algorithm], fail) => {
      const name = textOf(algorithm, fail);
      if (!/^(MD5|SHA-(1|256|384|512))$/.test(name)) fail(`there is no algorithm ${name}`);
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      if (text.length > 10_000) fail('at most 10,000 characters can be hashed');
      return createHash(name.replace('-', '')).update(text).digest('hex');
    },
  },
  'States.JsonMerge': {
    min: 3,
    max: 3,
    run: ([first, second, deep], fail) => {
      if (!isObject(first) || !isObject(second)) return fail('two objects are needed');
      if (deep !== false) fail('only shallow merging (false) is supported');
      return { ...first, ...second };
    },
  },
  'States.StringToJson': {
    min: 1,
    max: 1,
    run: ([text], fail) => {
      try {
        return JSON.parse(textOf(text, fail)) as unknown;
      } catch {
        return fail('the text is not JSON');
      }
    },
  },
  'States.JsonToString': { min: 1, max: 1, run: ([value]) => JSON.stringify(value) },
  'States.MathAdd': {
    min: 2,
    max: 2,
    run: ([first, second], fail) => integerOf(first, fail) + integerOf(second, fail),
  },
  // A third argument, the seed, is refused, because AWS does not document which numbers it produces.
  'States.MathRandom': {
    min: 2,
    max: 2,
    run: ([from, to], fail) => randomInt(integerOf(from, fail), integerOf(to, fail)),
  },
  'States.StringSplit': {
    min: 2,
    max: 2,
    run: ([text, separators], fail) => {
      const all = textOf(separators, fail);
      const parts = [''];
      for (const character of textOf(text, fail)) {
        if (all.includes(character)) parts.push('');
        else parts.push(`${parts.pop() ?? ''}${character}`);
      }
      return parts.filter((part) => part !== '');
    },
  },
  'States.UUID': { min: 0, max: 0, run: () => randomUUID() },
  'States.Format': {
    min: 1,
    max: Number.POSITIVE_INFINITY,
    run: ([template, ...values], fail) => {
      const waiting = [...values];
      const text = textOf(template, fail).replace(/\\(.)|\{\}/gs, (_, escaped: string | undefined) => {
        if (escaped !== undefined) return escaped;
        if (waiting.length === 0) return fail('there are more {} than values');
        const value = waiting.shift();
        if (typeof value === 'object' && value !== null) return fail('a value is neither text nor number');
        return String(value);
      });
      if (waiting.length > 0) fail('there are more values than {}');
      return text;
    },
  },
};

/**
 * Parses a call such as `States.Format('a {}', $.b)`.
 * @throws Error if the text is not a call or the function does not exist
 */
export function parseIntrinsic(text: string): Call {
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const sticky = new RegExp(pattern.source, `y${pattern.flags}`);
    sticky.lastIndex = position;
    const match = sticky.exec(text);
    if (match) position = sticky.lastIndex;
    return match;
  };
  const fail = (): never => {
    throw new Error(`The call ${text} cannot be parsed from "${text.slice(position)}" on`);
  };
  const readCall = (): Call => {
    const name = take(/\s*(States\.\w+)\s*\(/)?.[1] ?? fail();
    const list: Argument[] = [];
    if (!take(/\s*\)/)) {
      do list.push(readArgument());
      while (take(/\s*,/));
      if (!take(/\s*\)/)) fail();
    }
    const known = functions[name];
    if (!known) throw new Error(`There is no intrinsic function ${name}`);
    if (list.length < known.min || list.length > known.max)
      throw new Error(`${name} is called with ${list.length} arguments`);
    return { kind: 'call', name, arguments: list };
  };
  const readArgument = (): Argument => {
    take(/\s*/);
    if (text.startsWith('States.', position)) return readCall();
    const quoted = take(/'((?:[^'\\]|\\.)*)'/s);
    if (quoted) return { kind: 'text', raw: quoted[1] ?? '' };
    const literal = take(/-?\d+(\.\d+)?([eE][+-]?\d+)?|true\b|false\b|null\b/);
    if (literal) return { kind: 'value', value: JSON.parse(literal[0]) as unknown };
    const path = take(/\$(?:'[^']*'|"[^"]*"|\[[^\]]*\]|[^,)\s])*/)?.[0] ?? fail();
    parsePath(path);
    return { kind: 'path', path };
  };
  const call = readCall();
  take(/\s*/);
  if (position < text.length) fail();
  return call;
}

/**
 * The value of a call such as `States.Format('a {}', $.b)`.
 * @throws StatesError States.IntrinsicFailure for invalid arguments, States.Runtime for a path without a value
 */
export function callIntrinsic(text: string, input: unknown, context: unknown): unknown {
  return evaluate(parseIntrinsic(text), input, context);
}

function evaluate(call: Call, input: unknown, context: unknown): unknown {
  const values = call.arguments.map((argument, index) => {
    if (argument.kind === 'call') return evaluate(argument, input, context);
    if (argument.kind === 'path') return readPath(argument.path, input, context, call.name);
    if (argument.kind === 'value') return argument.value;
    const isTemplate = call.name === 'States.Format' && index === 0;
    return isTemplate ? argument.raw : argument.raw.replace(/\\(.)/gs, '$1');
  });
  const fail = (problem: string): never => {
    throw new StatesError('States.IntrinsicFailure', `${call.name} failed: ${problem}`);
  };
  return functions[call.name]?.run(values, fail);
}

function listOf(value: unknown, fail: (problem: string) => never): readonly unknown[] {
  return Array.isArray(value) ? value : fail('a list is needed');
}

function textOf(value: unknown, fail: (problem: string) => never): string {
  return typeof value === 'string' ? value : fail('a text is needed');
}

function integerOf(value: unknown, fail: (problem: string) => never): number {
  return typeof value === 'number' ? Math.round(value) : fail('a number is needed');
}
