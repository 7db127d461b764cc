/** What a call of DynamoDB reads or writes. */
import type {
  BatchExecuteStatementCommandInput,
  BatchGetCommandInput,
  BatchWriteCommandInput,
  QueryCommandInput,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { assetTable } from '../../../adapters/dynamodb/keys.ts';
import type { Input } from '../calls.ts';
import { readStatement } from './statements.ts';
import type { Item } from './values.ts';

/** All tables have the same two keys. */
const { partitionKey, sortKey } = assetTable;

/** Keys of items, as `<table> <partition key> <sort key>`; a query names its table or `<table>/<index>`, and its partition. */
export function dynamodbTargets(command: string, input: Input): string[] {
  switch (command) {
    case 'Query': {
      const { TableName, IndexName, ExpressionAttributeValues = {} } = input as QueryCommandInput;
      const [partition] = Object.values(ExpressionAttributeValues);
      return [`${TableName}${IndexName === undefined ? '' : `/${IndexName}`} ${String(partition)}`];
    }
    case 'BatchGet':
      return Object.entries((input as BatchGetCommandInput).RequestItems ?? {}).flatMap(
        ([name, { Keys = [] }]) => Keys.map((key) => textOf(name, key)),
      );
    case 'BatchWrite':
      return Object.entries((input as BatchWriteCommandInput).RequestItems ?? {}).flatMap(
        ([name, requests = []]) =>
          requests.map(({ PutRequest, DeleteRequest }) =>
            textOf(name, PutRequest?.Item ?? DeleteRequest?.Key),
          ),
      );
    case 'TransactWrite':
      return ((input as unknown as TransactWriteCommandInput).TransactItems ?? []).map(
        ({ Put, Update, Delete, ConditionCheck }) => {
          const one = Put ?? Update ?? Delete ?? ConditionCheck;
          return textOf(one?.TableName, Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key);
        },
      );
    case 'BatchExecuteStatement':
      return ((input as unknown as BatchExecuteStatementCommandInput).Statements ?? []).map(
        ({ Statement: text = '', Parameters = [] }) => {
          const { table, equal } = readStatement(text, Parameters);
          return textOf(table, equal);
        },
      );
    default:
      return [textOf(input.TableName, input.Key ?? input.Item)];
  }
}

function textOf(table: unknown, key: unknown): string {
  const { [partitionKey]: partition, [sortKey]: sort } = (key ?? {}) as Item;
  return `${String(table)} ${String(partition)} ${String(sort)}`;
}
