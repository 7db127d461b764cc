import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';

export interface ExecutionControl {
  /**
   * Ends an execution as ABORTED; its event then ends the job. Functions that it has called finish their work. Does
   * nothing if the execution has ended or does not exist.
   */
  stopExecution(name: string, cause: string): Promise<void>;
  /** Eventually consistent. Step Functions keeps ended executions for 90 days. @returns undefined if there is none */
  describeExecution(name: string): Promise<ExecutionState | undefined>;
}

export function executionControl(sfn: SFNClient, stateMachineArn: string): ExecutionControl {
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    async stopExecution(name, cause) {
      try {
        await sfn.send(new StopExecutionCommand({ executionArn: arnOf(name), cause }));
      } catch (error) {
        if (!(error instanceof ExecutionDoesNotExist)) throw error;
      }
    },

    async describeExecution(name) {
      try {
        const { status, stopDate, error, cause } = await sfn.send(
          new DescribeExecutionCommand({ executionArn: arnOf(name) }),
        );
        return {
          status: status ?? 'RUNNING',
          ...(stopDate === undefined ? {} : { stopped: stopDate.toISOString() }),
          ...(error === undefined ? {} : { error }),
          ...(cause === undefined ? {} : { cause }),
        };
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
  };
}
