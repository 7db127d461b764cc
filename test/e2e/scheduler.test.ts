import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, startCloud } from '@pressroom/local-aws/start-cloud';
import { type TestClock, testClock } from '@pressroom/local-aws/testing/test-clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { slots } from '../../adapters/scheduler/slots.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-scheduler-'));
const assembly = join(folder, 'cdk.out');
let clock: TestClock;
let cloud: Cloud;

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const role = (service: string, ...Statement: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'all',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: Statement.map((each) => ({ Effect: 'Allow', ...each })),
        },
      },
    ],
  },
});
const template = {
  Resources: {
    Started: { Type: 'AWS::SQS::Queue' },
    Locked: { Type: 'AWS::SQS::Queue' },
    Dead: { Type: 'AWS::SQS::Queue' },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: arnOf('Starter'),
        Definition: { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } },
      },
    },
    Starter: role(
      'scheduler.amazonaws.com',
      { Action: 'sqs:SendMessage', Resource: [arnOf('Started'), arnOf('Dead')] },
      { Action: 'states:StartExecution', Resource: 'arn:aws:states:*:*:stateMachine:*' },
    ),
    Manager: role(
      'lambda.amazonaws.com',
      {
        Action: [
          'scheduler:CreateSchedule',
          'scheduler:UpdateSchedule',
          'scheduler:GetSchedule',
          'scheduler:DeleteSchedule',
        ],
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:aws:scheduler:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ':schedule/',
              { Ref: 'Group' },
              '/*',
            ],
          ],
        },
      },
      { Action: 'scheduler:ListSchedules', Resource: '*' },
      {
        Action: 'iam:PassRole',
        Resource: arnOf('Starter'),
        Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      },
    ),
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'companies' } },
    Nightly: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        GroupName: { Ref: 'Group' },
        ScheduleExpression: 'cron(30 1 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/London',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: arnOf('Started'),
          RoleArn: arnOf('Starter'),
          Input: 'nightly <aws.scheduler.scheduled-time>',
        },
      },
    },
  },
  Outputs: Object.fromEntries([
    ...['Started', 'Locked', 'Dead', 'Machine', 'Starter', 'Manager', 'Nightly'].map((id) => [
      `${id}Arn`,
      { Value: arnOf(id) },
    ]),
    ...['Started', 'Dead', 'Nightly', 'Group'].map((id) => [`${id}Ref`, { Value: { Ref: id } }]),
  ]),
};

async function start(at: string): Promise<void> {
  clock = testClock(at);
  cloud = await startCloud({ assembly, stateFolder: join(folder, 'state'), schedulerClock: clock });
}

beforeAll(async () => {
  writeAssembly();
  await start('2027-03-26T12:00:00Z');
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true });
});

function writeAssembly(): void {
  const properties = { templateFile: 'scheduling.template.json' };
  const artifact = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/eu-west-2',
    properties,
  };
  rmSync(assembly, { recursive: true, force: true });
  mkdirSync(assembly, { recursive: true });
  writeFileSync(
    join(assembly, 'manifest.json'),
    JSON.stringify({ version: '48.0.0', artifacts: { scheduling: artifact } }),
  );
  writeFileSync(join(assembly, 'scheduling.template.json'), JSON.stringify(template));
}

const output = (name: string): string => cloud.outputs[name] ?? '';

/** The adapter with the permissions of a function that manages schedules. */
async function managed(target: string) {
  const credentials = await cloud.services.credentialsFor(output('ManagerArn'));
  const client = new SchedulerClient({ region: cloud.region, endpoint: cloud.ownEndpoint, credentials });
  const adapter = slots(
    client,
    {
      group: 'companies',
      roleArn: output('StarterArn'),
      targetArn: output(target),
      deadLetterArn: output('DeadArn'),
    },
    clock.now,
  );
  return { client, adapter };
}

async function receive(queue: string): Promise<Message> {
  const sqs = new SQSClient({
    region: cloud.region,
    endpoint: cloud.ministackEndpoint,
    credentials: cloud.rootCredentials,
  });
  const QueueUrl = output(queue);
  return vi.waitFor(
    async () => {
      const { Messages: [message] = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 }),
      );
      if (!message) throw new Error(`Nothing came to ${queue}`);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message;
    },
    { timeout: 20_000 },
  );
}

const definition = {
  name: 'luma-1',
  expression: 'cron(0 2 * * ? *)',
  timeZone: 'Europe/London',
  enabled: true,
  input: { due: '<aws.scheduler.scheduled-time>' },
  deleteWhenDone: false,
};

describe('the local EventBridge Scheduler', () => {
  it('finds groups and schedules by their names', () => {
    const start = `arn:aws:scheduler:${cloud.region}:${cloud.account}`;
    expect(output('GroupRef')).toBe('companies');
    expect(output('NightlyArn')).toBe(`${start}:schedule/companies/${output('NightlyRef')}`);
  });

  it('starts a schedule of the template across a daylight saving change', async () => {
    await clock.moveTo('2027-03-27T12:00:00Z');
    expect((await receive('StartedRef')).Body).toBe('nightly 2027-03-27T01:30:00Z');
    // 01:30 on 28 March is skipped; on the 29th it is half past midnight in UTC.
    await clock.moveTo('2027-03-29T12:00:00Z');
    expect((await receive('StartedRef')).Body).toBe('nightly 2027-03-29T00:30:00Z');
  });

  it('starts a schedule that a role created, with the permissions of the role of the schedule', async () => {
    const { adapter } = await managed('StartedArn');
    await adapter.put(definition);
    await clock.moveTo('2027-03-30T01:00:00Z');
    const bodies = [(await receive('StartedRef')).Body, (await receive('StartedRef')).Body];
    expect(bodies.sort()).toEqual(['nightly 2027-03-30T00:30:00Z', '{"due":"2027-03-30T01:00:00Z"}']);
    await adapter.remove('luma-1');
  });

  it('refuses actions that the policies of a role do not allow', async () => {
    const { client } = await managed('StartedArn');
    await expect(
      client.send(
        new CreateScheduleCommand({
          Name: 'elsewhere',
          ScheduleExpression: 'rate(1 day)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: output('StartedArn'), RoleArn: output('StarterArn') },
        }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('starts a state machine', async () => {
    const { adapter } = await managed('MachineArn');
    await adapter.put({ ...definition, expression: 'at(2027-03-30T12:00:00)', deleteWhenDone: true });
    await clock.moveTo('2027-03-30T12:00:00Z');
    const sfn = new SFNClient({
      region: cloud.region,
      endpoint: cloud.ownEndpoint,
      credentials: cloud.rootCredentials,
    });
    await vi.waitFor(async () => {
      const { executions } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: output('MachineArn') }),
      );
      expect(executions).toHaveLength(1);
    });
  });

  it('sends a run to the dead-letter queue if its role may not start the target', async () => {
    const { adapter } = await managed('LockedArn');
    await adapter.put({ ...definition, expression: 'at(2027-03-30T14:00:00)', timeZone: 'UTC' });
    await clock.moveTo('2027-03-30T14:00:00Z');
    const { Body, MessageAttributes } = await receive('DeadRef');
    expect(Body).toBe('{"due":"2027-03-30T14:00:00Z"}');
    expect(MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: expect.stringMatching(/^AccessDenied/) as string },
      RETRY_ATTEMPTS: { StringValue: '0' },
      SCHEDULED_TIME: { StringValue: '2027-03-30T14:00:00Z' },
      TARGET_ARN: { StringValue: output('LockedArn') },
    });
  });

  it('continues after a restart without the runs that became due meanwhile', async () => {
    const { adapter } = await managed('StartedArn');
    await adapter.put({ ...definition, name: 'kept', expression: 'cron(0 6 * * ? *)' });
    await cloud.stop();
    await start('2027-04-02T12:00:00Z');
    await clock.moveTo('2027-04-03T12:00:00Z');
    const bodies = [(await receive('StartedRef')).Body, (await receive('StartedRef')).Body];
    expect(bodies.sort()).toEqual(['nightly 2027-04-03T00:30:00Z', '{"due":"2027-04-03T05:00:00Z"}']);
  });
});
