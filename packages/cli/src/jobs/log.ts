import type { OperationItem } from '@pressroom/client/create-client';
import { choice, choices, defineCommand, flag, text } from '../command.ts';
import { logOutcomes, servers } from '../words.ts';
import { findJob } from './find-job.ts';
import { exitCodeOfJob } from './follow-job.ts';
import { terminalStatuses } from './job-text.ts';
import { logLine } from './log-line.ts';
import { jobArgument } from './show.ts';

/** Milliseconds between two looks at a log that grows, at least. */
const followMs = 2_000;

type LogEntry = OperationItem<'readJobLog'>;

export const jobLog = defineCommand({
  path: 'jobs log',
  feature: 'jobs',
  summary: 'Print the log of a job: what happened to each asset',
  notes: ['With --follow, entries are printed as the job writes them; the log is written part by part.'],
  args: { job: jobArgument },
  options: {
    follow: flag('go on until the job has finished'),
    outcome: choices(logOutcomes, 'only entries with one of these outcomes, with commas between'),
    asset: text('<id>', 'only entries about this asset'),
    server: choice(servers, 'only entries about this server'),
  },
  examples: [
    { command: 'jobs log latest --outcome error,not-reached', does: 'prints what failed' },
    { command: 'jobs log latest --follow', does: 'prints the log while the job runs' },
  ],
  show: {
    lines: (entry, paint) => [logLine(entry, paint)],
  },
  async *run(context, { job: wanted, follow, outcome, asset, server }) {
    const { client, io, signal } = context;
    let job = await findJob(context, wanted);
    const params = { jobId: job.id };
    const query = { outcome: outcome?.join(','), asset, server };
    // While a job runs, parts of its log are written in any order: each look reads it from the beginning.
    const seen = new Set<string>();
    for (;;) {
      // Read before the log, so that the last look at the log sees its end.
      if (follow) job = await client.call('readJob', { params, signal });
      const started = io.now();
      for await (const entry of client.all('readJobLog', { params, query, signal })) {
        if (follow) {
          const key = keyOf(entry);
          if (seen.has(key)) continue;
          seen.add(key);
        }
        yield entry;
      }
      if (!follow) return 0;
      if (terminalStatuses.includes(job.status)) return exitCodeOfJob(job);
      // A long log is read less often.
      await io.wait(Math.max(followMs, 3 * (io.now() - started)), signal);
    }
  },
});

function keyOf({ time, asset, server, outcome, message }: LogEntry): string {
  return [time, asset, server, outcome, asset === undefined ? message : ''].join('\0');
}
