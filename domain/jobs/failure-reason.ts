import { type FailureCode, failureCodes } from '../failure.ts';

/** The error of Step Functions: one that it caught, or the one of a failed execution. */
export interface ExecutionFailure {
  /** Name of the error: a code of domain/failure.ts, `States.…` or `Lambda.…`. */
  readonly Error?: string | undefined;
  /** For an error of a function: `{"errorMessage": …}` as text. */
  readonly Cause?: string | undefined;
}

const ending = 'Assets that were not reached are unchanged. To publish them, submit the job again.';

/** Why a job failed: public text that tells its user what to do. Details stay in the log of the function. */
export function failureReason({ Error: error, Cause: cause }: ExecutionFailure): string {
  if (error !== undefined && isFailureCode(error)) return `${messageOf(cause) ?? error}. ${ending}`;
  switch (error) {
    case 'States.Timeout':
    case 'TIMED_OUT':
      return `The job took longer than allowed. ${ending}`;
    case 'ABORTED':
      return `The job was aborted by an operator. ${ending}`;
    default:
      return `Something failed on our side${isCode(error) ? ` (${error})` : ''}. ${ending}`;
  }
}

/** Whether it is the name of an error. Other text may name resources of the installation. */
function isCode(error: string | undefined): boolean {
  return error !== undefined && /^[A-Za-z][A-Za-z0-9.]{0,59}$/.test(error);
}

function isFailureCode(error: string): error is FailureCode {
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
