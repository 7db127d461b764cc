import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  paginateListSchedules,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testClock } from './test-clock.ts';
import {
  account,
  caller,
  deadLetterArn,
  foreignRole,
  functionArn,
  idleRole,
  queueArn,
  region,
  role,
  testScheduler,
  trust,
} from './test-scheduler.ts';

let folder: string;
let world: ReturnType<typeof testScheduler>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  world = testScheduler(folder, testClock('2027-01-01T00:00:00Z'));
  await world.scheduler.activate();
});
afterEach(async () => {
  await world.scheduler.stop();
  rmSync(folder, { recursive: true });
});

const target = { Arn: functionArn, RoleArn: role };
const input: CreateScheduleCommandInput = {
  Name: 'nightly',
  ScheduleExpression: 'cron(0 3 * * ? *)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: target,
};
const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
  world.client.send(new CreateScheduleCommand({ ...input, ...more }));
const update = (more: Partial<CreateScheduleCommandInput> = {}) =>
  world.client.send(new UpdateScheduleCommand({ ...input, ...more }));
const get = () => world.client.send(new GetScheduleCommand({ Name: 'nightly' }));
const arn = `arn:aws:scheduler:${region}:${account}:schedule/default/nightly`;

describe('a schedule', () => {
  it('is created with defaults for missing settings', async () => {
    expect((await create()).ScheduleArn).toBe(arn);
    const { $metadata: _, ...found } = await get();
    expect(found).toEqual({
      Arn: arn,
      Name: 'nightly',
      GroupName: 'default',
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'NONE',
      Target: {
        ...target,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
      CreationDate: new Date('2027-01-01T00:00:00Z'),
      LastModificationDate: new Date('2027-01-01T00:00:00Z'),
    });
  });

  it('keeps all its settings', async () => {
    const settings = {
      Description: 'Every night',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'DISABLED',
      StartDate: new Date('2027-02-01T00:00:00Z'),
      EndDate: new Date('2027-03-01T00:00:00Z'),
      ActionAfterCompletion: 'DELETE',
      Target: {
        ...target,
        Input: '{"a":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: deadLetterArn },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      },
    } as const;
    await create(settings);
    expect(await get()).toMatchObject(settings);
  });

  it('is replaced by an update, which resets missing settings to their defaults', async () => {
    await create({ Description: 'Every night', State: 'DISABLED' });
    await update({ ScheduleExpression: 'rate(1 day)' });
    const found = await get();
    expect(found).toMatchObject({ ScheduleExpression: 'rate(1 day)', State: 'ENABLED' });
    expect(found.Description).toBeUndefined();
  });

  it('is deleted', async () => {
    await create();
    await world.client.send(new DeleteScheduleCommand({ Name: 'nightly' }));
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Schedule nightly does not exist.',
    });
  });

  it('is not created twice', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Schedule nightly already exists.',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it.each([
    ['updated', () => update()],
    ['deleted', () => world.client.send(new DeleteScheduleCommand({ Name: 'nightly' }))],
    ['created in a missing group', () => create({ GroupName: 'none' })],
    ['listed in a missing group', () => world.client.send(new ListSchedulesCommand({ GroupName: 'none' }))],
  ])('cannot be %s if it does not exist', async (_, act) => {
    await expect(act()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('a client token', () => {
  it('makes a repeated request idempotent', async () => {
    await create({ ClientToken: 'one' });
    expect((await create({ ClientToken: 'one' })).ScheduleArn).toBe(arn);
    const remove = new DeleteScheduleCommand({ Name: 'nightly', ClientToken: 'two' });
    await world.client.send(remove);
    await world.client.send(remove);
  });

  it('is refused for another request', async () => {
    await create({ ClientToken: 'one' });
    await expect(create({ ClientToken: 'one', Name: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it('can be used again after a failure', async () => {
    await expect(create({ ClientToken: 'one', GroupName: 'late' })).rejects.toThrow('does not exist');
    await world.client.send(new CreateScheduleGroupCommand({ Name: 'late' }));
    await create({ ClientToken: 'one', GroupName: 'late' });
  });
});

describe('validation', () => {
  it.each<[Partial<CreateScheduleCommandInput>, string]>([
    [{ Name: 'a b' }, "Value at 'name' failed to satisfy constraint"],
    [{ Name: 'x'.repeat(65) }, '^[0-9a-zA-Z-_.]{1,64}$'],
    [{ GroupName: 'a/b' }, "Value at 'groupName'"],
    [{ ClientToken: 'a b' }, "Value at 'clientToken'"],
    [
      { ScheduleExpression: 'cron(0 3 * * * *)' },
      'Invalid Schedule Expression cron(0 3 * * * *): exactly one of',
    ],
    [{ ScheduleExpressionTimezone: 'Europe/Atlantis' }, 'not a valid IANA time zone'],
    [{ ScheduleExpressionTimezone: 'europe/berlin' }, 'not a valid IANA time zone'],
    [{ ScheduleExpressionTimezone: '+01:00' }, 'not a valid IANA time zone'],
    [{ State: 'PAUSED' as 'DISABLED' }, "Value at 'state'"],
    [{ ActionAfterCompletion: 'KEEP' as 'NONE' }, "Value at 'actionAfterCompletion'"],
    [{ FlexibleTimeWindow: undefined }, "Value at 'flexibleTimeWindow'"],
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, 'no flexible time windows'],
    [{ KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/a' }, 'does not encrypt schedules'],
    [{ StartDate: new Date('2026-12-31T23:54:59Z') }, 'cannot be earlier than 5 minutes ago'],
    [
      { StartDate: new Date('2027-02-01T00:00:00Z'), EndDate: new Date('2027-02-01T00:00:00Z') },
      'must come before the EndDate',
    ],
    [{ Target: undefined }, "Value at 'target'"],
    [{ Target: { ...target, RoleArn: 'scheduler' } }, "Value at 'target.roleArn'"],
    [{ Target: { ...target, Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' } }, 'cannot call it'],
    [{ Target: { ...target, Arn: functionArn.replace(account, '999999999999') } }, 'cannot call it'],
    [{ Target: { ...target, Input: '{' } }, 'must be well-formed JSON'],
    [{ Target: { ...target, Input: `"${'x'.repeat(262_144)}"` } }, 'at most 262144 bytes'],
    [{ Target: { ...target, DeadLetterConfig: { Arn: `${deadLetterArn}.fifo` } } }, 'standard queue'],
    [
      { Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } } },
      "'target.retryPolicy.maximumRetryAttempts'",
    ],
    [
      { Target: { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 59 } } },
      "'target.retryPolicy.maximumEventAgeInSeconds'",
    ],
    [{ Target: { ...target, SqsParameters: { MessageGroupId: 'a' } } }, 'for queues only'],
    [{ Target: { ...target, Arn: `${queueArn}.fifo` } }, 'needs SqsParameters.MessageGroupId'],
    [{ Target: { ...target, KinesisParameters: { PartitionKey: 'a' } } }, 'KinesisParameters'],
    [
      { Target: { ...target, RoleArn: foreignRole } },
      'must allow AWS EventBridge Scheduler to assume the role',
    ],
    [
      { Target: { ...target, RoleArn: `${role}-none` } },
      'must allow AWS EventBridge Scheduler to assume the role',
    ],
  ])('refuses %j: %s', async (changed, message) => {
    await expect(create(changed)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('reports several errors at once', async () => {
    await expect(create({ State: 'x' as 'ENABLED', Description: 'x'.repeat(513) })).rejects.toThrow(
      '2 validation errors detected',
    );
  });

  it('accepts any dates for a one-time schedule, because they have no effect', async () => {
    await create({ ScheduleExpression: 'at(2027-05-01T00:00:00)', StartDate: new Date('2020-01-01') });
  });

  it('refuses tags and operations on tags', async () => {
    await expect(
      world.client.send(new CreateScheduleGroupCommand({ Name: 'a', Tags: [{ Key: 'k', Value: 'v' }] })),
    ).rejects.toThrow('does not store tags');
    await expect(
      world.client.send(new ListTagsForResourceCommand({ ResourceArn: arn })),
    ).rejects.toMatchObject({
      name: 'NotImplementedException',
    });
  });
});

describe('the trust of a role', () => {
  it.each<[object, boolean]>([
    [{ StringEquals: { 'aws:SourceAccount': account } }, true],
    [{ StringEquals: { 'aws:SourceAccount': '999999999999' } }, false],
    [{ ArnLike: { 'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/default` } }, true],
    [{ ArnLike: { 'aws:SourceArn': arn } }, false],
  ])('is checked with the condition %j: %s', async (condition, isTrusted) => {
    world.trusts.set(role, trust('scheduler.amazonaws.com', condition));
    const creation = create();
    if (isTrusted) await creation;
    else await expect(creation).rejects.toThrow('must allow AWS EventBridge Scheduler to assume the role');
  });
});

describe('IAM', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['scheduler:CreateSchedule', () => create(), arn],
    ['scheduler:UpdateSchedule', () => update(), arn],
    ['scheduler:GetSchedule', () => get(), arn],
    [
      'scheduler:DeleteSchedule',
      () => world.client.send(new DeleteScheduleCommand({ Name: 'nightly' })),
      arn,
    ],
    ['scheduler:ListSchedules', () => world.client.send(new ListSchedulesCommand({})), '*'],
    [
      'scheduler:CreateScheduleGroup',
      () => world.client.send(new CreateScheduleGroupCommand({ Name: 'g' })),
      `arn:aws:scheduler:${region}:${account}:schedule-group/g`,
    ],
  ])('decides about %s', async (action, act, resource) => {
    world.as(idleRole);
    await expect(act()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `is not authorized to perform: ${action} on resource: ${resource}`,
      ) as string,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('decides whether the role may be passed to Scheduler', async () => {
    world.roles.addPolicy(caller, {
      name: 'all',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'scheduler:*', Resource: '*' },
          {
            Effect: 'Allow',
            Action: 'iam:PassRole',
            Resource: role,
            Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
          },
        ],
      },
    });
    await create();
    await expect(update({ Target: { ...target, RoleArn: idleRole } })).rejects.toThrow(
      `is not authorized to perform: iam:PassRole on resource: ${idleRole}`,
    );
  });
});

describe('ListSchedules', () => {
  beforeEach(async () => {
    await world.client.send(new CreateScheduleGroupCommand({ Name: 'luma' }));
    for (const Name of ['b-2', 'a-1', 'b-1', 'b-3']) await create({ GroupName: 'luma', Name });
    await create({ Name: 'b-1', State: 'DISABLED' });
  });

  it.each([
    [{}, ['default/b-1', 'luma/a-1', 'luma/b-1', 'luma/b-2', 'luma/b-3']],
    [{ GroupName: 'luma' }, ['luma/a-1', 'luma/b-1', 'luma/b-2', 'luma/b-3']],
    [{ NamePrefix: 'b-' }, ['default/b-1', 'luma/b-1', 'luma/b-2', 'luma/b-3']],
    [{ State: 'DISABLED' as const }, ['default/b-1']],
  ])('returns the schedules that match %j, in pages', async (filter, expected) => {
    const found: string[] = [];
    for await (const page of paginateListSchedules({ client: world.client, pageSize: 2 }, filter)) {
      expect(page.Schedules?.length).toBeLessThanOrEqual(2);
      found.push(...(page.Schedules ?? []).map(({ GroupName, Name }) => `${GroupName}/${Name}`));
    }
    expect(found).toEqual(expected);
  });

  it('returns name, group, state and target of each schedule', async () => {
    const { Schedules } = await world.client.send(new ListSchedulesCommand({ NamePrefix: 'a' }));
    expect(Schedules).toMatchObject([
      { Name: 'a-1', GroupName: 'luma', State: 'ENABLED', Target: { Arn: functionArn } },
    ]);
  });

  it('refuses an invalid token', async () => {
    await expect(world.client.send(new ListSchedulesCommand({ NextToken: 'x' }))).rejects.toThrow(
      'Invalid NextToken',
    );
  });

  it('continues correctly if a schedule is deleted between two pages', async () => {
    const first = await world.client.send(new ListSchedulesCommand({ GroupName: 'luma', MaxResults: 2 }));
    await world.client.send(new DeleteScheduleCommand({ GroupName: 'luma', Name: 'b-1' }));
    const second = await world.client.send(
      new ListSchedulesCommand({ GroupName: 'luma', MaxResults: 2, NextToken: first.NextToken }),
    );
    expect(second.Schedules?.map(({ Name }) => Name)).toEqual(['b-2', 'b-3']);
  });
});

describe('a group', () => {
  it('is created, found, listed and deleted with its schedules', async () => {
    await world.client.send(new CreateScheduleGroupCommand({ Name: 'luma' }));
    await create({ GroupName: 'luma' });
    expect(await world.client.send(new GetScheduleGroupCommand({ Name: 'luma' }))).toMatchObject({
      Arn: `arn:aws:scheduler:${region}:${account}:schedule-group/luma`,
      Name: 'luma',
      State: 'ACTIVE',
    });
    const { ScheduleGroups } = await world.client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default', 'luma']);
    await world.client.send(new DeleteScheduleGroupCommand({ Name: 'luma' }));
    const { Schedules } = await world.client.send(new ListSchedulesCommand({}));
    expect(Schedules).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'created twice',
      () => world.client.send(new CreateScheduleGroupCommand({ Name: 'default' })),
      'ConflictException',
    ],
    [
      'deleted as the default',
      () => world.client.send(new DeleteScheduleGroupCommand({ Name: 'default' })),
      'ValidationException',
    ],
    [
      'deleted if it does not exist',
      () => world.client.send(new DeleteScheduleGroupCommand({ Name: 'none' })),
      'ResourceNotFoundException',
    ],
    [
      'read if it does not exist',
      () => world.client.send(new GetScheduleGroupCommand({ Name: 'none' })),
      'ResourceNotFoundException',
    ],
  ])('cannot be %s', async (_, act, name) => {
    await expect(act()).rejects.toMatchObject({ name });
  });
});
