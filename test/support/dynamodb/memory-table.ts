/** One table with its indexes: items by their keys, partitions in the order of their sort keys. */
import { isDeepStrictEqual } from 'node:util';
import { check } from './errors.ts';
import { type IndexDefinition, keyType, type TableDefinition } from './table-definitions.ts';
import { compareKeys, type Item, itemSize } from './values.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const maxItemBytes = 400 * 1024;
const maxPartitionKeyBytes = 2_048;
const maxSortKeyBytes = 1_024;

export interface Row {
  readonly item: Item;
  /** Bytes. */
  readonly size: number;
}

/** Where a row stands in a partition. */
type Position = readonly [sort: unknown, partitionKey: unknown, sortKey: unknown];

export interface SortRange {
  /** Whether the sort key of a row is in the range. */
  readonly includes: (sort: unknown) => boolean;
  /** The least sort key that may be in the range; missing where there is none. */
  readonly from?: unknown;
  /** The greatest. */
  readonly to?: unknown;
}

/** A table or one of its indexes, as a query sees it. */
export interface QuerySource {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attributes of its keys and of the table's. */
  readonly keyNames: readonly string[];
  /** Rows of a partition in order, from a position on and without it. */
  rows(partition: string, range: SortRange, forward: boolean, after: Item | undefined): Iterable<Row>;
  /** All rows of all partitions, in the order of the partitions' making. */
  all(): Iterable<Row>;
  /** The attributes that the source holds of a row. */
  project(row: Row): Row;
}

export interface MemoryTable extends QuerySource {
  readonly name: string;
  get(key: Item): Row | undefined;
  put(item: Item): void;
  /** @throws ValidationException for an item that DynamoDB does not take: the same that `put` throws */
  check(item: Item): void;
  delete(key: Item): void;
  clear(): void;
  /** @throws ValidationException where the table has no such index */
  index(name: string): QuerySource;
  /** Write units of replacing one item by another, those of the indexes among them. */
  writeUnits(before: Item | undefined, after: Item | undefined): number;
  /** The key of an item, checked. */
  keyOf(item: Item): { partition: string; sort: string };
}

export function memoryTable(name: string, definition: TableDefinition): MemoryTable {
  const { partitionKey, sortKey } = definition;
  const items = new Map<string, Map<string, Row>>();
  const positionOf =
    (sort: string) =>
    (item: Item): Position => [item[sort], item[partitionKey], item[sortKey]];
  const main = partitions(positionOf(sortKey));
  const indexes = new Map(
    definition.indexes.map((index) => [index.name, { index, ...partitions(positionOf(index.sortKey)) }]),
  );

  const keyOf: MemoryTable['keyOf'] = (item) => {
    const [partition, sort] = [item[partitionKey], item[sortKey]];
    for (const [key, value] of [
      [partitionKey, partition],
      [sortKey, sort],
    ] as const) {
      check(
        typeof value === 'string',
        `One or more parameter values were invalid: Type mismatch for key ${key}`,
      );
      check(
        value !== '',
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${key}`,
      );
    }
    checkKeyLength(partition, sort);
    return { partition: partition as string, sort: sort as string };
  };

  const checkItem = (item: Item): number => {
    keyOf(item);
    const size = itemSize(item);
    check(size <= maxItemBytes, 'Item size has exceeded the maximum allowed size');
    for (const { index } of indexes.values()) checkIndexKeys(index, item);
    return size;
  };

  function source(
    sortName: string,
    partitionName: string,
    rows: ReturnType<typeof partitions>,
    keyNames: readonly string[],
    project: (row: Row) => Row,
  ): QuerySource {
    return {
      partitionKey: partitionName,
      sortKey: sortName,
      keyNames,
      project,
      all: rows.all,
      rows: (partition, range, forward, after) =>
        rows.between(partition, range, forward, after && positionOf(sortName)(after)),
    };
  }

  return {
    ...source(sortKey, partitionKey, main, [partitionKey, sortKey], (row) => row),
    name,
    keyOf,
    check: (item) => void checkItem(item),
    get(key) {
      const { partition, sort } = keyOf(key);
      return items.get(partition)?.get(sort);
    },
    put(item) {
      const row: Row = { item, size: checkItem(item) };
      const { partition, sort } = keyOf(item);
      const place = items.get(partition) ?? new Map<string, Row>();
      const before = place.get(sort);
      items.set(partition, place.set(sort, row));
      main.replace(partition, before, row);
      for (const { index, replace } of indexes.values()) {
        const [old, now] = [placeIn(index, before), placeIn(index, row)];
        if (old !== undefined && old !== now) replace(old, before, undefined);
        if (now !== undefined) replace(now, old === now ? before : undefined, row);
      }
    },
    delete(key) {
      const { partition, sort } = keyOf(key);
      const before = items.get(partition)?.get(sort);
      if (!before) return;
      items.get(partition)?.delete(sort);
      main.replace(partition, before, undefined);
      for (const { index, replace } of indexes.values()) {
        const old = placeIn(index, before);
        if (old !== undefined) replace(old, before, undefined);
      }
    },
    writeUnits(before, after) {
      const units = Math.max(...[before, after].map((item) => unitsOf(item && itemSize(item))), 1);
      return [...indexes.values()].reduce((sum, { index }) => sum + indexUnits(index, before, after), units);
    },
    clear() {
      items.clear();
      main.clear();
      for (const { clear } of indexes.values()) clear();
    },
    index(name) {
      const found = indexes.get(name);
      check(found !== undefined, `The table does not have the specified index: ${name}`);
      const { index } = found;
      const keyNames = keyNamesOf(index);
      return source(index.sortKey, index.partitionKey, found, keyNames, projecting(index, keyNames));
    },
  };

  function keyNamesOf(index: IndexDefinition): string[] {
    return [...new Set([partitionKey, sortKey, index.partitionKey, index.sortKey])];
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Write capacity units" */
  function indexUnits(index: IndexDefinition, before: Item | undefined, after: Item | undefined): number {
    const project = projecting(index, keyNamesOf(index));
    const [old, now] = [before, after].map((item) => {
      const row = item && { item, size: 0 };
      return row && placeIn(index, row) !== undefined ? project(row) : undefined;
    });
    if (!old || !now) return unitsOf(old?.size) + unitsOf(now?.size);
    if (isDeepStrictEqual(old.item, now.item)) return 0;
    const isSamePlace = [index.partitionKey, index.sortKey].every(
      (name) => old.item[name] === now.item[name],
    );
    return isSamePlace ? unitsOf(Math.max(old.size, now.size)) : unitsOf(old.size) + unitsOf(now.size);
  }
}

/** Write units of so many bytes. */
function unitsOf(bytes = 0): number {
  return Math.ceil(bytes / 1_024);
}

/** Rows of each partition in order. */
function partitions(positionOf: (item: Item) => Position) {
  const byKey = new Map<string, Row[]>();

  /** The first place whose row stands at the position or behind it. */
  function placeOf(rows: readonly Row[], isBefore: (row: Row) => boolean): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = rows[middle];
      if (row && isBefore(row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const before = (position: Position) => (row: Row) => compare(positionOf(row.item), position) < 0;
  const until = (position: Position) => (row: Row) => compare(positionOf(row.item), position) <= 0;

  return {
    clear: () => byKey.clear(),
    *all(): Iterable<Row> {
      for (const rows of byKey.values()) yield* [...rows];
    },
    /** `old` is in the partition, `row` comes into it. */
    replace(partition: string, old: Row | undefined, row: Row | undefined): void {
      const rows = byKey.get(partition) ?? [];
      byKey.set(partition, rows);
      if (old) {
        const place = placeOf(rows, before(positionOf(old.item)));
        if (row && compare(positionOf(old.item), positionOf(row.item)) === 0) {
          rows[place] = row;
          return;
        }
        rows.splice(place, 1);
      }
      if (row) rows.splice(placeOf(rows, before(positionOf(row.item))), 0, row);
    },
    *between(
      partition: string,
      { includes, from, to }: SortRange,
      forward: boolean,
      after: Position | undefined,
    ): Iterable<Row> {
      const rows = byKey.get(partition) ?? [];
      let [low, high] = [0, rows.length];
      if (from !== undefined) low = placeOf(rows, (row) => compareKeys(positionOf(row.item)[0], from) < 0);
      if (to !== undefined) high = placeOf(rows, (row) => compareKeys(positionOf(row.item)[0], to) <= 0);
      if (after && forward) low = Math.max(low, placeOf(rows, until(after)));
      if (after && !forward) high = Math.min(high, placeOf(rows, before(after)));
      for (let step = 0; step < high - low; step += 1) {
        const row = rows[forward ? low + step : high - 1 - step];
        if (row && includes(positionOf(row.item)[0])) yield row;
      }
    },
  };
}

function compare(a: Position, b: Position): number {
  return compareKeys(a[0], b[0]) || compareKeys(a[1], b[1]) || compareKeys(a[2], b[2]);
}

/** The partition of an index that a row is in; undefined where it is in none. */
function placeIn({ partitionKey, sortKey }: IndexDefinition, row: Row | undefined): string | undefined {
  const partition = row?.item[partitionKey];
  return partition === undefined || row?.item[sortKey] === undefined ? undefined : String(partition);
}

function projecting({ includes }: IndexDefinition, keyNames: readonly string[]): (row: Row) => Row {
  const names = [...new Set([...keyNames, ...includes])];
  return ({ item }) => {
    const kept: Item = {};
    for (const name of names) if (item[name] !== undefined) kept[name] = item[name];
    return { item: kept, size: itemSize(kept) };
  };
}

function checkIndexKeys({ name, partitionKey, sortKey }: IndexDefinition, item: Item): void {
  for (const key of [partitionKey, sortKey]) {
    const value = item[key];
    if (value === undefined) continue;
    const type = keyType(key) === 'N' ? 'number' : 'string';
    const actual = value === null ? 'null' : typeof value;
    check(
      actual === type,
      `One or more parameter values were invalid: Type mismatch for Index Key ${key} Expected: ${type} Actual: ${actual} IndexName: ${name}`,
    );
    check(
      value !== '',
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${name}, IndexKey: ${key}`,
    );
  }
  checkKeyLength(item[partitionKey], item[sortKey]);
}

function checkKeyLength(partition: unknown, sort: unknown): void {
  for (const [value, max, what] of [
    [partition, maxPartitionKeyBytes, 'hashkey'],
    [sort, maxSortKeyBytes, 'rangekey'],
  ] as const) {
    check(
      typeof value !== 'string' || Buffer.byteLength(value) <= max,
      `One or more parameter values were invalid: Size of ${what} has exceeded the maximum size limit of ${max} bytes`,
    );
  }
}
