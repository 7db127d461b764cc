import { expect, it } from 'vitest';
import { withoutTlsStatements } from '../../src/ministack/without-tls-statements.ts';

const read = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const deny = (Condition: object) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition,
});
const noTls = deny({ Bool: { 'aws:SecureTransport': 'false' } });
const oldTls = deny({ NumericLessThan: { 's3:TlsVersion': 1.2 } });
const foreign = deny({ StringNotEquals: { 'aws:PrincipalAccount': '1' } });

it.each<[statements: object | object[], kept: object[], leftOut: number]>([
  [[read, noTls], [read], 1],
  [[noTls, oldTls], [], 2],
  [[foreign, { Effect: 'Deny', Action: '*' }], [foreign, { Effect: 'Deny', Action: '*' }], 0],
  [noTls, [], 1],
  [
    [{ ...read, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    [{ ...read, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    0,
  ],
])('leaves out the TLS statements of %j', (statements, kept, leftOut) => {
  const document = { Version: '2012-10-17', Statement: statements };
  expect(withoutTlsStatements(document)).toEqual({
    document: { Version: '2012-10-17', Statement: kept },
    leftOut,
  });
});
