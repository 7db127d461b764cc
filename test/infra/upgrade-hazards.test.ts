import { describe, expect, it } from 'vitest';
import { type StackTemplate, upgradeHazards } from './upgrade-hazards.ts';

const table = (indexes: readonly string[] = [], more: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: ['pk', ...indexes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: indexes.map((IndexName) => ({
      IndexName,
      KeySchema: [{ AttributeName: IndexName, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
    ...more,
  },
});
const bucket = { Type: 'AWS::S3::Bucket', Properties: {} };
const queue = (QueueName: string, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...more },
});
const edge = (Name: string) => ({
  Type: 'AWS::CloudFront::Function',
  Properties: { Name, FunctionCode: 'x' },
});
const exported = (Name: string, Value: unknown) => ({ [Name]: { Value, Export: { Name } } });
const importing = (name: string): StackTemplate => ({
  Resources: { User: { Type: 'AWS::IAM::Policy', Properties: { Of: { 'Fn::ImportValue': name } } } },
});
const stack = (Resources: StackTemplate['Resources'], Outputs: StackTemplate['Outputs'] = {}) => ({
  Resources,
  Outputs,
});

describe('an upgrade', () => {
  it.each([
    [
      'an export that is imported vanishes',
      { a: stack({}, exported('x', 1)), b: importing('x') },
      { a: stack({}), b: stack({}) },
      'a no longer exports x',
    ],
    [
      'an export that is imported moves to another stack',
      { a: stack({}, exported('x', 1)), b: importing('x'), c: stack({}) },
      { a: stack({}), b: importing('x'), c: stack({}, exported('x', 1)) },
      'a no longer exports x',
    ],
    [
      'the value of an export that is imported changes',
      { a: stack({}, exported('x', 'd111.cloudfront.net')), b: importing('x') },
      { a: stack({}, exported('x', 'media.example.com')), b: importing('x') },
      'a exports another value as x',
    ],
    [
      'the resource of an export that is imported is replaced',
      { a: stack({ Q: queue('one') }, exported('x', { 'Fn::GetAtt': ['Q', 'Arn'] })), b: importing('x') },
      { a: stack({ Q: queue('two') }, exported('x', { 'Fn::GetAtt': ['Q', 'Arn'] })), b: importing('x') },
      'a replaces Q, whose export x',
    ],
    ['a bucket is left out', { a: stack({ B: bucket }) }, { a: stack({}) }, 'a no longer has B'],
    ['a whole stack is left out', { a: stack({ B: bucket }) }, {}, 'a no longer has B'],
    [
      'a bucket gets another logical id',
      { a: stack({ B: bucket }) },
      { a: stack({ C: bucket }) },
      'a no longer has B (AWS::S3::Bucket)',
    ],
    [
      'a table gets another key',
      { a: stack({ T: table() }) },
      { a: stack({ T: table([], { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }) }) },
      'a replaces T (AWS::DynamoDB::Table)',
    ],
    [
      'a queue becomes first-in-first-out and keeps its name',
      { a: stack({ Q: queue('one') }) },
      { a: stack({ Q: queue('one', { FifoQueue: true }) }) },
      'keeps its name "one"',
    ],
    [
      'a named resource gets another logical id',
      { a: stack({ E: edge('check') }) },
      { a: stack({ F: edge('check') }) },
      'AWS::CloudFront::Function "check" moves from a/E to a/F',
    ],
    [
      'the domain of a user pool is replaced',
      {
        a: stack({
          D: { Type: 'AWS::Cognito::UserPoolDomain', Properties: { UserPoolId: 'p', Domain: 'one' } },
        }),
      },
      {
        a: stack({
          D: { Type: 'AWS::Cognito::UserPoolDomain', Properties: { UserPoolId: 'p', Domain: 'two' } },
        }),
      },
      'a replaces D (AWS::Cognito::UserPoolDomain), but a user pool has one domain',
    ],
    [
      'two indexes are added',
      { a: stack({ T: table() }) },
      { a: stack({ T: table(['one', 'two']) }) },
      'a adds one, adds two in T',
    ],
    [
      'one index is added and one removed',
      { a: stack({ T: table(['one']) }) },
      { a: stack({ T: table(['two']) }) },
      'a adds two, removes one in T',
    ],
    [
      'an index changes',
      { a: stack({ T: table(['one']) }) },
      {
        a: stack({
          T: table(['one'], {
            GlobalSecondaryIndexes: [
              { IndexName: 'one', KeySchema: [], Projection: { ProjectionType: 'ALL' } },
            ],
          }),
        }),
      },
      'a changes one in T',
    ],
  ])('is a hazard if %s', (_what, before, after, hazard) => {
    expect(upgradeHazards(before, after)).toEqual(expect.arrayContaining([expect.stringContaining(hazard)]));
  });

  it.each([
    ['an export that nothing imports vanishes', { a: stack({}, exported('x', 1)) }, { a: stack({}) }],
    [
      'a stack no longer imports what is still exported',
      { a: stack({}, exported('x', 1)), b: importing('x') },
      { a: stack({}, exported('x', 1)), b: stack({}) },
    ],
    [
      'a stack without data is left out, which the deployment does not touch',
      { a: stack({ E: edge('one') }, exported('x', 1)), b: importing('x') },
      { b: stack({}) },
    ],
    ['one index is added', { a: stack({ T: table() }) }, { a: stack({ T: table(['one']) }) }],
    ['a bucket is added', { a: stack({}) }, { a: stack({ B: bucket }) }],
    [
      'a table is protected',
      { a: stack({ T: table() }) },
      { a: stack({ T: table([], { DeletionProtectionEnabled: true }) }) },
    ],
    ['an edge function is renamed', { a: stack({ E: edge('one') }) }, { a: stack({ E: edge('two') }) }],
  ])('is safe if %s', (_what, before, after) => {
    expect(upgradeHazards(before, after)).toEqual([]);
  });
});
