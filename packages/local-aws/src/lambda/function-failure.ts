import type { FunctionError } from './worker-protocol.ts';

/** A function failed where only an exception can say so: before or within a streamed answer. `name` is its error type. */
export class FunctionFailure extends Error {
  readonly report: FunctionError;

  constructor(report: FunctionError) {
    super(report.errorMessage);
    this.name = report.errorType;
    this.report = report;
  }
}
