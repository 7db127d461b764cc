/** Query and Scan: key conditions, pages, filters, projections. */
import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { check } from './errors.ts';
import {
  attributesIn,
  type Condition,
  checkUsed,
  constantOf,
  holds,
  placeholders,
  projected,
  readCondition,
  readProjection,
} from './expressions.ts';
import type { MemoryTable, QuerySource, Row, SortRange } from './memory-table.ts';
import { compareKeys, copyOf, type Item, toStored } from './values.ts';

export interface PageLimits {
  /** Bytes that one call looks at, at most: 1 MB on AWS. */
  readonly pageBytes: number;
  /** Items that one call looks at, at most: AWS has no such limit, but pages of large items are as short. */
  readonly pageItems: number;
}

export function query(input: QueryCommandInput, table: MemoryTable, limits: PageLimits): Item {
  const source = input.IndexName === undefined ? table : table.index(input.IndexName);
  check(
    input.IndexName === undefined || input.ConsistentRead !== true,
    'Consistent reads are not supported on global secondary indexes',
  );
  const given = placeholders(stored(input));
  const condition = readCondition(input.KeyConditionExpression ?? '', given, 'KeyConditionExpression');
  const { partition, range } = keyConditionOf(condition, source);
  const start = startOf(input, source);
  if (start) {
    const fits = start[source.partitionKey] === partition && range.includes(start[source.sortKey]);
    check(fits, 'The provided starting key is outside query boundaries based on provided conditions');
  }
  const rows = source.rows(partition, range, input.ScanIndexForward !== false, start);
  return page(input, rows, source, limits, given, isKeyOf(source));
}

export function scan(input: ScanCommandInput, table: MemoryTable, limits: PageLimits): Item {
  check(input.TotalSegments === undefined, 'This table is not scanned by segments');
  const source = input.IndexName === undefined ? table : table.index(input.IndexName);
  const given = placeholders(stored(input));
  const start = startOf(input, source);
  const rows = [...source.all()];
  const place = start
    ? 1 + rows.findIndex(({ item }) => source.keyNames.every((name) => item[name] === start[name]))
    : 0;
  return page(input, rows.slice(place), source, limits, given, () => false);
}

function stored(input: QueryCommandInput | ScanCommandInput) {
  const { ExpressionAttributeNames, ExpressionAttributeValues } = input;
  return {
    ExpressionAttributeNames,
    ...(ExpressionAttributeValues && {
      ExpressionAttributeValues: toStored(ExpressionAttributeValues) as Item,
    }),
  };
}

function page(
  input: QueryCommandInput | ScanCommandInput,
  rows: Iterable<Row>,
  source: QuerySource,
  { pageBytes, pageItems }: PageLimits,
  given: ReturnType<typeof placeholders>,
  isKey: (name: string) => boolean,
): Item {
  const { FilterExpression, ProjectionExpression, Limit, Select } = input;
  check(Limit === undefined || Limit >= 1, 'Limit must be greater than or equal to 1');
  const filter =
    FilterExpression === undefined ? undefined : readCondition(FilterExpression, given, 'FilterExpression');
  for (const name of filter ? attributesIn(filter) : []) {
    check(
      !isKey(name),
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
    );
  }
  const paths = ProjectionExpression === undefined ? undefined : readProjection(ProjectionExpression, given);
  checkUsed(given);
  const found: Item[] = [];
  let [looked, bytes] = [0, 0];
  let last: Item | undefined;
  let isCut = false;
  for (const row of rows) {
    const { item, size } = source.project(row);
    if (looked > 0 && (looked >= pageItems || bytes + size > pageBytes)) {
      isCut = true;
      break;
    }
    looked += 1;
    bytes += size;
    last = item;
    if (!filter || holds(filter, item)) found.push(paths ? projected(item, paths) : copyOf(item));
    if (looked === Limit) {
      isCut = true;
      break;
    }
  }
  return {
    ...(input.ReturnConsumedCapacity === undefined
      ? {}
      : {
          ConsumedCapacity: {
            TableName: input.TableName,
            CapacityUnits: readUnits(bytes, input.ConsistentRead === true),
          },
        }),
    ...(Select === 'COUNT' ? {} : { Items: found }),
    Count: found.length,
    ScannedCount: looked,
    ...(isCut && last
      ? { LastEvaluatedKey: Object.fromEntries(source.keyNames.map((name) => [name, last[name]])) }
      : {}),
  };
}

/** Read units of so many bytes, at least those of a read that finds nothing. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4_096)) * (consistent ? 1 : 0.5);
}

function startOf(
  { ExclusiveStartKey }: QueryCommandInput | ScanCommandInput,
  { keyNames }: QuerySource,
): Item | undefined {
  if (ExclusiveStartKey === undefined) return undefined;
  const start = toStored(ExclusiveStartKey) as Item;
  const isWhole =
    Object.keys(start).length === keyNames.length && keyNames.every((name) => start[name] !== undefined);
  check(isWhole, 'The provided starting key is invalid');
  return start;
}

function isKeyOf({ partitionKey, sortKey }: QuerySource): (name: string) => boolean {
  return (name) => name === partitionKey || name === sortKey;
}

/** The partition that a key condition names, and the range of its sort key. */
function keyConditionOf(
  condition: Condition,
  { partitionKey, sortKey }: QuerySource,
): { partition: string; range: SortRange } {
  const parts = condition.kind === 'and' ? condition.parts : [condition];
  let partition: unknown;
  let range: SortRange | undefined;
  for (const part of parts) {
    const [name = ''] = attributesIn(part);
    if (name === partitionKey) {
      const isEqual = part.kind === 'compare' && part.operator === '=';
      check(isEqual && partition === undefined, 'Query key condition not supported');
      partition = constantOf(part.right);
    } else {
      check(name === sortKey, `Query condition missed key schema element: ${partitionKey}`);
      check(range === undefined, 'Query key condition not supported');
      range = rangeOf(part);
    }
  }
  check(typeof partition === 'string', `Query condition missed key schema element: ${partitionKey}`);
  check(partition !== '', 'One or more parameter values are not valid: an empty partition key');
  return { partition, range: range ?? { includes: () => true } };
}

function rangeOf(part: Condition): SortRange {
  if (part.kind === 'begins-with') {
    const prefix = String(constantOf(part.operand));
    return { includes: (sort) => String(sort).startsWith(prefix), from: prefix };
  }
  if (part.kind === 'between') {
    const [from, to] = [constantOf(part.low), constantOf(part.high)];
    return { includes: (sort) => compareKeys(sort, from) >= 0 && compareKeys(sort, to) <= 0, from, to };
  }
  check(part.kind === 'compare' && part.operator !== '<>', 'Query key condition not supported');
  const value = constantOf(part.right);
  switch (part.operator) {
    case '=':
      return { includes: (sort) => compareKeys(sort, value) === 0, from: value, to: value };
    case '<':
      return { includes: (sort) => compareKeys(sort, value) < 0, to: value };
    case '<=':
      return { includes: (sort) => compareKeys(sort, value) <= 0, to: value };
    case '>':
      return { includes: (sort) => compareKeys(sort, value) > 0, from: value };
    default:
      return { includes: (sort) => compareKeys(sort, value) >= 0, from: value };
  }
}
