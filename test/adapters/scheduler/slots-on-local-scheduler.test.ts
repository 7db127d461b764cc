import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { type TestClock, testClock } from '@pressroom/local-aws/testing/test-clock';
import { deadLetterArn, functionArn, role, testScheduler } from '@pressroom/local-aws/testing/test-scheduler';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type ListedSlot,
  type SlotDefinition,
  type Slots,
  slots,
} from '../../../adapters/scheduler/slots.ts';

let folder: string;
let clock: TestClock;
let world: ReturnType<typeof testScheduler>;
let adapter: Slots;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  clock = testClock('2027-03-12T12:00:00Z');
  world = testScheduler(folder, clock);
  await world.scheduler.createGroup('pressroom', 'template');
  await world.scheduler.activate();
  adapter = slots(
    world.client,
    { group: 'pressroom', roleArn: role, targetArn: functionArn, deadLetterArn },
    clock.now,
  );
});
afterEach(async () => {
  await world.scheduler.stop();
  rmSync(folder, { recursive: true });
});

const definition: SlotDefinition = {
  name: 'luma-1',
  expression: 'cron(30 2 * * ? *)',
  timeZone: 'America/New_York',
  enabled: true,
  input: { company: 'luma', due: '<aws.scheduler.scheduled-time>' },
  deleteWhenDone: false,
};

async function listed(prefix?: string): Promise<ListedSlot[]> {
  const found: ListedSlot[] = [];
  for await (const schedule of adapter.list(prefix)) found.push(schedule);
  return found;
}

it('puts, changes, lists and removes a slot', async () => {
  const { deleteWhenDone: _, ...shown } = definition;
  await adapter.put(definition);
  expect(await listed('luma-')).toEqual([shown]);
  await adapter.put({ ...definition, enabled: false });
  await adapter.put({ ...definition, enabled: false });
  expect(await listed()).toEqual([{ ...shown, enabled: false }]);
  // The first definition again is no repetition of the first call.
  await adapter.put(definition);
  expect(await listed()).toEqual([shown]);
  expect(await listed('other-')).toEqual([]);
  await adapter.remove('luma-1');
  await adapter.remove('luma-1');
  expect(await listed()).toEqual([]);
});

it('starts the function at the times of the zone, with the scheduled time in the input', async () => {
  await adapter.put(definition);
  await clock.moveTo('2027-03-13T12:00:00Z');
  await vi.waitFor(() => expect(world.events).toHaveLength(1));
  await clock.moveTo('2027-03-15T12:00:00Z');
  await vi.waitFor(() =>
    expect(world.events).toEqual([
      { company: 'luma', due: '2027-03-13T07:30:00Z' },
      { company: 'luma', due: '2027-03-15T06:30:00Z' },
    ]),
  );
});

it('deletes a slot after its last run', async () => {
  await adapter.put({ ...definition, expression: 'at(2027-03-13T00:00:00)', deleteWhenDone: true });
  await clock.moveTo('2027-03-14T00:00:00Z');
  await vi.waitFor(async () => expect(await listed()).toEqual([]));
  expect(world.events).toHaveLength(1);
});

it('pauses and resumes a slot whose start has passed', async () => {
  const started = { ...definition, start: '2027-03-12T13:00:00Z', end: '2028-01-01T00:00:00Z' };
  await adapter.put(started);
  expect(
    await world.client.send(new GetScheduleCommand({ GroupName: 'pressroom', Name: 'luma-1' })),
  ).toMatchObject({
    StartDate: new Date(started.start),
    EndDate: new Date(started.end),
  });
  await clock.moveTo('2027-03-13T00:00:00Z');
  await adapter.put({ ...started, enabled: false });
  await adapter.put(started);
  expect(await listed()).toMatchObject([{ enabled: true }]);
});

it('lists more slots than one page has', async () => {
  const names = Array.from({ length: 120 }, (_, index) => `luma-${String(index).padStart(3, '0')}`);
  for (const name of names) await adapter.put({ ...definition, name });
  expect((await listed('luma-')).map(({ name }) => name)).toEqual(names);
});

it('refuses a slot that AWS would refuse', async () => {
  await expect(adapter.put({ ...definition, expression: 'cron(0 0 * * * *)' })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});
