import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { executionControl } from '../../../adapters/stepfunctions/execution-control.ts';

const sfn = mockClient(SFNClient);
const machine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:pressroom-publish-job';
const executionArn = 'arn:aws:states:eu-west-1:123456789012:execution:pressroom-publish-job:J1';
const control = executionControl(new SFNClient({ region: 'eu-west-1' }), machine);
const missing = new ExecutionDoesNotExist({ message: '', $metadata: {} });
beforeEach(() => sfn.reset());

describe('an execution of the publish job', () => {
  it('is stopped by its name', async () => {
    sfn.on(StopExecutionCommand).resolves({});
    await control.stopExecution('J1', 'why');
    expect(sfn.commandCalls(StopExecutionCommand)[0]?.args[0].input).toEqual({ executionArn, cause: 'why' });
  });

  it('is not stopped if it does not exist', async () => {
    sfn.on(StopExecutionCommand).rejects(missing);
    await expect(control.stopExecution('J1', 'why')).resolves.toBeUndefined();
  });

  it('has a state', async () => {
    const stopDate = new Date('2026-11-24T09:00:00.000Z');
    sfn
      .on(DescribeExecutionCommand, { executionArn })
      .resolves({ status: 'ABORTED', stopDate, cause: 'why' });
    expect(await control.describeExecution('J1')).toEqual({
      status: 'ABORTED',
      stopped: '2026-11-24T09:00:00.000Z',
      cause: 'why',
    });
  });

  it('is undefined if it does not exist', async () => {
    sfn.on(DescribeExecutionCommand).rejects(missing);
    expect(await control.describeExecution('J1')).toBeUndefined();
  });

  it('causes an error if its state cannot be read', async () => {
    const failure = new Error('made by a test');
    sfn.on(DescribeExecutionCommand).rejects(failure).on(StopExecutionCommand).rejects(failure);
    await expect(control.describeExecution('J1')).rejects.toThrow(failure);
    await expect(control.stopExecution('J1', 'why')).rejects.toThrow(failure);
  });
});
