import { expect, it } from 'vitest';
import { neededPermissions } from '../../src/dynamodb/needed-permissions.ts';

const key = { pk: { S: 'a' } };

it.each<[operation: string, body: Record<string, unknown>, needed: string[]]>([
  ['GetItem', { TableName: 'jobs', Key: key }, ['GetItem jobs']],
  ['Query', { TableName: 'jobs' }, ['Query jobs']],
  ['Query', { TableName: 'jobs', IndexName: 'byCompany' }, ['Query jobs/index/byCompany']],
  ['BatchGetItem', { RequestItems: { jobs: {}, assets: {} } }, ['BatchGetItem jobs', 'BatchGetItem assets']],
  ['BatchWriteItem', { RequestItems: { jobs: [] } }, ['BatchWriteItem jobs']],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 'jobs' } },
        { Put: { TableName: 'jobs' } },
        { Update: { TableName: 'jobs' } },
        { Delete: { TableName: 'assets' } },
        { ConditionCheck: { TableName: 'assets' } },
      ],
    },
    ['PutItem jobs', 'UpdateItem jobs', 'DeleteItem assets', 'ConditionCheckItem assets'],
  ],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'jobs' } }] }, ['GetItem jobs']],
  ['ListTables', {}, ['ListTables *']],
  ['DescribeTable', { TableName: 'jobs' }, ['DescribeTable jobs']],
  ['ExecuteStatement', { Statement: 'SELECT * FROM jobs' }, ['PartiQLSelect jobs']],
  [
    'BatchExecuteStatement',
    {
      Statements: [
        { Statement: 'UPDATE "jobs" SET "a" = ? WHERE "pk" = ?' },
        { Statement: 'UPDATE "jobs" REMOVE "a" WHERE "pk" = ?' },
        { Statement: 'DELETE FROM assets WHERE pk = ?' },
        { Statement: "INSERT INTO assets VALUE {'pk': ?}" },
        { Statement: 'DROP TABLE jobs' },
      ],
    },
    ['PartiQLUpdate jobs', 'PartiQLDelete assets', 'PartiQLInsert assets', 'PartiQLUnknown '],
  ],
])('finds the permissions that %s %j needs', (operation, body, needed) => {
  const found = neededPermissions(operation, body, (name) => `arn:table/${name}`);
  const short = found.map(
    ({ action, resource }) => `${action.replace('dynamodb:', '')} ${resource.replace('arn:table/', '')}`,
  );
  expect(short).toEqual(needed);
});

it('accepts the ARN of a table in place of its name', () => {
  const arn = 'arn:aws:dynamodb:eu-central-1:1:table/jobs';
  expect(neededPermissions('GetItem', { TableName: arn }, () => 'unused')).toEqual([
    { action: 'dynamodb:GetItem', resource: arn },
  ]);
});
