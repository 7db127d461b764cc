import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface Executions {
  /** Starts an execution of the publish job. Does nothing if one of this name exists already, running or ended. */
  startExecution(name: string, input: { readonly company: string; readonly jobId: string }): Promise<void>;
}

export function executions(sfn: SFNClient, stateMachineArn: string): Executions {
  return {
    async startExecution(name, input) {
      try {
        await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
  };
}
