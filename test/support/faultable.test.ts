import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { cloudNames } from './cloud-names.ts';
import { type Faults, faultable } from './faultable.ts';
import { memoryCloud } from './memory-cloud.ts';

const failure = new Error('made by a test');

/** An adapter that sends two commands, and one that swallows its errors. */
function adaptersOnCloud() {
  const cloud = memoryCloud();
  const put = (Key: string) =>
    cloud.clients.s3.send(new PutObjectCommand({ Bucket: cloudNames.UPLOAD_BUCKET, Key, Body: '' }));
  const faults: Faults = { calls: [], fault: () => {}, commandFault: () => {} };
  const adapters = faultable(
    cloud.hook,
    {
      async two() {
        await put('a');
        await put('b');
      },
      async swallows() {
        await put('a').catch(() => undefined);
        await put('b').catch(() => undefined);
      },
      async nothing() {},
    },
    faults,
  );
  return { faults, adapters, keys: () => cloud.buckets[cloudNames.UPLOAD_BUCKET].keys() };
}

it.each([
  ['before', []],
  ['after', ['a', 'b']],
] as const)('fails a call %s it has happened', async (at, written) => {
  const { faults, adapters, keys } = adaptersOnCloud();
  faults.fault = (_, when) => {
    if (when === at) throw failure;
  };
  await expect(adapters.two()).rejects.toBe(failure);
  expect(keys()).toEqual(written);
  expect(faults.calls).toEqual(['two']);
});

it('fails a call also if its adapter would swallow the error, and lets it send nothing more', async () => {
  const { faults, adapters, keys } = adaptersOnCloud();
  faults.fault = () => {
    throw failure;
  };
  await expect(adapters.swallows()).rejects.toBe(failure);
  expect(keys()).toEqual([]);
});

it('leaves a command that fails to the adapter', async () => {
  const { faults, adapters, keys } = adaptersOnCloud();
  faults.commandFault = (when, { targets }) => {
    if (when === 'before' && targets[0]?.endsWith('/a')) throw failure;
  };
  await adapters.swallows();
  expect(keys()).toEqual(['b']);
  await expect(adapters.two()).rejects.toBe(failure);
});

it('holds a call up as long as its fault waits', async () => {
  const { faults, adapters, keys } = adaptersOnCloud();
  const gate = Promise.withResolvers<void>();
  faults.fault = (_, when) => (when === 'before' ? gate.promise : undefined);
  const call = adapters.two();
  await new Promise(setImmediate);
  expect(keys()).toEqual([]);
  gate.resolve();
  await call;
  expect(keys()).toEqual(['a', 'b']);
});

it('cannot fail a call that sends nothing', async () => {
  const { faults, adapters } = adaptersOnCloud();
  faults.fault = () => {
    throw failure;
  };
  await adapters.nothing();
  expect(faults.calls).toEqual(['nothing']);
});
