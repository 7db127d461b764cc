/** DynamoDB in memory, as its document client sees it. */
import {
  ConditionalCheckFailedException,
  ResourceNotFoundException,
  type ReturnConsumedCapacity,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  type BatchExecuteStatementCommandInput,
  type BatchGetCommandInput,
  type BatchWriteCommandInput,
  type DeleteCommandInput,
  type GetCommandInput,
  type PutCommandInput,
  type QueryCommandInput,
  type ScanCommandInput,
  type TransactGetCommandInput,
  type TransactWriteCommandInput,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { CalledService, Input } from './calls.ts';
import { check } from './dynamodb/errors.ts';
import {
  checkUsed,
  holds,
  placeholders,
  projected,
  readCondition,
  readProjection,
  readUpdate,
  type UpdateAction,
  updated,
} from './dynamodb/expressions.ts';
import { type MemoryTable, memoryTable } from './dynamodb/memory-table.ts';
import { type PageLimits, query, readUnits, scan } from './dynamodb/queries.ts';
import { readStatement } from './dynamodb/statements.ts';
import type { TableDefinition } from './dynamodb/table-definitions.ts';
import { dynamodbTargets } from './dynamodb/targets.ts';
import { copyOf, type Item, itemSize, toStored } from './dynamodb/values.ts';

export interface MemoryDynamodb<Name extends string> {
  readonly service: CalledService;
  readonly tables: Readonly<Record<Name, MemoryTable>>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const maxBatchGetKeys = 100;
const maxBatchGetBytes = 16 * 1024 ** 2;
const maxBatchWrites = 25;
const maxStatements = 25;
const maxTransactionItems = 100;
const maxTransactionBytes = 4 * 1024 ** 2;
const pageBytes = 1024 ** 2;

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type ReturnValues = UpdateCommandInput['ReturnValues'];

/** Read or write units of one item. */
interface Cost {
  readonly table: string;
  /** Worked out where somebody asks. */
  readonly units: () => number;
}

/** A write that is worked out and checked, and not made. */
interface Write {
  readonly table: MemoryTable;
  readonly key: Item;
  readonly before: Item | undefined;
  readonly holds: boolean;
  /** @throws ValidationException @returns undefined where the item goes */
  after(): Item | undefined;
}

/** @param tables by the names that the calls use */
export function memoryDynamodb<Name extends string>(
  tables: Readonly<Record<Name, TableDefinition>>,
  limits: Partial<PageLimits> = {},
): MemoryDynamodb<Name> {
  const made = Object.fromEntries(
    Object.entries<TableDefinition>(tables).map(([name, definition]) => [
      name,
      memoryTable(name, definition),
    ]),
  ) as Record<Name, MemoryTable>;
  const byName = new Map<string, MemoryTable>(Object.entries(made));
  const pageLimits = { pageBytes, pageItems: Number.POSITIVE_INFINITY, ...limits };
  /** Requests that were carried out: the SDK gives each transaction a token, so that a repeated one changes nothing. */
  const transactions = new WeakSet<object>();

  const tableOf = (name: string | undefined): MemoryTable => {
    const table = byName.get(name ?? '');
    if (!table) {
      throw new ResourceNotFoundException({
        message: `Requested resource not found: Table: ${name} not found`,
        $metadata: { httpStatusCode: 400 },
      });
    }
    return table;
  };

  return { service: { service: 'dynamodb', execute, targets: dynamodbTargets }, tables: made };

  function execute(command: string, input: Input): object {
    switch (command) {
      case 'Get':
        return get(input as GetCommandInput);
      case 'BatchGet':
        return batchGet(input as BatchGetCommandInput);
      case 'TransactGet':
        return transactGet(input as unknown as TransactGetCommandInput);
      case 'Query': {
        const asked = input as QueryCommandInput;
        return query(asked, tableOf(asked.TableName), pageLimits);
      }
      case 'Scan': {
        const asked = input as ScanCommandInput;
        return scan(asked, tableOf(asked.TableName), pageLimits);
      }
      case 'Put':
        return put(input as PutCommandInput);
      case 'Update':
        return update(input as UpdateCommandInput);
      case 'Delete':
        return remove(input as DeleteCommandInput);
      case 'BatchWrite':
        return batchWrite(input as BatchWriteCommandInput);
      case 'TransactWrite':
        return transactWrite(input as unknown as TransactWriteCommandInput);
      case 'BatchExecuteStatement':
        return executeStatements(input as unknown as BatchExecuteStatementCommandInput);
      default:
        throw new Error(`This DynamoDB does not know ${command}`);
    }
  }

  function get({ TableName, Key = {}, ...request }: GetCommandInput): object {
    const row = tableOf(TableName).get(keyFor(tableOf(TableName), Key));
    const project = projecting(request);
    const units = () => readUnits(row?.size ?? 0, request.ConsistentRead === true);
    return {
      ...(row ? { Item: project(row.item) } : {}),
      ...consumedBy(request, { table: TableName ?? '', units }),
    };
  }

  function batchGet({ RequestItems = {}, ...asked }: BatchGetCommandInput): object {
    const requests = Object.entries(RequestItems);
    const count = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
    check(count >= 1 && count <= maxBatchGetKeys, 'Too many items requested for the BatchGetItem call');
    const responses: Record<string, Item[]> = {};
    const unprocessed: Record<string, unknown> = {};
    const costs: Cost[] = [];
    let bytes = 0;
    for (const [name, { Keys = [], ...request }] of requests) {
      const table = tableOf(name);
      const keys = Keys.map((key) => keyFor(table, key));
      check(
        !hasTwice(keys.map((key) => textOf(table, key))),
        'Provided list of item keys contains duplicates',
      );
      const project = projecting(request);
      const found: Item[] = [];
      const left: Item[] = [];
      for (const key of keys) {
        const row = table.get(key);
        bytes += row?.size ?? 0;
        if (bytes > maxBatchGetBytes) left.push(key);
        else {
          costs.push({
            table: name,
            units: () => readUnits(row?.size ?? 0, request.ConsistentRead === true),
          });
          if (row) found.push(project(row.item));
        }
      }
      responses[name] = found;
      if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
    }
    return { Responses: responses, UnprocessedKeys: unprocessed, ...consumedByAll(asked, costs) };
  }

  function transactGet({ TransactItems = [] }: TransactGetCommandInput): object {
    check(TransactItems.length <= maxTransactionItems, 'Member must have length less than or equal to 100');
    return { Responses: TransactItems.map(({ Get }) => get(Get ?? { TableName: undefined, Key: {} })) };
  }

  function put(input: PutCommandInput): object {
    const write = putOf(input);
    const cost = commit(write);
    return { ...returned(write, input.ReturnValues, []), ...consumedBy(input, cost) };
  }

  function update(input: UpdateCommandInput): object {
    const { write, actions } = updateOf(input);
    const cost = commit(write);
    return { ...returned(write, input.ReturnValues, actions), ...consumedBy(input, cost) };
  }

  function remove(input: DeleteCommandInput): object {
    const write = deleteOf(input);
    const cost = commit(write);
    return { ...returned(write, input.ReturnValues, []), ...consumedBy(input, cost) };
  }

  function batchWrite({ RequestItems = {}, ...asked }: BatchWriteCommandInput): object {
    const writes = Object.entries(RequestItems).flatMap(([TableName, requests = []]) =>
      requests.map(({ PutRequest, DeleteRequest }) =>
        PutRequest
          ? putOf({ TableName, Item: PutRequest.Item })
          : deleteOf({ TableName, Key: DeleteRequest?.Key }),
      ),
    );
    check(
      writes.length >= 1 && writes.length <= maxBatchWrites,
      'Too many items requested for the BatchWriteItem call',
    );
    check(!hasTwice(writes.map(placeOf)), 'Provided list of item keys contains duplicates');
    const items = writes.map((write) => write.after());
    const costs = writes.map((write, index) => apply(write, items[index]));
    return { UnprocessedItems: {}, ...consumedByAll(asked, costs) };
  }

  function executeStatements({ Statements = [], ...asked }: BatchExecuteStatementCommandInput): object {
    check(Statements.length >= 1 && Statements.length <= maxStatements, 'Too many statements');
    const writes = Statements.map(({ Statement: text = '', Parameters = [] }): Write => {
      const statement = readStatement(text, toStored(Parameters) as unknown[]);
      const table = tableOf(statement.table);
      const { partitionKey, sortKey } = table;
      const key = { [partitionKey]: statement.equal[partitionKey], [sortKey]: statement.equal[sortKey] };
      const before = table.get(key)?.item;
      return {
        table,
        key,
        before,
        // Unlike UpdateItem it makes no item that was not there.
        holds: before !== undefined && statement.holds(before),
        after: checked(table, () => statement.change(before ?? key)),
      };
    });
    check(!hasTwice(writes.map(placeOf)), 'A batch takes one statement for each item');
    const costs: Cost[] = [];
    const Responses = writes.map((write) => {
      const TableName = write.table.name;
      if (!write.holds)
        return { TableName, Error: { Code: 'ConditionalCheckFailed', Message: conditionFailed } };
      costs.push(apply(write, write.after()));
      return { TableName };
    });
    return { Responses, ...consumedByAll(asked, costs) };
  }

  function transactWrite(input: TransactWriteCommandInput): object {
    const { TransactItems = [] } = input;
    check(
      TransactItems.length >= 1 && TransactItems.length <= maxTransactionItems,
      'Member must have length less than or equal to 100',
    );
    if (transactions.has(input)) return {};
    const writes = TransactItems.map(writeOf);
    check(
      !hasTwice(writes.map(placeOf)),
      'Transaction request cannot include multiple operations on one item',
    );
    const outcomes = writes.map((write) => {
      if (!write.holds) {
        return { reason: { Code: 'ConditionalCheckFailed', Message: conditionFailed } };
      }
      try {
        return { reason: { Code: 'None' }, after: write.after() };
      } catch (error) {
        const { message } = error as Error;
        return { reason: { Code: 'ValidationError', Message: message } };
      }
    });
    if (outcomes.some(({ reason }) => reason.Code !== 'None')) {
      const codes = outcomes.map(({ reason }) => reason.Code).join(', ');
      throw new TransactionCanceledException({
        message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
        CancellationReasons: outcomes.map(({ reason }) => reason),
        $metadata: { httpStatusCode: 400 },
      });
    }
    const bytes = outcomes.reduce((sum, { after }) => sum + (after ? itemSize(after) : 0), 0);
    check(bytes <= maxTransactionBytes, 'Collection size of items in transaction exceeds 4 MB');
    // A transaction costs twice what its writes would alone; a check costs what a write of the item would.
    const costs = writes.map((write, index) =>
      TransactItems[index]?.ConditionCheck
        ? {
            table: write.table.name,
            units: () => Math.max(1, Math.ceil(itemSize(write.before ?? {}) / 1_024)),
          }
        : apply(write, outcomes[index]?.after),
    );
    transactions.add(input);
    return consumedByAll(
      input,
      costs.map(({ table, units }) => ({ table, units: () => 2 * units() })),
    );
  }

  function writeOf({ Put, Update, Delete, ConditionCheck }: TransactItem): Write {
    if (Put) return putOf(Put);
    if (Update) return updateOf(Update as UpdateCommandInput).write;
    if (Delete) return deleteOf(Delete);
    return deleteOf({ ...ConditionCheck, TableName: ConditionCheck?.TableName, Key: ConditionCheck?.Key });
  }

  function putOf(input: Partial<PutCommandInput> & Pick<PutCommandInput, 'TableName'>): Write {
    const table = tableOf(input.TableName);
    const item = toStored(input.Item ?? {}) as Item;
    return prepare(table, table.get(item)?.item, item, input, () => ({ after: () => item })).write;
  }

  function updateOf(input: UpdateCommandInput): { write: Write; actions: readonly UpdateAction[] } {
    const table = tableOf(input.TableName);
    const key = keyFor(table, input.Key ?? {});
    const before = table.get(key)?.item;
    const { write, more } = prepare(table, before, key, input, (given) => {
      const text = input.UpdateExpression;
      const actions = text === undefined ? [] : readUpdate(text, given);
      for (const { path } of actions) {
        check(
          !table.keyNames.includes(path[0] ?? ''),
          `Cannot update attribute ${path[0]}. This attribute is part of the key`,
        );
      }
      return { after: () => updated(actions, before ?? key), actions };
    });
    return { write, actions: more.actions ?? [] };
  }

  function deleteOf(input: Partial<DeleteCommandInput> & Pick<DeleteCommandInput, 'TableName'>): Write {
    const table = tableOf(input.TableName);
    const key = keyFor(table, input.Key ?? {});
    return prepare(table, table.get(key)?.item, key, input, () => ({ after: () => undefined })).write;
  }

  function prepare(
    table: MemoryTable,
    before: Item | undefined,
    key: Item,
    request: Pick<
      UpdateCommandInput,
      | 'ConditionExpression'
      | 'ExpressionAttributeNames'
      | 'ExpressionAttributeValues'
      | 'ReturnValuesOnConditionCheckFailure'
    >,
    work: (given: ReturnType<typeof placeholders>) => {
      after: () => Item | undefined;
      actions?: readonly UpdateAction[];
    },
  ) {
    const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = request;
    check(
      request.ReturnValuesOnConditionCheckFailure === undefined,
      'This table does not return items that failed a condition',
    );
    const given = placeholders({
      ExpressionAttributeNames,
      ...(ExpressionAttributeValues && {
        ExpressionAttributeValues: toStored(ExpressionAttributeValues) as Item,
      }),
    });
    const more = work(given);
    const condition =
      ConditionExpression === undefined ? undefined : readCondition(ConditionExpression, given);
    checkUsed(given);
    const write: Write = {
      table,
      key,
      before,
      holds: condition === undefined || holds(condition, before ?? {}),
      after: checked(table, more.after),
    };
    return { write, more };
  }

  /** Makes one write under its condition. */
  function commit(write: Write): Cost {
    if (!write.holds) {
      throw new ConditionalCheckFailedException({
        message: conditionFailed,
        $metadata: { httpStatusCode: 400 },
      });
    }
    return apply(write, write.after());
  }

  function returned(write: Write, values: ReturnValues, actions: readonly UpdateAction[]): object {
    if (values === undefined || values === 'NONE') return {};
    const item = values.endsWith('OLD') ? write.before : write.table.get(write.key)?.item;
    if (!item) return {};
    const paths = actions.map(({ path }) => path);
    return { Attributes: values.startsWith('UPDATED') ? projected(item, paths) : copyOf(item) };
  }
}

const conditionFailed = 'The conditional request failed';

function apply({ table, key, before }: Write, after: Item | undefined): Cost {
  if (after === undefined) table.delete(key);
  else table.put(after);
  return {
    table: table.name,
    units: () => table.writeUnits(before, after),
  };
}

interface Asked {
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
}

function consumedBy({ ReturnConsumedCapacity: asked }: Asked, cost: Cost): object {
  if (asked === undefined || asked === 'NONE') return {};
  return { ConsumedCapacity: { TableName: cost.table, CapacityUnits: cost.units() } };
}

/** One sum for each table. */
function consumedByAll({ ReturnConsumedCapacity: asked }: Asked, costs: readonly Cost[]): object {
  if (asked === undefined || asked === 'NONE') return {};
  const sums = new Map<string, number>();
  for (const { table, units } of costs) sums.set(table, (sums.get(table) ?? 0) + units());
  return {
    ConsumedCapacity: [...sums].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })),
  };
}

function projecting(
  request: Pick<GetCommandInput, 'ProjectionExpression' | 'ExpressionAttributeNames'>,
): (item: Item) => Item {
  const given = placeholders(request);
  const { ProjectionExpression } = request;
  const paths = ProjectionExpression === undefined ? undefined : readProjection(ProjectionExpression, given);
  checkUsed(given);
  return (item) => (paths ? projected(item, paths) : copyOf(item));
}

/** @throws ValidationException for a key with too few or too many attributes */
function keyFor(table: MemoryTable, given: Item): Item {
  const key = toStored(given) as Item;
  check(
    Object.keys(key).length === table.keyNames.length,
    'The provided key element does not match the schema',
  );
  table.keyOf(key);
  return key;
}

function textOf(table: MemoryTable, key: Item): string {
  const { partition, sort } = table.keyOf(key);
  return `${partition}\n${sort}`;
}

function placeOf({ table, key }: Write): string {
  return `${table.name}\n${textOf(table, key)}`;
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length;
}

function checked(table: MemoryTable, after: Write['after']): Write['after'] {
  return () => {
    const item = after();
    if (item) table.check(item);
    return item;
  };
}
