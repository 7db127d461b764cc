import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { executions } from '../../../adapters/stepfunctions/executions.ts';
import { executionName } from '../../../domain/jobs/job.ts';

const sfn = mockClient(SFNClient);
const { startExecution } = executions(new SFNClient({ region: 'eu-west-1' }), 'arn:machine');
beforeEach(() => sfn.reset());

const id = '01JDEZ3T5V0A1B2C3D4E5F6G7H';

describe('an execution of the publish job', () => {
  it('is started under its name', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await startExecution(id, { company: 'luma', jobId: id });
    expect(sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input)).toEqual([
      { stateMachineArn: 'arn:machine', name: id, input: `{"company":"luma","jobId":"${id}"}` },
    ]);
  });

  it('may already exist', async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: '', $metadata: {} }));
    await expect(startExecution(id, { company: 'luma', jobId: id })).resolves.toBeUndefined();
  });

  it('causes an error if it cannot be started', async () => {
    sfn.on(StartExecutionCommand).rejects(new Error('made by a test'));
    await expect(startExecution(id, { company: 'luma', jobId: id })).rejects.toThrow('made by a test');
  });

  it.each([
    [1, id],
    [2, `${id}-2`],
    [10, `${id}-10`],
  ])('number %i is named %s', (attempt, name) => {
    expect(executionName(id, attempt)).toBe(name);
  });
});
