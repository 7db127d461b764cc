/** DynamoDB in memory, as its document client sees it: items, indexes, conditions and transactions. */
import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { assetTable, jobTable } from '../../../adapters/dynamodb/keys.ts';
import { compareKeys, type Expressions, type Item, meetsCondition, updated } from './expression.ts';
import { readStatement } from './statement.ts';

export interface MemoryDynamodb {
  /** Tables by name, items by their keys. */
  readonly tables: Map<string, Map<string, Item>>;
  send(command: unknown): Promise<Item>;
}

interface Condition {
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

const maxTransactionItems = 100;
const maxInBatchGet = 100;
const maxInBatchWrite = 25;
const indexes = [...Object.values(assetTable.indexes), ...Object.values(jobTable.indexes)];
const emptyResponse = { $metadata: {} };

/** @param beforeCall awaited before each call: where others may come between */
export function memoryDynamodb(beforeCall: () => Promise<void>): MemoryDynamodb {
  const tables = new Map<string, Map<string, Item>>();
  const tableOf = (name: string | undefined): Map<string, Item> => {
    if (!name) throw new Error('A call names no table');
    const table = tables.get(name) ?? new Map<string, Item>();
    tables.set(name, table);
    return table;
  };
  return { tables, send };

  async function send(command: unknown): Promise<Item> {
    await beforeCall();
    if (command instanceof GetCommand) {
      const { TableName, Key = {} } = command.input;
      const item = tableOf(TableName).get(keyOf(Key));
      return { ...emptyResponse, ...(item ? { Item: structuredClone(item) } : {}) };
    }
    if (command instanceof BatchGetCommand) {
      const responses = Object.entries(command.input.RequestItems ?? {}).map(([name, { Keys = [] }]) => {
        check(Keys.length <= maxInBatchGet, 'too many keys');
        check(new Set(Keys.map(keyOf)).size === Keys.length, 'a key is given twice');
        const found = Keys.map((key) => tableOf(name).get(keyOf(key))).filter((item) => item !== undefined);
        return [name, structuredClone(found)];
      });
      return { ...emptyResponse, Responses: Object.fromEntries(responses) };
    }
    if (command instanceof QueryCommand) return query(command.input);
    if (command instanceof PutCommand) {
      const { TableName, Item: item = {}, ...condition } = command.input;
      commit([prepare(TableName, keyOf(item), () => item, condition)]);
      return emptyResponse;
    }
    if (command instanceof UpdateCommand) {
      const { TableName, Key = {}, UpdateExpression = '', ...condition } = command.input;
      commit([prepare(TableName, keyOf(Key), updating(Key, UpdateExpression, condition), condition)]);
      return {
        ...emptyResponse,
        Attributes: structuredClone(tableOf(TableName).get(keyOf(Key)) ?? {}),
      };
    }
    if (command instanceof DeleteCommand) {
      const { TableName, Key = {}, ...condition } = command.input;
      commit([prepare(TableName, keyOf(Key), () => undefined, condition)]);
      return emptyResponse;
    }
    if (command instanceof BatchWriteCommand) {
      for (const [name, requests = []] of Object.entries(command.input.RequestItems ?? {})) {
        check(requests.length <= maxInBatchWrite, 'too many writes');
        const writes = requests.map(({ PutRequest, DeleteRequest }) => {
          const item = PutRequest?.Item;
          return prepare(name, keyOf(item ?? DeleteRequest?.Key ?? {}), () => item, {});
        });
        check(new Set(writes.map(({ key }) => key)).size === writes.length, 'a key is given twice');
        commit(writes);
      }
      return { ...emptyResponse, UnprocessedItems: {} };
    }
    if (command instanceof BatchExecuteStatementCommand) {
      const { Statements = [] } = command.input;
      check(Statements.length <= maxInBatchWrite, 'too many statements');
      const writes = Statements.map(({ Statement = '', Parameters = [] }) => {
        const { table, key, change, holds } = readStatement(Statement, Parameters.map(plainValue));
        const place = keyOf(key);
        // Unlike UpdateItem it makes no item that was not there.
        const meets = (item: Item | undefined) => item !== undefined && holds(item);
        return {
          ...prepare(table, place, (before) => before && change(before), {}),
          holds: () => meets(tableOf(table).get(place)),
        };
      });
      check(new Set(writes.map(({ key }) => key)).size === writes.length, 'a key is given twice');
      const Responses = writes.map((write) => {
        if (!write.holds()) return { Error: { Code: 'ConditionalCheckFailed' } };
        apply(write);
        return {};
      });
      return { ...emptyResponse, Responses };
    }
    if (command instanceof TransactWriteCommand) {
      transact(command.input.TransactItems ?? []);
      return emptyResponse;
    }
    throw new Error(`${(command as object).constructor.name} is not known to this DynamoDB`);
  }

  function prepare(
    name: string | undefined,
    key: string,
    change: (before: Item | undefined) => Item | undefined,
    condition: Condition,
  ) {
    const table = tableOf(name);
    return {
      table,
      key,
      change,
      holds: () =>
        condition.ConditionExpression === undefined ||
        meetsCondition(condition.ConditionExpression, table.get(key), contextOf(condition)),
    };
  }

  type Prepared = ReturnType<typeof prepare>;

  function commit(writes: readonly Prepared[]): void {
    if (!writes.every(({ holds }) => holds())) {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
    for (const write of writes) apply(write);
  }

  function apply({ table, key, change }: Prepared): void {
    const after = change(table.get(key));
    if (after === undefined) table.delete(key);
    else {
      for (const { partitionKey, sortKey } of indexes) checkKeyBytes(after[partitionKey], after[sortKey]);
      table.set(key, plain(after));
    }
  }

  function transact(items: NonNullable<TransactWriteCommandInput['TransactItems']>): void {
    check(items.length <= maxTransactionItems, `a transaction of ${items.length} writes`);
    const writes = items.map(({ Put, Update, Delete, ConditionCheck }) => {
      if (Put) return prepare(Put.TableName, keyOf(Put.Item ?? {}), () => Put.Item, Put);
      if (Update) {
        const { TableName, Key = {}, UpdateExpression = '' } = Update;
        return prepare(TableName, keyOf(Key), updating(Key, UpdateExpression, Update), Update);
      }
      if (Delete) return prepare(Delete.TableName, keyOf(Delete.Key ?? {}), () => undefined, Delete);
      const { TableName, Key = {} } = ConditionCheck ?? {};
      return prepare(TableName, keyOf(Key), (before) => before, ConditionCheck ?? {});
    });
    check(
      new Set(items.map((item) => JSON.stringify(placeOf(item)))).size === items.length,
      'an item is in a transaction twice',
    );
    const reasons = writes.map(({ holds }) => ({ Code: holds() ? 'None' : 'ConditionalCheckFailed' }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        CancellationReasons: reasons,
        $metadata: {},
      });
    }
    for (const write of writes) apply(write);
  }

  function query(input: QueryCommandInput): Item {
    const {
      TableName,
      IndexName,
      KeyConditionExpression = '',
      ExclusiveStartKey,
      Limit,
      ScanIndexForward,
    } = input;
    const index = IndexName === undefined ? assetTable : indexes.find(({ name }) => name === IndexName);
    if (!index) throw new Error(`There is no index ${IndexName}`);
    const { partitionKey, sortKey } = index;
    const order = (a: Item, b: Item) =>
      compareKeys(a[sortKey], b[sortKey]) || compareKeys(a.pk, b.pk) || compareKeys(a.sk, b.sk);
    const forward = ScanIndexForward !== false;
    const rows = [...tableOf(TableName).values()]
      .filter(
        (item) =>
          item[partitionKey] !== undefined &&
          item[sortKey] !== undefined &&
          meetsCondition(KeyConditionExpression, item, contextOf(input)),
      )
      .sort((a, b) => (forward ? order(a, b) : order(b, a)));
    const rest =
      ExclusiveStartKey === undefined
        ? rows
        : rows.filter((row) =>
            forward ? order(row, ExclusiveStartKey) > 0 : order(row, ExclusiveStartKey) < 0,
          );
    const page = rest.slice(0, Limit ?? rest.length);
    const last = page.at(-1);
    const names = new Set(['pk', 'sk', partitionKey, sortKey]);
    return {
      ...emptyResponse,
      Items: structuredClone(page),
      ...(last && page.length === Limit
        ? { LastEvaluatedKey: Object.fromEntries(Object.entries(last).filter(([name]) => names.has(name))) }
        : {}),
    };
  }
}

function updating(key: Item, expression: string, condition: Condition) {
  return (before: Item | undefined) => updated(expression, before ?? key, contextOf(condition));
}

function contextOf(condition: Condition): Expressions {
  return {
    names: condition.ExpressionAttributeNames,
    values: condition.ExpressionAttributeValues && plain(condition.ExpressionAttributeValues),
  };
}

function keyOf({ pk, sk }: Item): string {
  check(
    typeof pk === 'string' && typeof sk === 'string' && pk !== '' && sk !== '',
    'an item without its key',
  );
  checkKeyBytes(String(pk), String(sk));
  return `${String(pk)}\n${String(sk)}`;
}

function placeOf({
  Put,
  Update,
  Delete,
  ConditionCheck,
}: NonNullable<TransactWriteCommandInput['TransactItems']>[number]) {
  const { TableName } = Put ?? Update ?? Delete ?? ConditionCheck ?? {};
  return [TableName, keyOf(Put?.Item ?? Update?.Key ?? Delete?.Key ?? ConditionCheck?.Key ?? {})];
}

function plainValue(value: unknown): unknown {
  return plain({ value }).value;
}

/** What the client leaves out goes. */
function plain(value: Item): Item {
  const copy = JSON.parse(JSON.stringify(value)) as Item;
  check(isDeepStrictEqual(copy, JSON.parse(JSON.stringify(copy))), 'no plain value');
  return copy;
}

function checkKeyBytes(partition: unknown, sort: unknown): void {
  check(
    Buffer.byteLength(String(partition)) <= 2_048,
    `a partition key of more than 2,048 bytes: ${partition}`,
  );
  check(Buffer.byteLength(String(sort)) <= 1_024, `a sort key of more than 1,024 bytes: ${sort}`);
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(`DynamoDB would refuse this: ${message}`);
}
