/** The function as it ships, on a memory cloud: from the clock to the message, and from the message to the job. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { company } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { imageAsset } from '../../support/library-cloud.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import { type CallFunction, shippedFunctions } from '../../support/shipped-functions.ts';

const due = '2026-11-24T13:00:00.000Z';
const cloud = memoryCloud({ now: () => Date.now() });
let call: CallFunction;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T12:59:30.000Z') });
  call = shippedFunctions(cloud);
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

it('publishes what begins and withdraws what ends, by the message that its look has sent', async () => {
  const publications = { 'image-serving': { version: 1, at: due, by: 'ann', key: `${company}/image/ends` } };
  cloud.own.put(imageAsset('begins', { intent: 'held', liveFrom: due, due, datesBy: 'bob' }));
  cloud.own.put(imageAsset('ends', { intent: 'live', publications, liveUntil: due, due, datesBy: 'bob' }));
  expect(await call('apply-dates', { source: 'aws.events' })).toEqual({ messages: 1 });
  expect(cloud.messages).toEqual([{ queueUrl: cloudNames.DATES_QUEUE, body: { company, due }, delay: 30 }]);

  vi.setSystemTime(Date.parse(due));
  await call('apply-dates', { Records: [{ body: JSON.stringify({ company, due }) }] });
  const [job] = [...cloud.own.jobs.values()];
  expect(job).toMatchObject({
    givenName: 'Live from 2026-11-24 13:00',
    submittedBy: 'bob',
    status: 'queued',
  });
  expect(cloud.started).toEqual([job?.id]);
  expect(cloud.own.assets.get('begins')).toMatchObject({ intent: 'live', liveFrom: due });
  expect(cloud.own.assets.get('ends')).toMatchObject({ intent: 'held', publications: {} });
  expect(cloud.messages.at(-1)).toMatchObject({
    queueUrl: cloudNames.INVALIDATION_QUEUE,
    body: { company, ids: ['ends'] },
  });
  // An operator can ask for a moment again: nothing is left.
  await call('apply-dates', { company, due });
  expect(await call('apply-dates', {})).toEqual({ messages: 0 });
  expect(cloud.own.jobs.size).toBe(1);
});
