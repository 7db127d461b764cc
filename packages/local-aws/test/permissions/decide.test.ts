import { describe, expect, it } from 'vitest';
import { accessDeniedMessage } from '../../src/permissions/access-denied.ts';
import { createDecide } from '../../src/permissions/decide.ts';
import { managedPolicy } from '../../src/permissions/managed-policies.ts';
import { createRolePolicies } from '../../src/permissions/role-policies.ts';

const account = '111122223333';
const role = `arn:aws:iam::${account}:role/worker`;
const table = `arn:aws:dynamodb:eu-central-1:${account}:table/jobs`;

function decideWith(...statements: object[]) {
  const roles = createRolePolicies();
  roles.addRole(role);
  roles.addPolicy(role, { name: 'all', document: { Version: '2012-10-17', Statement: statements } });
  return { roles, decide: createDecide(roles, account) };
}

const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

describe('createDecide', () => {
  it.each<[action: string, resource: string, allowed: boolean]>([
    ['dynamodb:GetItem', table, true],
    ['dynamodb:DeleteItem', table, false],
    ['dynamodb:GetItem', `${table}2`, false],
    ['s3:GetObject', 'arn:aws:s3:::media/luma/a\nb\r\u2028c.png', true],
    ['s3:GetObject', 'arn:aws:s3:::media/other/a\nluma/b.png', false],
    ['dynamodb:Query', `${table}/index/byCompany`, true],
    ['dynamodb:Query', table, false],
    ['states:StartExecution', `arn:aws:states:eu-central-1:${account}:stateMachine:publish`, true],
    ['states:StartExecution', `arn:aws:states:eu-central-1:${account}:stateMachine:other`, false],
    ['cloudfront:CreateInvalidation', `arn:aws:cloudfront::${account}:distribution/EABC`, true],
    ['cloudfront:GetInvalidation', `arn:aws:cloudfront::${account}:distribution/EABC`, false],
  ])('decides about %s on %s: %s', async (action, resource, allowed) => {
    const { decide } = decideWith(
      allow(['dynamodb:GetItem', 'dynamodb:Put*'], table),
      allow('dynamodb:Query', `${table}/index/*`),
      allow('s3:GetObject', 'arn:aws:s3:::media/luma/*'),
      allow('states:StartExecution', `arn:aws:states:eu-central-1:${account}:stateMachine:publish`),
      allow('cloudfront:*', `arn:aws:cloudfront::${account}:distribution/EABC`),
      { Effect: 'Deny', Action: 'cloudfront:Get*', Resource: '*' },
    );
    expect(await decide({ principal: role, action, resource })).toBe(allowed);
  });

  it('checks conditions', async () => {
    const { decide } = decideWith({
      ...allow('dynamodb:GetItem', table),
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'a#*' } },
    });
    const decideFor = (key: string) =>
      decide({
        principal: role,
        action: 'dynamodb:GetItem',
        resource: table,
        context: { 'dynamodb:LeadingKeys': [key] },
      });
    expect(await decideFor('a#1')).toBe(true);
    expect(await decideFor('b#1')).toBe(false);
  });

  it('decides again after a policy has changed', async () => {
    const { roles, decide } = decideWith(allow('dynamodb:GetItem', table));
    const request = { principal: role, action: 'dynamodb:PutItem', resource: table };
    expect(await decide(request)).toBe(false);
    const document = { Version: '2012-10-17', Statement: [allow('dynamodb:PutItem', table)] };
    roles.addPolicy(role, { name: 'more', document });
    expect(await decide(request)).toBe(true);
    roles.addRole(role);
    expect(await decide(request)).toBe(false);
  });

  it('allows nothing to an unknown role', async () => {
    const { decide } = decideWith(allow('*', '*'));
    expect(await decide({ principal: `${role}2`, action: 'dynamodb:GetItem', resource: table })).toBe(false);
  });
});

it("words a denial in AWS's text", () => {
  expect(accessDeniedMessage(role, 'dynamodb:GetItem', table)).toBe(
    `User: arn:aws:sts::${account}:assumed-role/worker/local is not authorized to perform: dynamodb:GetItem on resource: ${table} because no identity-based policy allows the dynamodb:GetItem action`,
  );
});

it('returns a known AWS managed policy, and names an unknown one in its error', () => {
  expect(() => managedPolicy('arn:aws:iam::aws:policy/AdministratorAccess')).toThrow('"AdministratorAccess"');
  expect(managedPolicy('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')).toMatchObject({
    Statement: [{ Effect: 'Allow', Resource: '*' }],
  });
});
