import { type FailureCode, failureCodes } from '../failure.ts';

/** What Step Functions tells of an error it caught, or of an execution that ended badly. */
export interface ExecutionFailure {
  /** Name of the error: a code of ours, or `States.…` and `Lambda.…`. */
  readonly Error?: string | undefined;
  /** Of a function's error: `{"errorMessage": …}` as text. */
  readonly Cause?: string | undefined;
}

const ending = 'What was not reached stays as it was: submit the job again to publish it.';

/** Why a job failed, in words that its user can act on; the rest is for the log of the function. */
export function failureReason({ Error: error, Cause: cause }: ExecutionFailure): string {
  if (error !== undefined && isOurs(error)) return `${messageOf(cause) ?? error}. ${ending}`;
  switch (error) {
    case 'States.Timeout':
    case 'TIMED_OUT':
      return `The job took longer than it may. ${ending}`;
    case 'ABORTED':
      return `The job was aborted by an operator. ${ending}`;
    default:
      return `Something failed on our side${error === undefined ? '' : ` (${error})`}. ${ending}`;
  }
}

function isOurs(error: string): error is FailureCode {
  return (failureCodes as string[]).includes(error);
}

function messageOf(cause: string | undefined): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage.replace(/\.$/, '') : undefined;
  } catch {
    return undefined;
  }
}
