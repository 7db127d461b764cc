import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createRoleCredentials } from '../../src/permissions/role-credentials.ts';

const mock = mockClient(STSClient);
const sts = new STSClient({ region: 'eu-central-1' });
const role = 'arn:aws:iam::1:role/worker';
let now = 0;

beforeEach(() => {
  now = 0;
  let count = 0;
  mock.reset();
  mock.on(AssumeRoleCommand).callsFake(async ({ DurationSeconds }: { DurationSeconds: number }) => {
    count += 1;
    return {
      Credentials: {
        AccessKeyId: `ASIA${count}`,
        SecretAccessKey: 's',
        SessionToken: 't',
        Expiration: new Date(now + DurationSeconds * 1000),
      },
    };
  });
});

it('assumes a role once for all callers, and again when ten minutes are left', async () => {
  const store = createRoleCredentials(sts, () => now);
  const [first, second] = await Promise.all([store.credentialsFor(role), store.credentialsFor(role)]);
  expect(second).toBe(first);
  now = 49 * 60_000;
  expect(await store.credentialsFor(role)).toBe(first);
  now = 51 * 60_000;
  const [third, fourth] = await Promise.all([store.credentialsFor(role), store.credentialsFor(role)]);
  expect(third.accessKeyId).toBe('ASIA2');
  expect(fourth).toBe(third);
});

it('finds the role of a key until the key expires', async () => {
  const store = createRoleCredentials(sts, () => now);
  await store.credentialsFor(role);
  now = 51 * 60_000;
  await store.credentialsFor(role);
  expect(store.find('ASIA1')?.roleArn).toBe(role);
  now = 120 * 60_000;
  await store.credentialsFor(role);
  expect(store.find('ASIA1')).toBeUndefined();
  expect(store.find('ASIA3')?.roleArn).toBe(role);
  expect(store.find('other')).toBeUndefined();
});

it('assumes the role again after a failure', async () => {
  const store = createRoleCredentials(sts, () => now);
  mock.on(AssumeRoleCommand).rejectsOnce(new Error('no such role'));
  await expect(store.credentialsFor(role)).rejects.toThrow('no such role');
  mock.on(AssumeRoleCommand).resolves({
    Credentials: {
      AccessKeyId: 'A',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: new Date(3_600_000),
    },
  });
  expect((await store.credentialsFor(role)).accessKeyId).toBe('A');
});
