import { describe, expect, it } from 'vitest';
import { findFunction, functionReference } from '../../src/lambda/function-reference.ts';

const here = { region: 'eu-central-1', account: '000000000000' };
const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:serve-api';

describe('functionReference', () => {
  it.each([
    ['serve-api', undefined],
    ['serve-api:live', 'live'],
    ['serve-api:$LATEST', undefined],
    ['000000000000:function:serve-api', undefined],
    [arn, undefined],
    [`${arn}:3`, '3'],
  ])('parses %s', (text, qualifier) => {
    expect(functionReference(text, here)).toEqual({ arn, name: 'serve-api', qualifier });
  });
});

it('throws an error for a function that does not exist', () => {
  const services = { ...here, functions: new Map() };
  expect(() => findFunction(services, 'serve-api')).toThrow('There is no Lambda function "serve-api"');
});
