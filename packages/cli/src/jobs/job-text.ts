import type { OperationResponse } from '@pressroom/client/create-client';
import type { Column } from '../command.ts';
import { formatBytes, formatDuration, formatFields, formatStatus, formatTime } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';

export type Job = OperationResponse<'readJob'>;

export const terminalStatuses: readonly Job['status'][] = [
  'succeeded',
  'completed-with-errors',
  'stopped',
  'failed',
];

function kindOf(job: Job): string {
  if (job.kind === 'action') return job.action;
  return job.kind === 'publish' ? job.publish : 'upload';
}

function longKindOf(job: Job): string {
  switch (job.kind) {
    case 'publish':
      return `publish ${job.publish}`;
    case 'upload':
      return `upload to ${job.destination}`;
    case 'action':
      return job.folder === undefined ? job.action : `${job.action} to ${job.folder}`;
  }
}

export const jobColumns: readonly Column<Job>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'KIND', cell: kindOf },
  { title: 'STATUS', cell: ({ status }, paint) => formatStatus(status, paint) },
  {
    title: 'DONE',
    right: true,
    cell: ({ counts, planned }) => `${counts.done}/${planned ? counts.total : '?'}`,
  },
  {
    title: 'ERRORS',
    right: true,
    cell: ({ counts }, paint) => (counts.errors > 0 ? paint('red', String(counts.errors)) : '0'),
  },
  {
    title: 'TIME',
    right: true,
    cell: ({ duration }) => (duration === undefined ? '' : formatDuration(duration)),
  },
  { title: 'NAME', cell: ({ name }, paint) => paint('bold', name) },
];

/** Every line about a job. */
export function jobLines(job: Job, paint: Paint): string[] {
  const { counts } = job;
  return [
    `${paint('bold', job.name)}  ${formatStatus(job.status, paint)}${job.reason === undefined ? '' : `: ${job.reason}`}`,
    ...formatFields(
      [
        ['Id', job.id],
        ['Kind', longKindOf(job)],
        ['Servers', job.kind === 'publish' ? job.servers.join(', ') : undefined],
        ['Scope', job.kind === 'publish' ? scopeText(job.scope) : undefined],
        ['Schedule', job.kind === 'publish' ? job.schedule?.name : undefined],
        ['Owner', job.user],
        ['Submitted', formatTime(job.submitted)],
        ['Started', formatTime(job.started)],
        ['Ended', formatTime(job.ended)],
        ['Duration', job.duration === undefined ? undefined : formatDuration(job.duration)],
        ['Queue position', job.kind === 'publish' ? job.position : undefined],
        ['Waits for', job.kind === 'publish' ? job.waitsFor?.join(', ') : undefined],
        [
          'Progress',
          `${Math.floor(job.progress * 100)} %${job.eta === undefined ? '' : `, ends about ${formatTime(job.eta)}`}`,
        ],
        [
          'Counts',
          `${counts.done} of ${job.planned ? counts.total : '?'} done, ${counts.skipped} skipped, ${counts.warnings} warnings, ${counts.errors} errors, ${counts.notReached} not reached, ${formatBytes(counts.bytes)}`,
        ],
      ],
      paint,
    ),
    ...(job.kind === 'publish' ? (job.leftOut ?? []) : []).map(
      ({ id, message }) => `${paint('yellow', 'left out')}  ${id}  ${message}`,
    ),
  ];
}

function scopeText(scope: Extract<Job, { kind: 'publish' }>['scope']): string | undefined {
  switch (scope?.kind) {
    case 'folder':
      return `${scope.folder}${scope.below ? ' and below' : ''}`;
    case 'assets':
      return `${scope.count} assets`;
    case 'failed':
      return `what failed in ${scope.jobId}`;
    case 'plan':
      return `the plan ${scope.planId}`;
    case 'undo':
      return `undo of ${scope.jobId}`;
    default:
      return undefined;
  }
}

/** One line for the end of a job. */
export function endLine(job: Job, paint: Paint): string {
  const { counts, duration } = job;
  const mark =
    job.status === 'succeeded'
      ? paint('green', '✓')
      : job.status === 'failed'
        ? paint('red', '✗')
        : paint('yellow', '!');
  const numbers = [
    `${counts.done} done`,
    counts.skipped > 0 ? `${counts.skipped} skipped` : '',
    counts.warnings > 0 ? `${counts.warnings} warnings` : '',
    counts.errors > 0 ? paint('red', `${counts.errors} errors`) : '',
    counts.notReached > 0 ? `${counts.notReached} not reached` : '',
    job.kind === 'action' ? '' : formatBytes(counts.bytes),
    duration === undefined ? '' : formatDuration(duration),
  ].filter(Boolean);
  return `${mark} ${job.name} (${job.id}): ${formatStatus(job.status, paint)}, ${numbers.join(', ')}${job.reason === undefined ? '' : `. ${job.reason}`}`;
}
