import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteScheduleCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { OperationResponse } from '@pressroom/client/create-client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { scheduleKey } from '../../adapters/dynamodb/keys.ts';
import { type FaultyAssembly, faultyPublishPart } from './support/faulty-assembly.ts';
import { movedClock } from './support/moved-clock.ts';
import { type BodyOf, company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

type ScheduleResponse = OperationResponse<'readSchedule'>;
type Rule = BodyOf<'createSchedule'>['rule'];

const clock = movedClock(Date.now());
let faulty: FaultyAssembly;
let stateFolder: string;
let test: TestCloud;
let scheduler: SchedulerClient;

beforeAll(async () => {
  faulty = await faultyPublishPart(inject('assembly'));
  stateFolder = await mkdtemp(join(tmpdir(), 'pressroom-schedules-'));
  await start();
});

afterAll(async () => {
  scheduler?.destroy();
  await test?.stop();
  await faulty.remove();
  await rm(stateFolder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  test = await startTestCloud(faulty.folder, stateFolder, { schedulerClock: clock });
  const { region, rootCredentials: credentials, ownEndpoint: endpoint } = test.cloud;
  scheduler = new SchedulerClient({ region, credentials, endpoint });
}

const user = () => test.as('user');
const create = (name: string, rule: Rule, more: Partial<BodyOf<'createSchedule'>> = {}) =>
  user().call('createSchedule', { body: { name, rule, timeZone: 'UTC', ...more } });
const read = ({ id }: { id: string }) => user().call('readSchedule', { params: { id } });

/** A date and time this many hours after the clock of the test, to the minute. */
const inHours = (hours: number) => new Date(clock.now() + hours * 3_600_000).toISOString().slice(0, 16);

/** Moves the clock to the next run of a schedule, as the API reports it. */
function moveTo({ nextRun }: ScheduleResponse): string {
  const { at } = nextRun ?? { at: '' };
  clock.moveTo(Date.parse(at) + 1000);
  return at;
}

async function until(
  schedule: { id: string },
  isSo: (now: ScheduleResponse) => boolean,
): Promise<ScheduleResponse> {
  return await vi.waitFor(
    async () => {
      const now = await read(schedule);
      expect(isSo(now), JSON.stringify(now)).toBe(true);
      return now;
    },
    { timeout: 30_000, interval: 100 },
  );
}

async function upload(...names: string[]): Promise<void> {
  const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#789' } })
    .png()
    .toBuffer();
  const files = names.map((name) => ({ name: `${name}.png`, type: 'image/png', bytes }));
  const { job } = await test.upload(files, { publishAfterUploading: false });
  await test.until(job.id, 'succeeded');
}

async function slots(): Promise<string[]> {
  const names: string[] = [];
  for await (const { Schedules = [] } of paginateListSchedules(
    { client: scheduler },
    { GroupName: 'pressroom' },
  ))
    names.push(...Schedules.flatMap(({ Name }) => Name ?? []));
  return names;
}

const isLive = async (id: string) => (await test.deliver(`/is/image/${company}/${id}`)).status === 200;

describe('a schedule', () => {
  it('is listed with its next run, and starts its job at once on request', async () => {
    await upload('by-hand');
    const rule: Rule = { repeat: 'weekly', time: '14:10', weekdays: ['Wed', 'Mon'] };
    const made = await create('Weekly', rule, { timeZone: 'America/New_York' });
    expect(made.description).toBe('Every Monday and Wednesday at 14:10, New York time');
    expect(made.nextRun?.local).toMatch(/T14:10-0[45]:00$/);
    const list = await test.as('viewer').call('listSchedules', { query: { active: true, name: 'WEEK' } });
    expect(list.items).toEqual([made]);
    expect(await slots()).toEqual([`${made.id}-1`]);

    const job = await user().call('runSchedule', { params: { id: made.id } });
    await test.until(job.id, 'succeeded');
    expect(await isLive('by-hand')).toBe(true);
    const now = await read(made);
    expect(now.lastRun).toMatchObject({ jobId: job.id, status: 'succeeded' });
    await user().call('deleteSchedule', { params: { id: made.id } });
    expect(await slots()).toEqual([]);
    expect((await test.until(job.id, 'succeeded')).name).toMatch(/^Weekly /);
  });

  it('publishes at its time and is completed if it runs once', async () => {
    await upload('at-its-time');
    const made = await create('Once', { repeat: 'once', at: inHours(26) });
    const due = moveTo(made);
    const now = await until(made, ({ lastRun }) => lastRun !== undefined);
    expect(now).toMatchObject({ active: false, completed: due, lastRun: { due } });
    await test.until(now.lastRun?.jobId ?? '', 'succeeded');
    expect(await isLive('at-its-time')).toBe(true);
    await vi.waitFor(async () => expect(await slots()).toEqual([]), { timeout: 10_000, interval: 100 });
  });

  it('skips a run while its previous job is unfinished, and records that', async () => {
    await upload('held');
    const made = await create('Hourly', { repeat: 'custom', text: '0 0 * * * ?' });
    const release = await faulty.holdCopies(0);
    clock.moveTo(Math.ceil(clock.now() / 3_600_000) * 3_600_000 + 1000);
    const { lastRun } = await until(made, (now) => now.lastRun !== undefined);
    await test.until(lastRun?.jobId ?? '', 'running');
    await expect(user().call('runSchedule', { params: { id: made.id } })).rejects.toThrow(
      /409 schedule.job-unfinished/,
    );

    const due = Math.ceil(clock.now() / 3_600_000) * 3_600_000;
    clock.moveTo(due + 1000);
    const { skipped, lastRun: same } = await until(made, (now) => now.skipped !== undefined);
    expect(skipped).toEqual({
      due: new Date(due).toISOString(),
      because: `Its job ${lastRun?.jobId} was still running`,
    });
    expect(same?.jobId).toBe(lastRun?.jobId);
    await release();
    await test.until(lastRun?.jobId ?? '', 'succeeded');
    await user().call('deleteSchedule', { params: { id: made.id } });
  });

  it('starts nothing while it is paused or after it was deleted, and starts a job after it was resumed', async () => {
    const at = inHours(3);
    const paused = await create('Paused', { repeat: 'once', at });
    const deleted = await create('Deleted', { repeat: 'once', at });
    const resumed = await create('Resumed', { repeat: 'once', at: inHours(4) }, { active: false });
    await user().call('editSchedule', { params: { id: paused.id }, body: { active: false } });
    await user().call('deleteSchedule', { params: { id: deleted.id } });
    const now = await user().call('editSchedule', { params: { id: resumed.id }, body: { active: true } });
    moveTo(now);
    // The others were due earlier, so they would have run already.
    await until(resumed, ({ lastRun }) => lastRun !== undefined);
    expect((await read(paused)).lastRun).toBeUndefined();
    const { items } = await user().call('listJobs');
    expect(items.map(({ givenName }) => givenName)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/Paused|Deleted/)]),
    );
  });

  it('is changed only with the ETag of its current version', async () => {
    const made = await create('Edited', { repeat: 'daily', time: '03:00' });
    const edit = (body: BodyOf<'editSchedule'>, tag: string) =>
      user().call('editSchedule', { params: { id: made.id }, body, ifMatch: tag });
    const edited = await edit({ rule: { repeat: 'custom', text: '0 0 3 ? * mon#1,tue#2' } }, '"1"');
    expect(edited).toMatchObject({ rule: { text: '0 0 3 ? * 2#1,3#2' }, version: 2 });
    expect(await slots()).toEqual([`${made.id}-1`, `${made.id}-2`]);
    await expect(edit({ name: 'Other' }, '"1"')).rejects.toThrow(/412 schedule.stale/);
    await edit({ rule: { repeat: 'daily', time: '03:00' } }, '"2"');
    expect(await slots()).toEqual([`${made.id}-1`]);
    await user().call('deleteSchedule', { params: { id: made.id } });
  });

  it('is refused with a hint if its rule is not valid', async () => {
    const refused = (rule: Rule) => expect(create('Wrong', rule)).rejects;
    await refused({ repeat: 'once', at: '2020-01-01T00:00' }).toThrow(/400 request.invalid.*Choose 20/s);
    await refused({ repeat: 'custom', text: '0 0 25 * * ?' }).toThrow(/rule.text, column 5: hours/);
    expect(await slots()).toEqual([]);
  });
});

it('a schedule that EventBridge Scheduler lost is repaired by reconcile-schedules and survives a restart', async () => {
  await upload('after-restart');
  const made = await create('Kept', { repeat: 'once', at: inHours(48) });
  await scheduler.send(new DeleteScheduleCommand({ GroupName: 'pressroom', Name: `${made.id}-1` }));
  // reconcile-schedules ignores schedules that were changed in the last minutes.
  const { pk, sk } = scheduleKey(company, made.id);
  const { region, rootCredentials: credentials, ownEndpoint: endpoint } = test.cloud;
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint });
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: test.cloud.outputs.JobTable,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'SET modified = :earlier',
      ExpressionAttributeValues: { ':earlier': { S: '2026-01-01T00:00:00.000Z' } },
    }),
  );
  dynamodb.destroy();
  const functions = [...test.cloud.services.functions.values()];
  const reconciled = await functions.find(({ name }) => name.endsWith('reconcile-schedules'))?.invoke({});
  expect(reconciled?.error).toBeUndefined();
  await vi.waitFor(async () => expect(await slots()).toEqual([`${made.id}-1`]), { timeout: 30_000 });

  scheduler.destroy();
  await test.stop();
  await start();
  expect(await slots()).toEqual([`${made.id}-1`]);
  const due = moveTo(await read(made));
  const now = await until(made, ({ lastRun }) => lastRun !== undefined);
  expect(now.completed).toBe(due);
  await test.until(now.lastRun?.jobId ?? '', 'succeeded');
  expect(await isLive('after-restart')).toBe(true);
});
