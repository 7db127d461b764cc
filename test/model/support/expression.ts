/** DynamoDB's condition and update expressions, as far as this project writes them. Anything else is an error. */
import { isDeepStrictEqual } from 'node:util';

export type Item = Record<string, unknown>;

export interface Expressions {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

type Path = readonly string[];

/** By the bytes of UTF-8, as DynamoDB has it; numbers by size. */
export function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

export function meetsCondition(expression: string, item: Item | undefined, context: Expressions): boolean {
  const reader = new Reader(expression, item ?? {}, context);
  const result = reader.condition();
  reader.end();
  return result;
}

/** The item after an update. */
export function updated(expression: string, item: Item, context: Expressions): Item {
  const after = structuredClone(item);
  const reader = new Reader(expression, item, context);
  while (!reader.isAtEnd()) {
    const clause = reader.word();
    do {
      const path = reader.path();
      if (clause === 'SET') {
        reader.expect('=');
        write(after, path, reader.sum());
      } else if (clause === 'REMOVE') write(after, path, undefined);
      else if (clause === 'ADD') write(after, path, Number(read(item, path) ?? 0) + Number(reader.operand()));
      else throw new Error(`${clause} is not known to this DynamoDB: ${expression}`);
    } while (reader.accept(','));
  }
  return after;
}

class Reader {
  private readonly tokens: string[];
  private place = 0;
  private readonly text: string;
  private readonly item: Item;
  private readonly context: Expressions;

  constructor(text: string, item: Item, context: Expressions) {
    this.text = text;
    this.item = item;
    this.context = context;
    this.tokens = text.match(/[#:]?[A-Za-z_][A-Za-z0-9_]*|<>|<=|>=|[=<>(),.+-]/g) ?? [];
    if (this.tokens.join('') !== text.replaceAll(/\s/g, '')) throw new Error(`Cannot read "${text}"`);
  }

  condition(): boolean {
    let result = this.conjunction();
    while (this.accept('OR')) {
      const next = this.conjunction();
      result = result || next;
    }
    return result;
  }

  private conjunction(): boolean {
    let result = this.term();
    while (this.accept('AND')) {
      const next = this.term();
      result = result && next;
    }
    return result;
  }

  private term(): boolean {
    if (this.accept('NOT')) return !this.term();
    if (this.accept('(')) {
      const result = this.condition();
      this.expect(')');
      return result;
    }
    const call = this.tokens[this.place + 1] === '(' ? this.word() : undefined;
    if (call !== undefined) {
      this.expect('(');
      const path = this.path();
      const value = read(this.item, path);
      const result =
        call === 'attribute_exists'
          ? value !== undefined
          : call === 'attribute_not_exists'
            ? value === undefined
            : call === 'begins_with'
              ? this.accept(',') && String(value).startsWith(String(this.operand()))
              : undefined;
      if (result === undefined) throw new Error(`${call} is not known to this DynamoDB: ${this.text}`);
      this.expect(')');
      return result;
    }
    const left = this.operand();
    const operator = this.word();
    if (operator === 'BETWEEN') {
      const low = this.operand();
      this.expect('AND');
      const high = this.operand();
      if (compareKeys(low, high) > 0)
        throw new Error(`BETWEEN has its ends the wrong way round: ${this.text}`);
      return left !== undefined && compareKeys(left, low) >= 0 && compareKeys(left, high) <= 0;
    }
    if (operator === 'IN') {
      this.expect('(');
      let result = false;
      do result = isDeepStrictEqual(left, this.operand()) || result;
      while (this.accept(','));
      this.expect(')');
      return result;
    }
    const right = this.operand();
    if (operator === '=') return isDeepStrictEqual(left, right);
    if (operator === '<>') return !isDeepStrictEqual(left, right);
    if (left === undefined || right === undefined) return false;
    const order = compareKeys(left, right);
    if (operator === '<') return order < 0;
    if (operator === '<=') return order <= 0;
    if (operator === '>') return order > 0;
    if (operator === '>=') return order >= 0;
    throw new Error(`${operator} is not known to this DynamoDB: ${this.text}`);
  }

  sum(): unknown {
    let value = this.operand();
    for (;;) {
      if (this.accept('+')) value = Number(value) + Number(this.operand());
      else if (this.accept('-')) value = Number(value) - Number(this.operand());
      else return value;
    }
  }

  operand(): unknown {
    const token = this.tokens[this.place] ?? '';
    if (token.startsWith(':')) {
      this.place += 1;
      const value = this.context.values?.[token];
      if (value === undefined) throw new Error(`${token} has no value: ${this.text}`);
      return value;
    }
    if (token === 'if_not_exists') {
      this.place += 1;
      this.expect('(');
      const path = this.path();
      this.expect(',');
      const other = this.operand();
      this.expect(')');
      return read(this.item, path) ?? other;
    }
    return read(this.item, this.path());
  }

  path(): Path {
    const path = [this.name()];
    while (this.accept('.')) path.push(this.name());
    return path;
  }

  private name(): string {
    const token = this.word();
    if (!token.startsWith('#')) {
      if (!/^[A-Za-z_]/.test(token)) throw new Error(`${token} is no name: ${this.text}`);
      return token;
    }
    const name = this.context.names?.[token];
    if (name === undefined) throw new Error(`${token} has no name: ${this.text}`);
    return name;
  }

  word(): string {
    const token = this.tokens[this.place];
    if (token === undefined) throw new Error(`"${this.text}" ends too early`);
    this.place += 1;
    return token;
  }

  accept(token: string): boolean {
    if (this.tokens[this.place] !== token) return false;
    this.place += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token)) throw new Error(`"${this.text}" should have ${token} after ${this.place} words`);
  }

  isAtEnd(): boolean {
    return this.place === this.tokens.length;
  }

  end(): void {
    if (!this.isAtEnd()) throw new Error(`"${this.text}" goes on after its end`);
  }
}

function read(item: Item, path: Path): unknown {
  let value: unknown = item;
  for (const name of path) value = (value as Item | undefined)?.[name];
  return value;
}

function write(item: Item, path: Path, value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length > 0) write(item[name] as Item, rest, value);
  else if (value === undefined) delete item[name];
  else item[name] = value;
}
