import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { failedExecutionEvents } from '../../../adapters/eventbridge/failed-execution-events.ts';
import { executionFailed } from '../../../statemachines/publish-job.contract.ts';

const events = mockClient(EventBridgeClient);
const { emitExecutionFailed } = failedExecutionEvents(
  new EventBridgeClient({ region: 'eu-west-1' }),
  'arn:machine',
);
const input = { company: 'luma', jobId: 'J1' };
beforeEach(() => {
  events.reset();
  events.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
});

it.each([
  ['ABORTED', { status: 'ABORTED', cause: 'By force' }, null],
  ['FAILED', { status: 'FAILED', error: 'States.Timeout' }, 'States.Timeout'],
  ['TIMED_OUT', { status: 'TIMED_OUT' }, null],
  ['FAILED', { status: 'SUCCEEDED' }, 'States.Runtime'],
  ['FAILED', undefined, 'States.Runtime'],
] as const)('tells finish-job %s of %j, in words that it takes', async (status, state, error) => {
  await emitExecutionFailed('J1-2', input, state);
  const [entry] = events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
  expect(entry?.Source).toBe('pressroom.reconcile-jobs');
  const detail: unknown = JSON.parse(entry?.Detail ?? '');
  expect(detail).toMatchObject({ stateMachineArn: 'arn:machine', name: 'J1-2', status, error });
  const read = executionFailed.parse({ 'detail-type': entry?.DetailType, detail });
  expect(JSON.parse(read.detail.input)).toEqual(input);
});

it('fails if EventBridge refuses the event', async () => {
  events
    .on(PutEventsCommand)
    .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
  await expect(emitExecutionFailed('J1', input, undefined)).rejects.toThrow('ThrottlingException');
});
