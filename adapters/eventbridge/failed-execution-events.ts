import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ExecutionState } from '../stepfunctions/execution-control.ts';

/** Who tells finish-job of executions beside Step Functions itself: the rule in infra listens to both. */
const source = 'pressroom.reconcile-jobs';

export interface FailedExecutionEvents {
  /**
   * Tells finish-job once more that an execution has ended without having ended its job, as Step Functions did by an
   * event that was lost. It may be told twice.
   * @param state undefined if there is no such execution
   */
  emitExecutionFailed(
    execution: string,
    input: { readonly company: string; readonly jobId: string },
    state: ExecutionState | undefined,
  ): Promise<void>;
}

export function failedExecutionEvents(
  events: EventBridgeClient,
  stateMachineArn: string,
): FailedExecutionEvents {
  return {
    async emitExecutionFailed(execution, input, state) {
      const isBroken =
        state?.status === 'FAILED' || state?.status === 'TIMED_OUT' || state?.status === 'ABORTED';
      const detail = {
        stateMachineArn,
        name: execution,
        // One that succeeded, or never was, has left its job unfinished all the same.
        status: isBroken ? state.status : 'FAILED',
        input: JSON.stringify(input),
        error: isBroken ? (state.error ?? null) : 'States.Runtime',
        cause: isBroken ? (state.cause ?? null) : 'The execution ended without having ended its job',
      };
      const { Entries = [] } = await events.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: source,
              DetailType: 'Step Functions Execution Status Change',
              Detail: JSON.stringify(detail),
            },
          ],
        }),
      );
      const [entry] = Entries;
      if (entry?.ErrorCode) {
        throw new Error(`EventBridge refused the event: ${entry.ErrorCode}, ${entry.ErrorMessage}`);
      }
    },
  };
}
