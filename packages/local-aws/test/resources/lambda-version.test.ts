import { expect, it } from 'vitest';
import type { CloudServices, LocalFunction } from '../../src/cloud-services.ts';
import { lambdaVersion } from '../../src/resources/lambda-version.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:work';
const work = { arn, name: 'work' } as LocalFunction;

function create(FunctionName: string) {
  const functions = new Map([[arn, work]]);
  const services = {
    region: 'eu-west-1',
    account: '123456789012',
    functions,
    shared: <T>(_: string, make: () => T) => make(),
  } as unknown as CloudServices;
  const created = lambdaVersion.create({
    properties: { FunctionName },
    services,
  } as unknown as Parameters<typeof lambdaVersion.create>[0]);
  return created.then(({ ref, attributes }) => ({ ref, attributes, functions }));
}

it.each(['work', arn])('makes the function %s callable by the ARN of its version', async (name) => {
  const { ref, attributes, functions } = await create(name);
  expect(ref).toBe(`${arn}:1`);
  expect(attributes).toEqual({ Version: '1', FunctionArn: `${arn}:1` });
  expect(functions.get(`${arn}:1`)).toBe(work);
});

it('refuses a function that does not exist', async () => {
  await expect(create('none')).rejects.toThrow('There is no Lambda function "none"');
});
