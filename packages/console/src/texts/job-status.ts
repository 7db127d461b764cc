/** The status of a job, wherever one is shown. */
export const jobTexts = {
  queued: 'Waiting',
  running: 'Running',
  stopping: 'Stopping…',
  succeeded: 'Succeeded',
  'completed-with-errors': 'Completed with errors',
  stopped: 'Stopped',
  failed: 'Failed',
} as const;
