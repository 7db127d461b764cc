import type { NotifiedJob } from '../jobs/job.ts';
import type { MailMoment } from './mail-recipients.ts';

/** A mail in plain text. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** Characters: longer subjects do not fit one line of a mailbox. */
const maxSubjectLength = 150;

/**
 * The mail about the begin or the end of a job.
 * @param apiUrl base URL of the API, without a slash at its end
 */
export function jobMail(job: NotifiedJob, moment: MailMoment, apiUrl: string): Mail {
  const { company, id, name, status, counts, started, ended, reason } = job;
  const state = moment === 'begin' ? 'has begun' : words[status];
  const link = `${apiUrl}/v1/companies/${company}/jobs/${id}`;
  const lines = [
    `The ${job.kind} job "${name}" of ${company} ${state}.`,
    ...(reason === undefined || moment === 'begin' ? [] : [`Reason: ${reason}`]),
    '',
    ...(job.kind === 'publish' ? [`Servers:      ${job.servers.join(', ')}`] : []),
    ...(started === undefined ? [] : [`Started:      ${started}`]),
    ...(moment === 'begin'
      ? []
      : [
          ...(ended === undefined ? [] : [`Finished:     ${ended}`]),
          `Status:       ${status}`,
          '',
          `Planned:      ${counts.total}`,
          `${job.kind === 'publish' ? 'Published:   ' : 'Recorded:    '} ${counts.done}`,
          `Skipped:      ${counts.skipped}`,
          `Warnings:     ${counts.warnings}`,
          `Errors:       ${counts.errors}`,
          `Not reached:  ${counts.notReached}`,
        ]),
    '',
    `Job: ${link}`,
    `Log: ${link}/log`,
    '',
    'You receive this mail because of the e-mail setting of the job or your e-mail preferences.',
  ];
  return { subject: oneLine(`${name}: ${state}`), text: `${lines.join('\n')}\n` };
}

const words: Readonly<Record<NotifiedJob['status'], string>> = {
  queued: 'is queued',
  running: 'is running',
  stopping: 'is stopping',
  succeeded: 'has succeeded',
  'completed-with-errors': 'has completed with errors',
  stopped: 'was stopped',
  failed: 'has failed',
};

function oneLine(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return line.length <= maxSubjectLength ? line : `${line.slice(0, maxSubjectLength - 1).toWellFormed()}…`;
}
