import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ExecutionState } from '../../domain/jobs/execution-state.ts';

/** A second source of the events that Step Functions emits itself: the rule in infra matches both. */
const source = 'pressroom.reconcile-jobs';

export interface FailedExecutionEvents {
  /**
   * Emits once more that an execution has ended without ending its job, because the event of Step Functions was lost.
   * finish-job receives it. Repeating it does no harm.
   * @param state undefined if the execution does not exist
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
        // An execution that succeeded, or does not exist, did not end its job either.
        status: isBroken ? state.status : 'FAILED',
        input: JSON.stringify(input),
        error: isBroken ? (state.error ?? null) : 'States.Runtime',
        cause: isBroken ? (state.cause ?? null) : 'The execution ended without ending its job',
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
