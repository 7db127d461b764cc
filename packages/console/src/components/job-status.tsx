import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { OperationResponse } from '@pressroom/client/create-client';
import { jobTexts } from '../texts/job-status.ts';

type Status = OperationResponse<'readJob'>['status'];

const types: Readonly<Record<Status, StatusIndicatorProps.Type>> = {
  queued: 'pending',
  running: 'in-progress',
  stopping: 'stopped',
  succeeded: 'success',
  'completed-with-errors': 'warning',
  stopped: 'stopped',
  failed: 'error',
};

/** The status of a job, with an icon and its text. */
export function JobStatus({ status }: { status: Status }) {
  return <StatusIndicator type={types[status]}>{jobTexts[status]}</StatusIndicator>;
}
