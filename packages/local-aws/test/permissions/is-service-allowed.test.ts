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

it.each<[title: string, policy: unknown, isAllowed: boolean]>([
  ['no policy', undefined, false],
  ['a policy for the service', allow('events.amazonaws.com'), true],
  ['a policy for another service', allow('s3.amazonaws.com'), false],
  [
    'a policy for this rule',
    allow('events.amazonaws.com', { ArnEquals: { 'aws:SourceArn': call.sourceArn } }),
    true,
  ],
  [
    'a policy for another rule',
    allow('events.amazonaws.com', { ArnEquals: { 'aws:SourceArn': `${call.sourceArn}2` } }),
    false,
  ],
])('decides with %s: %s', async (_title, policy, isAllowed) => {
  expect(await isServiceAllowed(policy, call)).toBe(isAllowed);
});

it('throws an error for an invalid policy', async () => {
  await expect(isServiceAllowed({ Statement: [{ Effect: 'Perhaps' }] }, call)).rejects.toThrow(
    'cannot be read',
  );
});
