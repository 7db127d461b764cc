import { StatesError } from './states-error.ts';

/**
 * The part of JSONPath that state machines need: `$` (the input) or `$$` (the context object), then `.name`, `['name']`,
 * `[0]`, `[-1]`, `[*]`, `.*`, `[1:3]` and `..name`. Filters and functions are refused when the machine is created, because
 * a wrong result is worse than an error.
 */
type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'anywhere'; readonly name: string };

interface Path {
  readonly ofContext: boolean;
  readonly segments: readonly Segment[];
  /** Whether the path has at most one value. The result of any other path is a list. */
  readonly definite: boolean;
}

const parsed = new Map<string, Path>();

const step =
  /\.\.([\p{L}_][\p{L}\p{N}_-]*)|\.(\*|[\p{L}_][\p{L}\p{N}_-]*)|\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\*)|(-?\d*):(-?\d*)|(-?\d+))\s*\]/uy;

/** @throws Error that names the part of the path that cannot be parsed */
export function parsePath(text: string): Path {
  const known = parsed.get(text);
  if (known) return known;
  const root = /^\$\$?/.exec(text)?.[0];
  if (root === undefined) throw new Error(`The path ${text} must begin with $ or $$`);
  const segments: Segment[] = [];
  step.lastIndex = root.length;
  while (step.lastIndex < text.length) {
    const position = step.lastIndex;
    const match = step.exec(text);
    if (!match) throw new Error(`The path ${text} cannot be parsed from "${text.slice(position)}" on`);
    segments.push(segmentOf(match));
  }
  const definite = segments.every(({ kind }) => kind === 'name' || kind === 'index');
  const path = { ofContext: root === '$$', segments, definite };
  parsed.set(text, path);
  return path;
}

function segmentOf(match: RegExpExecArray): Segment {
  const [, anywhere, name, single, double, all, from, to, index] = match;
  if (anywhere !== undefined) return { kind: 'anywhere', name: anywhere };
  if (name === '*' || all !== undefined) return { kind: 'all' };
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (from !== undefined || to !== undefined)
    return { kind: 'slice', from: from ? Number(from) : undefined, to: to ? Number(to) : undefined };
  return { kind: 'name', name: name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1') };
}

/** The value of a path; undefined if there is none. The result of a path with a wildcard is a list. */
export function queryPath(text: string, input: unknown, context: unknown): unknown {
  const path = parsePath(text);
  let found: unknown[] = [path.ofContext ? context : input];
  for (const segment of path.segments) found = found.flatMap((value) => follow(segment, value));
  return path.definite ? found[0] : found;
}

/** @throws StatesError States.Runtime with AWS's text if the path has no value */
export function readPath(text: string, input: unknown, context: unknown, field: string): unknown {
  const value = queryPath(text, input, context);
  if (value !== undefined) return value;
  const where = text.startsWith('$$') ? 'the context object' : `the input '${JSON.stringify(input)}'`;
  throw new StatesError(
    'States.Runtime',
    `The JSONPath '${text}' specified for the field '${field}' could not be found in ${where}`,
  );
}

function follow(segment: Segment, value: unknown): unknown[] {
  if (segment.kind === 'name') return ownValue(value, segment.name);
  if (segment.kind === 'anywhere')
    return [
      ...ownValue(value, segment.name),
      ...childrenOf(value).flatMap((child) => follow(segment, child)),
    ];
  if (segment.kind === 'all') return childrenOf(value);
  if (!Array.isArray(value)) return [];
  if (segment.kind === 'slice') return value.slice(segment.from, segment.to);
  const item: unknown = value.at(segment.index);
  return item === undefined ? [] : [item];
}

function ownValue(value: unknown, name: string): unknown[] {
  return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

/** Whether a value is a JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A copy of `target` with `value` at a reference path. Missing objects on the path are created.
 * @throws StatesError States.ResultPathMatchFailure if the path leads through a value that is not an object
 */
export function putAtPath(text: string, target: unknown, value: unknown): unknown {
  return put(target, parsePath(text).segments, value, text);
}

function put(target: unknown, segments: readonly Segment[], value: unknown, text: string): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (segment.kind === 'name' && (isObject(target) || target === undefined)) {
    const object = target ?? {};
    return { ...object, [segment.name]: put(ownValue(object, segment.name)[0], rest, value, text) };
  }
  if (segment.kind === 'index' && Array.isArray(target) && segment.index < target.length)
    return target.with(segment.index, put(target[segment.index], rest, value, text));
  throw new StatesError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${text} to input ${JSON.stringify(target)}`,
  );
}
