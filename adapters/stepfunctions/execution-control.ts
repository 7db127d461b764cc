import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  type SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';

/** What is known of an execution of the publish job. */
export interface ExecutionState {
  readonly status: ExecutionStatus;
  /** When it ended: ISO 8601, UTC. */
  readonly stopped?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionControl {
  /**
   * Ends an execution as ABORTED; its event then ends the job. Functions that it has called run on to their end. One
   * that has ended already, or never was, stays so.
   */
  stopExecution(name: string, cause: string): Promise<void>;
  /** Eventually consistent. Step Functions keeps what has ended for 90 days. @returns undefined if it never was */
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
