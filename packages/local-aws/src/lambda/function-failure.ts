import type { FunctionError } from './worker-protocol.ts';

/** The error of a function that failed before or during a streamed response. `name` is its error type. */
export class FunctionFailure extends Error {
  readonly report: FunctionError;

  constructor(report: FunctionError) {
    super(report.errorMessage);
    this.name = report.errorType;
    this.report = report;
  }
}
