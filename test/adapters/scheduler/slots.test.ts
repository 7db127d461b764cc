import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ListedSlot, type SlotDefinition, slots } from '../../../adapters/scheduler/slots.ts';

const scheduler = mockClient(SchedulerClient);
const { put, remove, list } = slots(
  new SchedulerClient({ region: 'eu-west-1' }),
  { group: 'pressroom', roleArn: 'arn:role', targetArn: 'arn:function', deadLetterArn: 'arn:queue' },
  () => Date.parse('2027-03-01T00:00:00Z'),
);
beforeEach(() => scheduler.reset());

const definition: SlotDefinition = {
  name: 'luma-1',
  expression: 'cron(10 14 ? * MON *)',
  timeZone: 'Europe/Berlin',
  enabled: true,
  input: { company: 'luma', at: '<aws.scheduler.scheduled-time>' },
  deleteWhenDone: false,
};
const request = {
  GroupName: 'pressroom',
  Name: 'luma-1',
  ScheduleExpression: 'cron(10 14 ? * MON *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  State: 'ENABLED',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'NONE',
  Target: {
    Arn: 'arn:function',
    RoleArn: 'arn:role',
    Input: '{"company":"luma","at":"<aws.scheduler.scheduled-time>"}',
    DeadLetterConfig: { Arn: 'arn:queue' },
    RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
  },
  ClientToken: expect.stringMatching(/^[\w-]{1,64}$/) as string,
};
const notFound = new ResourceNotFoundException({
  message: 'no such schedule',
  Message: 'no such schedule',
  $metadata: {},
});
const conflict = new ConflictException({ message: 'exists', Message: 'exists', $metadata: {} });
const inputs = (command: typeof UpdateScheduleCommand | typeof CreateScheduleCommand) =>
  scheduler.calls().flatMap(({ args: [sent] }) => (sent instanceof command ? [sent.input] : []));

describe('putting a slot', () => {
  it('updates the slot with its name', async () => {
    scheduler.on(UpdateScheduleCommand).resolves({});
    await put(definition);
    expect(inputs(UpdateScheduleCommand)).toEqual([request]);
    expect(inputs(CreateScheduleCommand)).toEqual([]);
  });

  it('creates the slot if it does not exist', async () => {
    scheduler.on(UpdateScheduleCommand).rejects(notFound).on(CreateScheduleCommand).resolves({});
    await put(definition);
    expect(inputs(CreateScheduleCommand)).toEqual([request]);
  });

  it('continues with an update if another caller created it meanwhile', async () => {
    scheduler
      .on(UpdateScheduleCommand)
      .rejectsOnce(notFound)
      .resolves({})
      .on(CreateScheduleCommand)
      .rejects(conflict);
    await put(definition);
    expect(inputs(UpdateScheduleCommand)).toHaveLength(2);
  });

  it('gives up if other callers keep changing it', async () => {
    scheduler.on(UpdateScheduleCommand).rejects(conflict);
    await expect(put(definition)).rejects.toBe(conflict);
    expect(inputs(UpdateScheduleCommand)).toHaveLength(3);
  });

  it('uses a new token for each call, so that an earlier definition can be restored', async () => {
    scheduler.on(UpdateScheduleCommand).resolves({});
    await put(definition);
    await put(definition);
    const [first, second] = inputs(UpdateScheduleCommand);
    expect(first?.ClientToken).not.toBe(second?.ClientToken);
  });

  it.each<[string, Partial<SlotDefinition>, object]>([
    ['paused', { enabled: false }, { State: 'DISABLED' }],
    [
      'once',
      { expression: 'at(2027-03-15T14:10:00)', deleteWhenDone: true },
      { ScheduleExpression: 'at(2027-03-15T14:10:00)', ActionAfterCompletion: 'DELETE' },
    ],
    ['from a day on', { start: '2027-04-01T00:00:00Z' }, { StartDate: new Date('2027-04-01T00:00:00Z') }],
    ['from a day on that is over, which Scheduler would refuse', { start: '2027-02-01T00:00:00Z' }, {}],
    ['up to a day', { end: '2027-05-01T00:00:00Z' }, { EndDate: new Date('2027-05-01T00:00:00Z') }],
  ])('%s', async (_, changed, expected) => {
    scheduler.on(UpdateScheduleCommand).resolves({});
    await put({ ...definition, ...changed });
    expect(inputs(UpdateScheduleCommand)).toEqual([{ ...request, ...expected }]);
  });

  it('fails if AWS refuses the definition', async () => {
    const refusal = new ValidationException({
      message: 'Invalid Schedule Expression',
      Message: 'Invalid Schedule Expression',
      $metadata: {},
    });
    scheduler.on(UpdateScheduleCommand).rejects(refusal);
    await expect(put(definition)).rejects.toBe(refusal);
  });
});

describe('removing a slot', () => {
  it('deletes the slot', async () => {
    scheduler.on(DeleteScheduleCommand).resolves({});
    await remove('luma-1');
    expect(scheduler.commandCalls(DeleteScheduleCommand)[0]?.args[0].input).toMatchObject({
      GroupName: 'pressroom',
      Name: 'luma-1',
    });
  });

  it('succeeds if the slot does not exist', async () => {
    scheduler.on(DeleteScheduleCommand).rejects(notFound);
    await expect(remove('luma-1')).resolves.toBeUndefined();
  });

  it('rethrows other errors', async () => {
    scheduler.on(DeleteScheduleCommand).rejects(new Error('made by a test'));
    await expect(remove('luma-1')).rejects.toThrow('made by a test');
  });
});

it('lists the slots of all pages, without those that are deleted meanwhile', async () => {
  scheduler
    .on(ListSchedulesCommand, { NextToken: undefined })
    .resolves({ Schedules: [{ Name: 'luma-1' }, { Name: 'luma-2' }], NextToken: 'more' })
    .on(ListSchedulesCommand, { NextToken: 'more' })
    .resolves({ Schedules: [{ Name: 'luma-3' }] })
    .on(GetScheduleCommand)
    .resolves({
      ScheduleExpression: 'rate(1 day)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      State: 'DISABLED',
      Target: { Arn: 'arn:function', RoleArn: 'arn:role', Input: '{"a":1}' },
    })
    .on(GetScheduleCommand, { GroupName: 'pressroom', Name: 'luma-2' })
    .rejects(notFound);
  const found: ListedSlot[] = [];
  for await (const schedule of list('luma-')) found.push(schedule);
  const rest = { expression: 'rate(1 day)', timeZone: 'Asia/Tokyo', enabled: false, input: { a: 1 } };
  expect(found).toEqual([
    { name: 'luma-1', ...rest },
    { name: 'luma-3', ...rest },
  ]);
  expect(scheduler.commandCalls(ListSchedulesCommand)[0]?.args[0].input).toMatchObject({
    GroupName: 'pressroom',
    NamePrefix: 'luma-',
  });
});
