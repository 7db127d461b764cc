/** Values as a table stores them: what the document client would send, and DynamoDB's rules for sizes and order. */

export type Item = Record<string, unknown>;

/** DynamoDB nests maps and lists at most this deep. */
const maxDepth = 32;

/**
 * Copies a value as the document client sends it: without what is undefined.
 * @throws Error for what the client of the functions does not send: class instances, NaN, functions
 */
export function toStored(value: unknown, depth = 0): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
      throw new Error(`Number ${value} is greater than Number.MAX_SAFE_INTEGER`);
    return value;
  }
  if (depth > maxDepth) throw new Error('Nesting levels have exceeded supported limits');
  if (Array.isArray(value)) {
    return value.filter((one) => one !== undefined).map((one) => toStored(one, depth + 1));
  }
  if (!isPlainObject(value)) throw new Error(`This table does not store ${String(value)}`);
  const stored: Item = {};
  for (const name of Object.keys(value)) {
    const one = value[name];
    if (one !== undefined) stored[name] = toStored(one, depth + 1);
  }
  return stored;
}

/** Copies a stored value, so that its reader cannot change the table. */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  const copy: Item = {};
  for (const name of Object.keys(value)) copy[name] = copyOf((value as Item)[name]);
  return copy as Value;
}

/**
 * Bytes of an item as DynamoDB counts them:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + valueSize(item[name]);
  return size;
}

function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') {
    const digits = String(Math.abs(value)).replace('.', '').replace(/0+$/, '').length;
    return Math.ceil(digits / 2) + (value < 0 ? 2 : 1);
  }
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, one) => sum + 1 + valueSize(one), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return 3 + itemSize(value as Item) + Object.keys(value).length;
}

/** Strings by the bytes of UTF-8, numbers by size. */
export function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareStrings(String(a), String(b));
}

/** JavaScript compares UTF-16: surrogates stand below the end of the BMP there, above it in UTF-8. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function isPlainObject(value: unknown): value is Item {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
