/** The first execution of a job bears the job's id, the n-th `<id>-<n>`. */
export function executionName(jobId: string, executionNumber: number): string {
  return executionNumber === 1 ? jobId : `${jobId}-${executionNumber}`;
}
