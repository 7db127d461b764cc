import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, QueueDoesNotExist, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSettings } from '../../src/scheduler/schedule-settings.ts';
import { type TestClock, testClock } from './test-clock.ts';
import {
  account,
  deadLetterArn,
  functionArn,
  idleRole,
  queueArn,
  region,
  role,
  testScheduler,
  trust,
} from './test-scheduler.ts';

const sqs = mockClient(SQSClient);
const sfn = mockClient(SFNClient);
let folder: string;
let clock: TestClock;
let world: ReturnType<typeof testScheduler>;
beforeEach(async () => {
  sqs.reset();
  sfn.reset();
  sqs
    .on(GetQueueUrlCommand)
    .callsFake(({ QueueName }: { QueueName: string }) => ({ QueueUrl: `http://${QueueName}` }));
  sqs.on(SendMessageCommand).resolves({});
  folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  clock = testClock('2027-01-01T00:00:00Z');
  world = testScheduler(folder, clock);
  await world.scheduler.activate();
});
afterEach(async () => {
  await world.scheduler.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a schedule with this target. */
async function run(target: object): Promise<void> {
  const settings = readSettings(
    {
      Name: 'one',
      ScheduleExpression: 'at(2027-01-01T00:01:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RoleArn: role, Input: '{"a":1}', DeadLetterConfig: { Arn: deadLetterArn }, ...target },
    },
    { region, account },
    clock.now(),
  );
  await world.scheduler.createSchedule(settings);
  await clock.moveTo('2027-01-01T00:01:00Z');
}
const sent = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
const attribute = (name: string) => sent()[0]?.MessageAttributes?.[name]?.StringValue;

describe('a schedule with a function', () => {
  it('invokes the function with the input', async () => {
    await run({ Arn: functionArn });
    await vi.waitFor(() => expect(world.events).toEqual([{ a: 1 }]));
    expect(sent()).toEqual([]);
  });

  it('lets Lambda retry a failed function twice, without retries of its own', async () => {
    world.setFunctionResult(() => ({ error: { errorType: 'Error', errorMessage: 'made by a test' } }));
    await run({ Arn: functionArn });
    await vi.waitFor(() => expect(world.lines).toHaveLength(1));
    await clock.moveTo('2027-01-01T00:02:00Z');
    await vi.waitFor(() => expect(world.lines).toHaveLength(2));
    await clock.moveTo('2027-01-01T00:04:00Z');
    await vi.waitFor(() => expect(world.lines).toHaveLength(3));
    expect(world.lines.map((line) => line.replace(/^.*made by a test\. /, ''))).toEqual([
      'Next attempt in 60 s.',
      'Next attempt in 120 s.',
      'The event is dropped.',
    ]);
    expect(world.events).toHaveLength(3);
    expect(sent()).toEqual([]);
  });

  it('sends a dead letter if the role may not invoke the function', async () => {
    await run({ Arn: functionArn.replace('start', 'other') });
    await vi.waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]).toMatchObject({ QueueUrl: 'http://dead', MessageBody: '{"a":1}' });
    expect(attribute('ERROR_CODE')).toBe('AccessDeniedException');
    expect(attribute('ERROR_MESSAGE')).toContain('is not authorized to perform: lambda:InvokeFunction');
  });

  it('sends a dead letter if the function does not exist', async () => {
    world.services.functions.clear();
    await run({ Arn: functionArn });
    await vi.waitFor(() => expect(sent()).toHaveLength(1));
    expect(attribute('ERROR_CODE')).toBe('ResourceNotFoundException');
  });

  it('does not invoke the function if the role no longer trusts Scheduler', async () => {
    world.trusts.set(role, trust('lambda.amazonaws.com'));
    await run({ Arn: functionArn });
    await vi.waitFor(() =>
      expect(world.lines.join('\n')).toContain(`Scheduler may not assume the role ${role}`),
    );
    expect(world.events).toEqual([]);
    // The role cannot be used for the dead-letter queue either.
    expect(sent()).toEqual([]);
  });

  it('does not invoke the function with a role without permissions', async () => {
    await run({ Arn: functionArn, RoleArn: idleRole });
    await vi.waitFor(() =>
      expect(world.lines.join('\n')).toContain('not authorized to perform: lambda:Invoke'),
    );
    expect(world.events).toEqual([]);
  });
});

describe('a schedule with a queue', () => {
  it.each([
    [
      'sends the unchanged input',
      { Arn: queueArn, Input: 'plain' },
      { QueueUrl: 'http://starts', MessageBody: 'plain' },
    ],
    [
      'sends the message group of a FIFO queue',
      { Arn: `${queueArn}.fifo`, SqsParameters: { MessageGroupId: 'g' } },
      { QueueUrl: 'http://starts.fifo', MessageBody: '{"a":1}', MessageGroupId: 'g' },
    ],
  ])('%s', async (_, target, expected) => {
    await run(target);
    await vi.waitFor(() => expect(sent()).toEqual([expected]));
  });

  it('does not retry if the queue does not exist', async () => {
    sqs
      .on(GetQueueUrlCommand, { QueueName: 'starts' })
      .rejects(new QueueDoesNotExist({ message: 'no such queue', $metadata: { httpStatusCode: 400 } }));
    await run({ Arn: queueArn });
    await vi.waitFor(() => expect(sent()).toHaveLength(1));
    expect(attribute('ERROR_CODE')).toBe('QueueDoesNotExist');
    expect(attribute('RETRY_ATTEMPTS')).toBe('0');
  });

  it('retries if the queue cannot be reached', async () => {
    sqs.on(SendMessageCommand).rejectsOnce(new Error('connection refused')).resolves({});
    await run({ Arn: queueArn });
    await vi.waitFor(() => expect(world.lines.join('\n')).toContain('Next attempt in 1 s.'));
    await clock.moveTo('2027-01-01T00:01:02Z');
    await vi.waitFor(() => expect(sent()).toHaveLength(2));
  });
});

it('starts a state machine with the input', async () => {
  sfn.on(StartExecutionCommand).resolves({});
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:publish`;
  await run({ Arn: stateMachineArn });
  await vi.waitFor(() =>
    expect(sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input)).toEqual([
      { stateMachineArn, input: '{"a":1}' },
    ]),
  );
});
