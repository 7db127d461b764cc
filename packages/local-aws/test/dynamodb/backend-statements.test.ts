import { describe, expect, it } from 'vitest';
import { withBackendStatements } from '../../src/dynamodb/backend-statements.ts';

const rewritten = (statement: string) =>
  withBackendStatements('ExecuteStatement', { Statement: statement })?.Statement;

describe('a PartiQL statement for the backend', () => {
  it.each([
    [
      'UPDATE "t" SET "a" = ? SET "b" = ? REMOVE "c" WHERE "pk" = ?',
      'UPDATE "t" SET "a" = ? , "b" = ? REMOVE "c" WHERE "pk" = ?',
    ],
    [
      "UPDATE Music SET AwardsWon=1 SET AwardDetail={'Grammys':[2020]} WHERE Artist='Acme'",
      "UPDATE Music SET AwardsWon=1 , AwardDetail={'Grammys':[2020]} WHERE Artist='Acme'",
    ],
  ])('joins the clauses of %s', (statement, expected) => {
    expect(rewritten(statement)).toBe(expected);
  });

  it.each([
    'UPDATE "t" SET "a" = ?, "b" = ? WHERE "pk" = ?',
    'UPDATE "t" SET "SET" = ? WHERE "pk" = ?',
    "UPDATE t SET a = 'x SET b = 1 SET' WHERE pk = 'it''s SET'",
    'UPDATE "t" SET "a" = ? REMOVE "b" SET "c" = ? WHERE "pk" = ?',
    'UPDATE "t" SET "a" = ? WHERE SET = ? AND SET = ?',
    'SELECT * FROM "t" WHERE "a" = \'SET SET\'',
  ])('leaves %s as it is', (statement) => {
    expect(rewritten(statement)).toBe(statement);
  });

  it('is found in each call that has one, and nothing else of the call changes', () => {
    const given = {
      Statement: 'UPDATE "t" SET "a" = ? SET "b" = ? WHERE "pk" = ?',
      Parameters: [{ S: 'SET' }],
    };
    const expected = { ...given, Statement: 'UPDATE "t" SET "a" = ? , "b" = ? WHERE "pk" = ?' };
    expect(
      withBackendStatements('BatchExecuteStatement', {
        Statements: [given],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    ).toEqual({
      Statements: [expected],
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(withBackendStatements('ExecuteTransaction', { TransactStatements: [given] })).toEqual({
      TransactStatements: [expected],
    });
    expect(withBackendStatements('GetItem', { TableName: 't' })).toBeUndefined();
    expect(withBackendStatements('BatchExecuteStatement', { Statements: 'wrong' })).toBeUndefined();
  });
});
