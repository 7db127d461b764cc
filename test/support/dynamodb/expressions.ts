/** DynamoDB's condition, update and projection expressions. What the project does not write is refused by name. */
import { isDeepStrictEqual } from 'node:util';
import { check, validationError } from './errors.ts';
import { reservedWords } from './reserved-words.ts';
import { compareKeys, copyOf, type Item } from './values.ts';

export type Path = readonly string[];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'size'; readonly path: Path }
  | { readonly kind: 'if-not-exists'; readonly path: Path; readonly other: Operand }
  | { readonly kind: 'sum'; readonly left: Operand; readonly sign: 1 | -1; readonly right: Operand };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly operator: string;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: 'between';
      readonly operand: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly exists: boolean }
  | {
      readonly kind: 'begins-with' | 'contains';
      readonly path: Path;
      readonly operand: Operand;
    };

export interface UpdateAction {
  readonly clause: 'SET' | 'REMOVE' | 'ADD';
  readonly path: Path;
  readonly operand?: Operand;
}

/** Names and values of one request: each must be used by one of its expressions. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
  readonly used: Set<string>;
}

/** What stands for names and values in the expressions of a request. */
export function placeholders(request: {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Item | undefined;
}): Placeholders {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  for (const [given, what] of [
    [request.ExpressionAttributeNames, 'ExpressionAttributeNames'],
    [request.ExpressionAttributeValues, 'ExpressionAttributeValues'],
  ] as const) {
    check(given === undefined || Object.keys(given).length > 0, `${what} must not be empty`);
  }
  return { names, values, used: new Set() };
}

/** @throws ValidationException for a name or value that no expression of the request uses */
export function checkUsed({ names, values, used }: Placeholders): void {
  for (const [given, what] of [
    [names, 'ExpressionAttributeNames'],
    [values, 'ExpressionAttributeValues'],
  ] as const) {
    const unused = Object.keys(given).filter((name) => !used.has(name));
    check(
      unused.length === 0,
      `Value provided in ${what} unused in expressions: keys: {${unused.join(', ')}}`,
    );
  }
}

export function readCondition(text: string, given: Placeholders, what = 'ConditionExpression'): Condition {
  const reader = new Reader(text, given, what);
  const condition = reader.condition();
  reader.end();
  return condition;
}

export function readUpdate(text: string, given: Placeholders): UpdateAction[] {
  const reader = new Reader(text, given, 'UpdateExpression');
  const actions: UpdateAction[] = [];
  const clauses = new Set<string>();
  while (!reader.isAtEnd()) {
    const clause = reader.take().toUpperCase();
    if (clause !== 'SET' && clause !== 'REMOVE' && clause !== 'ADD')
      throw reader.error(`${clause} is not supported by this table`);
    if (clauses.has(clause)) throw reader.error(`The "${clause}" section can only be used once`);
    clauses.add(clause);
    do {
      const path = reader.path();
      if (clause === 'SET') reader.expect('=');
      actions.push({ clause, path, ...(clause === 'REMOVE' ? {} : { operand: reader.sum() }) });
    } while (reader.accept(','));
  }
  if (actions.length === 0) throw reader.error('The expression can not be empty');
  checkOverlap(actions);
  return actions;
}

export function readProjection(text: string, given: Placeholders): Path[] {
  const reader = new Reader(text, given, 'ProjectionExpression');
  const paths: Path[] = [];
  do paths.push(reader.path());
  while (reader.accept(','));
  reader.end();
  return paths;
}

export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holds(part, item));
    case 'or':
      return condition.parts.some((part) => holds(part, item));
    case 'not':
      return !holds(condition.part, item);
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.exists;
    case 'begins-with': {
      const [value, start] = [valueAt(item, condition.path), resultOf(condition.operand, item)];
      return typeof value === 'string' && typeof start === 'string' && value.startsWith(start);
    }
    case 'contains': {
      const [value, part] = [valueAt(item, condition.path), resultOf(condition.operand, item)];
      if (Array.isArray(value)) return value.some((one) => isDeepStrictEqual(one, part));
      return typeof value === 'string' && typeof part === 'string' && value.includes(part);
    }
    case 'in': {
      const value = resultOf(condition.operand, item);
      return (
        value !== undefined && condition.list.some((one) => isDeepStrictEqual(resultOf(one, item), value))
      );
    }
    case 'between':
      return (
        compares('>=', resultOf(condition.operand, item), resultOf(condition.low, item)) &&
        compares('<=', resultOf(condition.operand, item), resultOf(condition.high, item))
      );
    case 'compare':
      return compares(condition.operator, resultOf(condition.left, item), resultOf(condition.right, item));
  }
}

/**
 * The item after an update; attributes that it sets are copied.
 * @throws ValidationException where it refers to what is not there
 */
export function updated(actions: readonly UpdateAction[], item: Item): Item {
  const after = copyOf(item);
  for (const { clause, path, operand } of actions) {
    if (clause === 'REMOVE') {
      const parent = valueAt(after, path.slice(0, -1)) as Item | undefined;
      check(
        parent !== undefined,
        'The document path provided in the update expression is invalid for update',
      );
      delete parent[path.at(-1) ?? ''];
      continue;
    }
    const given = operand && resultOf(operand, item);
    check(
      given !== undefined,
      'The provided expression refers to an attribute that does not exist in the item',
    );
    write(after, path, clause === 'SET' ? copyOf(given) : added(valueAt(item, path), given));
  }
  return after;
}

/** An item with these paths alone. */
export function projected(item: Item, paths: readonly Path[]): Item {
  const result: Item = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value === undefined) continue;
    let place = result;
    for (const name of path.slice(0, -1)) {
      const next = (place[name] ?? {}) as Item;
      place[name] = next;
      place = next;
    }
    place[path.at(-1) ?? ''] = copyOf(value);
  }
  return result;
}

/** The value of an operand that names no attribute. */
export function constantOf(operand: Operand): unknown {
  check(operand.kind === 'value', 'Invalid operand: a value is expected');
  return operand.value;
}

export function valueAt(item: Item, path: Path): unknown {
  let value: unknown = item;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = (value as Item)[name];
  }
  return value;
}

/** The attributes of an item that a condition names. */
export function attributesIn(condition: Condition): Set<string> {
  const found = new Set<string>();
  const addPath = (path: Path) => found.add(path[0] ?? '');
  const addOperand = (operand: Operand): void => {
    if ('path' in operand) addPath(operand.path);
  };
  const add = (one: Condition): void => {
    if ('parts' in one) for (const part of one.parts) add(part);
    else if (one.kind === 'not') add(one.part);
    else if ('path' in one) addPath(one.path);
    else if (one.kind === 'compare') for (const operand of [one.left, one.right]) addOperand(operand);
    else addOperand(one.operand);
  };
  add(condition);
  return found;
}

function resultOf(operand: Operand, item: Item): unknown {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return valueAt(item, operand.path);
    case 'size': {
      const value = valueAt(item, operand.path);
      if (typeof value === 'string') return Buffer.byteLength(value);
      return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
    }
    case 'if-not-exists':
      return valueAt(item, operand.path) ?? resultOf(operand.other, item);
    case 'sum': {
      const [left, right] = [resultOf(operand.left, item), resultOf(operand.right, item)];
      check(
        left !== undefined && right !== undefined,
        'The provided expression refers to an attribute that does not exist in the item',
      );
      return numberOf(left) + operand.sign * numberOf(right);
    }
  }
}

function compares(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '=') return left !== undefined && isDeepStrictEqual(left, right);
  if (operator === '<>') return !isDeepStrictEqual(left, right);
  if (typeof left !== typeof right || (typeof left !== 'string' && typeof left !== 'number')) return false;
  const order = compareKeys(left, right);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function added(before: unknown, change: unknown): number {
  return (before === undefined ? 0 : numberOf(before)) + numberOf(change);
}

function numberOf(value: unknown): number {
  check(
    typeof value === 'number',
    'An operand in the update expression has an incorrect data type: a number is expected',
  );
  return value;
}

function write(item: Item, path: Path, value: unknown): void {
  const parent = valueAt(item, path.slice(0, -1));
  const isMap = typeof parent === 'object' && parent !== null && !Array.isArray(parent);
  check(isMap, 'The document path provided in the update expression is invalid for update');
  (parent as Item)[path.at(-1) ?? ''] = value;
}

function checkOverlap(actions: readonly UpdateAction[]): void {
  for (const [index, { path }] of actions.entries()) {
    for (const { path: other } of actions.slice(index + 1)) {
      const length = Math.min(path.length, other.length);
      const overlaps = path.slice(0, length).every((name, place) => name === other[place]);
      check(
        !overlaps,
        `Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${path.join(', ')}], path two: [${other.join(', ')}]`,
      );
    }
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const maxExpressionBytes = 4_096;
const maxListOperands = 100;

const tokenCache = new Map<string, readonly string[]>();

function tokensOf(text: string): readonly string[] {
  const known = tokenCache.get(text);
  if (known) return known;
  const tokens = text.match(/[#:]?[A-Za-z_0-9]+|<>|<=|>=|[=<>(),.+-]/g) ?? [];
  if (tokens.join('') !== text.replaceAll(/\s/g, '')) throw validationError(`Syntax error in "${text}"`);
  tokenCache.set(text, tokens);
  return tokens;
}

class Reader {
  private readonly tokens: readonly string[];
  private place = 0;
  private readonly text: string;
  private readonly given: Placeholders;
  private readonly what: string;

  constructor(text: string, given: Placeholders, what: string) {
    this.text = text;
    this.given = given;
    this.what = what;
    if (text.trim() === '') throw this.error('The expression can not be empty');
    if (text.length > maxExpressionBytes)
      throw this.error('Expression size has exceeded the maximum allowed size');
    this.tokens = tokensOf(text);
  }

  error(message: string): Error {
    return validationError(`Invalid ${this.what}: ${message}; expression: ${this.text}`);
  }

  condition(): Condition {
    const parts = [this.conjunction()];
    while (this.acceptWord('OR')) parts.push(this.conjunction());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'or', parts };
  }

  private conjunction(): Condition {
    const parts = [this.term()];
    while (this.acceptWord('AND')) parts.push(this.term());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'and', parts };
  }

  private term(): Condition {
    if (this.acceptWord('NOT')) return { kind: 'not', part: this.term() };
    if (this.accept('(')) {
      const condition = this.condition();
      this.expect(')');
      return condition;
    }
    const isCall = this.tokens[this.place + 1] === '(' && this.tokens[this.place] !== 'size';
    return isCall ? this.call() : this.comparison();
  }

  private call(): Condition {
    const name = this.take();
    this.expect('(');
    const path = this.path();
    const condition = this.callOf(name, path);
    this.expect(')');
    return condition;
  }

  private callOf(name: string, path: Path): Condition {
    if (name === 'attribute_exists') return { kind: 'exists', path, exists: true };
    if (name === 'attribute_not_exists') return { kind: 'exists', path, exists: false };
    if (name !== 'begins_with' && name !== 'contains')
      throw this.error(`${name} is not supported by this table`);
    this.expect(',');
    const operand = this.operand();
    return { kind: name === 'contains' ? 'contains' : 'begins-with', path, operand };
  }

  private comparison(): Condition {
    const operand = this.operand();
    const operator = this.take();
    if (operator.toUpperCase() === 'BETWEEN') {
      const low = this.operand();
      if (!this.acceptWord('AND')) throw this.error('Syntax error: AND is missing after BETWEEN');
      const high = this.operand();
      if (low.kind === 'value' && high.kind === 'value' && compareKeys(low.value, high.value) > 0) {
        throw this.error(
          'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
        );
      }
      return { kind: 'between', operand, low, high };
    }
    if (operator.toUpperCase() === 'IN') {
      this.expect('(');
      const list = [this.operand()];
      while (this.accept(',')) list.push(this.operand());
      this.expect(')');
      if (list.length > maxListOperands) throw this.error('Invalid number of operands for IN');
      return { kind: 'in', operand, list };
    }
    if (!['=', '<>', '<', '<=', '>', '>='].includes(operator))
      throw this.error(`Syntax error; token: "${operator}"`);
    return { kind: 'compare', operator, left: operand, right: this.operand() };
  }

  sum(): Operand {
    let value = this.operand();
    for (;;) {
      const sign = this.accept('+') ? 1 : this.accept('-') ? -1 : undefined;
      if (sign === undefined) return value;
      value = { kind: 'sum', left: value, sign, right: this.operand() };
    }
  }

  operand(): Operand {
    const token = this.tokens[this.place] ?? '';
    if (token.startsWith(':')) {
      this.place += 1;
      const value = this.given.values[token];
      this.given.used.add(token);
      if (value === undefined)
        throw this.error(
          `An expression attribute value used in expression is not defined; attribute value: ${token}`,
        );
      return { kind: 'value', value };
    }
    if (this.tokens[this.place + 1] === '(') return this.operandCall();
    return { kind: 'path', path: this.path() };
  }

  private operandCall(): Operand {
    const name = this.take();
    this.expect('(');
    const path = this.path();
    if (name === 'size') {
      this.expect(')');
      return { kind: 'size', path };
    }
    if (name !== 'if_not_exists') throw this.error(`${name} is not supported by this table`);
    this.expect(',');
    const other = this.operand();
    this.expect(')');
    return { kind: 'if-not-exists', path, other };
  }

  path(): Path {
    const path = [this.name()];
    while (this.accept('.')) path.push(this.name());
    return path;
  }

  private name(): string {
    const token = this.take();
    if (token.startsWith('#')) {
      const name = this.given.names[token];
      this.given.used.add(token);
      if (name === undefined)
        throw this.error(
          `An expression attribute name used in the document path is not defined; attribute name: ${token}`,
        );
      return name;
    }
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(token)) throw this.error(`Syntax error; token: "${token}"`);
    if (reservedWords.has(token.toUpperCase()))
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    return token;
  }

  take(): string {
    const token = this.tokens[this.place];
    if (token === undefined) throw this.error('Syntax error; token: <EOF>');
    this.place += 1;
    return token;
  }

  accept(token: string): boolean {
    if (this.tokens[this.place] !== token) return false;
    this.place += 1;
    return true;
  }

  private acceptWord(word: string): boolean {
    if (this.tokens[this.place]?.toUpperCase() !== word) return false;
    this.place += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token))
      throw this.error(`Syntax error; "${token}" is expected, not "${this.tokens[this.place] ?? '<EOF>'}"`);
  }

  isAtEnd(): boolean {
    return this.place === this.tokens.length;
  }

  end(): void {
    if (!this.isAtEnd()) throw this.error(`Syntax error; token: "${this.tokens[this.place]}"`);
  }
}
