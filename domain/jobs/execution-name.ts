/** The first execution of a job bears the job's id, the n-th `<id>-<n>`. */
export function executionName(jobId: string, attempt: number): string {
  return attempt === 1 ? jobId : `${jobId}-${attempt}`;
}
