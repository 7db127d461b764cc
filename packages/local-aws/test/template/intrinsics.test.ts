// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written this way.
import { describe, expect, it } from 'vitest';
import {
  conditionHolds,
  referencesOf,
  resolveIntrinsics,
  type Scope,
} from '../../src/template/intrinsics.ts';

const scope: Scope = {
  pseudoParameters: {
    'AWS::Region': 'eu-central-1',
    'AWS::AccountId': '111122223333',
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  },
  parameters: { Stage: 'test', Zones: ['a', 'b'] },
  mappings: { Sizes: { test: { memory: 128 } } },
  conditions: {
    IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
    IsLive: { 'Fn::Not': [{ Condition: 'IsTest' }] },
    Both: { 'Fn::And': [{ Condition: 'IsTest' }, { Condition: 'IsLive' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsTest' }, { Condition: 'IsLive' }] },
  },
  ref(logicalId) {
    if (logicalId === 'Table') return 'table-1';
    throw new Error(`no ${logicalId}`);
  },
  attribute: (logicalId, name) => `${logicalId}!${name}`,
  importValue: (name) => `imported ${name}`,
};

describe('resolveIntrinsics', () => {
  it.each<[title: string, value: unknown, resolved: unknown]>([
    ['plain values', { a: [1, true, 'x', null] }, { a: [1, true, 'x', null] }],
    ['Ref of a resource', { Ref: 'Table' }, 'table-1'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'test'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table!Arn'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Table.Endpoint.Address' }, 'Table!Endpoint.Address'],
    [
      'Sub',
      { 'Fn::Sub': 'a ${Table} ${Table.Arn} ${AWS::Region} ${!Table}' },
      'a table-1 Table!Arn eu-central-1 ${Table}',
    ],
    ['Sub with variables', { 'Fn::Sub': ['${Who}:${Stage}', { Who: { Ref: 'Table' } }] }, 'table-1:test'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-test'],
    ['Join of a list parameter', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
    ['Select of Split', { 'Fn::Select': ['2', { 'Fn::Split': ['/', 'https://host'] }] }, 'host'],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}:X' } }, 'imported test:X'],
    ['If', { 'Fn::If': ['IsTest', 'yes', { Ref: 'Missing' }] }, 'yes'],
    ['If of the other branch', { 'Fn::If': ['IsLive', { Ref: 'Missing' }, 'no'] }, 'no'],
    ['NoValue of a property', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['NoValue of an item', [1, { 'Fn::If': ['IsLive', 2, { Ref: 'AWS::NoValue' }] }], [1]],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']],
    [
      'Condition of a policy, an ordinary key,',
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  ])('resolves %s', (_title, value, resolved) => {
    expect(resolveIntrinsics(value, scope)).toEqual(resolved);
  });

  it.each<[value: unknown, message: string]>([
    [{ 'Fn::Transform': {} }, 'does not know the function Fn::Transform'],
    [{ Ref: 'Missing' }, 'no Missing'],
    [{ 'Fn::Select': [5, ['a']] }, 'item 5 of 1'],
    [{ 'Fn::FindInMap': ['Sizes', 'live', 'memory'] }, 'has no mapping Sizes.live.memory'],
    [{ 'Fn::If': ['Unheard', 1, 2] }, 'has no condition "Unheard"'],
    ['{{resolve:ssm:/name}}', 'Dynamic references are not resolved'],
  ])('refuses %j', (value, message) => {
    expect(() => resolveIntrinsics(value, scope)).toThrow(message);
  });
});

describe('conditionHolds', () => {
  it.each([
    ['IsTest', true],
    ['IsLive', false],
    ['Both', false],
    ['Either', true],
  ])('evaluates %s to %s', (name, expected) => {
    expect(conditionHolds(name, scope)).toBe(expected);
  });
});

describe('referencesOf', () => {
  it.each<[value: unknown, resources: string[], imports: string[]]>([
    [{ a: { Ref: 'Table' }, b: [{ 'Fn::GetAtt': ['Role', 'Arn'] }] }, ['Table', 'Role'], []],
    [{ Ref: 'AWS::Region' }, [], []],
    [{ Ref: 'Stage' }, [], []],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, ['Queue'], []],
    [{ 'Fn::Sub': '${Table.Arn}/${AWS::Region}/${!Not}' }, ['Table'], []],
    [{ 'Fn::Sub': ['${Own}/${Other}', { Own: { Ref: 'Bucket' } }] }, ['Bucket', 'Other'], []],
    [{ 'Fn::If': ['IsLive', { Ref: 'OnlyLive' }, { Ref: 'Always' }] }, ['Always'], []],
    [{ 'Fn::Join': ['', [{ 'Fn::ImportValue': 'stack:Name' }]] }, [], ['stack:Name']],
  ])('finds the references of %j', (value, resources, imports) => {
    const found = referencesOf(value, scope);
    expect([...found.resources]).toEqual(resources);
    expect([...found.imports]).toEqual(imports);
  });
});
