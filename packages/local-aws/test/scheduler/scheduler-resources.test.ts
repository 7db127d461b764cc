import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceType } from '../../src/resources/resource.ts';
import { schedulerSchedule } from '../../src/resources/scheduler-schedule.ts';
import { schedulerScheduleGroup } from '../../src/resources/scheduler-schedule-group.ts';
import { unhonouredPaths } from '../../src/template/unhonoured.ts';
import { testClock } from './test-clock.ts';
import { account, foreignRole, functionArn, region, role, testScheduler } from './test-scheduler.ts';

let folder: string;
let world: ReturnType<typeof testScheduler>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  world = testScheduler(folder, testClock('2027-01-01T00:00:00Z'));
});
afterEach(async () => {
  await world.scheduler.stop();
  rmSync(folder, { recursive: true });
});

const create = (type: ResourceType, properties: Record<string, unknown>) =>
  type.create({
    stack: 'App',
    logicalId: 'Nightly',
    generatedName: 'App-Nightly-1A2B',
    region,
    account,
    services: world.services,
    properties,
  });
const schedule = {
  ScheduleExpression: 'cron(0 3 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: functionArn, RoleArn: role, Input: '12' },
};
const arn = (rest: string) => `arn:aws:scheduler:${region}:${account}:${rest}`;

describe('a schedule group of the template', () => {
  it.each([
    [{ Name: 'luma' }, 'luma'],
    [{}, 'App-Nightly-1A2B'],
  ])('with %j has the right name', async (properties, name) => {
    const { ref, attributes } = await create(schedulerScheduleGroup, properties);
    expect(ref).toBe(name);
    expect(attributes).toMatchObject({ Arn: arn(`schedule-group/${name}`), State: 'ACTIVE' });
  });

  it('does not honour tags', () => {
    const tags = [{ Key: 'a', Value: 'b' }];
    expect(unhonouredPaths({ Name: 'luma', Tags: tags }, schedulerScheduleGroup.honours)).toEqual(['Tags']);
  });
});

describe('a schedule of the template', () => {
  it('has its name and can be read by the API', async () => {
    await create(schedulerScheduleGroup, { Name: 'luma' });
    const { ref, attributes } = await create(schedulerSchedule, { ...schedule, GroupName: 'luma' });
    expect(ref).toBe('App-Nightly-1A2B');
    expect(attributes).toEqual({ Arn: arn('schedule/luma/App-Nightly-1A2B') });
    expect(await world.client.send(new GetScheduleCommand({ GroupName: 'luma', Name: ref }))).toMatchObject(
      schedule,
    );
  });

  it('can be created again, and accepts numbers and dates in the form of CloudFormation', async () => {
    await create(schedulerSchedule, { ...schedule, Name: 'one' });
    await create(schedulerSchedule, {
      ...schedule,
      Name: 'one',
      StartDate: '2026-02-01T00:00:00Z',
      Target: { ...schedule.Target, RetryPolicy: { MaximumRetryAttempts: '3' } },
      KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/a',
    });
    const { Schedules } = await world.client.send(new ListSchedulesCommand({}));
    expect(Schedules).toHaveLength(1);
    expect(await world.client.send(new GetScheduleCommand({ Name: 'one' }))).toMatchObject({
      StartDate: new Date('2026-02-01T00:00:00Z'),
      Target: { Input: '12', RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 86_400 } },
    });
    expect(unhonouredPaths({ ...schedule, KmsKeyArn: 'a' }, schedulerSchedule.honours)).toEqual([
      'KmsKeyArn',
    ]);
  });

  it.each([
    [{ ScheduleExpression: 'cron(0 3 * * * *)' }, 'Invalid Schedule Expression'],
    [{ Target: { ...schedule.Target, RoleArn: foreignRole } }, 'does not trust scheduler.amazonaws.com'],
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'no flexible time windows'],
    [{ GroupName: 'none' }, 'Schedule group none does not exist.'],
  ])('is refused with %j: %s', async (changed, message) => {
    await expect(create(schedulerSchedule, { ...schedule, ...changed })).rejects.toThrow(message);
  });
});
