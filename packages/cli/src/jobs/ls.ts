import { choice, choices, defineCommand, flag, text, whole } from '../command.ts';
import { jobStatuses } from '../words.ts';
import { jobColumns } from './job-text.ts';

export const listJobs = defineCommand({
  path: 'jobs ls',
  feature: 'jobs',
  summary: 'List jobs, newest first',
  args: {},
  options: {
    state: choice(['active', 'ended'], 'only jobs that have not finished, or only those that have'),
    kind: choice(['publish', 'upload', 'action'], 'only jobs of this kind'),
    status: choices(jobStatuses, 'only jobs with one of these statuses, with commas between'),
    mine: flag('only your own jobs'),
    from: text('<date>', 'submitted then or later: a day by the clocks of the company, or a time'),
    to: text('<date>', 'submitted then or earlier'),
    max: whole(1, 1_000_000, 'stop after so many jobs; 20 unless given'),
  },
  examples: [
    { command: 'jobs ls --state active', does: 'lists jobs that wait or run' },
    {
      command: 'jobs ls --status failed,completed-with-errors --from 2026-11-01',
      does: 'lists jobs that had problems',
    },
  ],
  show: { columns: jobColumns, none: 'There is no such job.' },
  async *run({ client, signal }, { state, kind, status, mine, from, to, max = 20 }) {
    const query = {
      state,
      kind,
      status: status?.join(','),
      from,
      to,
      by: mine ? ('mine' as const) : undefined,
      limit: Math.min(max, 1_000),
    };
    let count = 0;
    for await (const job of client.all('listJobs', { query, signal })) {
      yield job;
      count += 1;
      if (count === max) break;
    }
    return 0;
  },
});
