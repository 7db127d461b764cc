import { expect, it } from 'vitest';
import { isServiceAllowed } from '../../src/permissions/is-service-allowed.ts';

const resource = 'arn:aws:sqs:eu-central-1:111122223333:uploads';
const call = {
  service: 'events.amazonaws.com',
  action: 'sqs:SendMessage',
  resource,
  sourceArn: 'arn:aws:events:eu-central-1:111122223333:rule/uploads',
  account: '111122223333',
};
const allow = (service: string, Condition?: object) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sqs:SendMessage',
      Resource: resource,
      ...(Condition ? { Condition } : {}),
    },
  ],
});

it.each<[title: string, policy: unknown, allowed: boolean]>([
  ['no policy', undefined, false],
  ['a policy for the service', allow('events.amazonaws.com'), true],
  ['one for another service', allow('s3.amazonaws.com'), false],
  [
    'one for this rule',
    allow('events.amazonaws.com', { ArnEquals: { 'aws:SourceArn': call.sourceArn } }),
    true,
  ],
  [
    'one for another rule',
    allow('events.amazonaws.com', { ArnEquals: { 'aws:SourceArn': `${call.sourceArn}2` } }),
    false,
  ],
])('with %s it is %s', async (_title, policy, allowed) => {
  expect(await isServiceAllowed(policy, call)).toBe(allowed);
});

it('refuses a policy that is none', async () => {
  await expect(isServiceAllowed({ Statement: [{ Effect: 'Perhaps' }] }, call)).rejects.toThrow(
    'cannot be read',
  );
});
