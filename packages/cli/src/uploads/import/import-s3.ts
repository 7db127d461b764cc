import { resolve } from 'node:path';
import type { OperationResponse } from '@pressroom/client/create-client';
import { defineCommand, one, text, toggle } from '../../command.ts';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors/command-error.ts';
import { untilFinished } from '../../jobs/follow-job.ts';
import { endLine, terminalStatuses } from '../../jobs/job-text.ts';
import { folderPath } from '../../library/folder-path.ts';
import { importKey } from './import-journal.ts';
import { reportFile } from './report-file.ts';

type Job = OperationResponse<'readJob'>;

export const importS3 = defineCommand({
  path: 'import s3',
  feature: 'uploads',
  summary: 'Import the files of a bucket, with their folders',
  notes: [
    'The installation fetches the files itself: it has to allow the bucket, see docs/uploads.md#from-a-bucket. Each job takes up to 10,000 files, until all are taken.',
    'Files that have not changed since they were fetched for the same folder are left out. After an interruption, run the same command again: it waits for the job that runs, and continues.',
  ],
  args: { source: one('Bucket and beginning of the keys: acme-photos/web/') },
  options: {
    folder: text('<folder>', 'folder of the library; the root unless given'),
    below: toggle('with the subfolders of the prefix; on unless given'),
    publish: toggle('publish what is imported; on unless given'),
    overwrite: toggle('overwrite assets that have the same id; off unless given'),
    report: text('<file>', 'write what failed, and why, into a CSV file'),
  },
  examples: [
    { command: 'import s3 acme-photos/web/ --folder /shop/', does: 'takes all files below web/' },
    {
      command: 'import s3 acme-photos --no-publish --report failed.csv --json',
      does: 'takes a whole bucket, publishes nothing, and writes what failed into a table',
    },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'file') return [`${paint('red', 'failed')}  ${output.name}  ${output.message}`];
      if (output.kind === 'job')
        return terminalStatuses.includes(output.job.status)
          ? [endLine(output.job, paint)]
          : [`Job ${output.job.id}: ${output.job.name}`];
      const { imported, unchanged, failed } = output;
      return [`${imported} imported, ${unchanged} unchanged, ${failed} failed.`];
    },
  },
  async *run(context, { source, folder: given, below, publish, overwrite, report: reportPath }) {
    const { client, signal, io } = context;
    const [, bucket, prefix = ''] = /^(?:s3:\/\/)?([^/]+)(?:\/(.*))?$/.exec(source) ?? [];
    if (bucket === undefined) throw usageError(`<source>: "${source}" must be like acme-photos/web/.`);
    const folder = folderPath(given ?? '/');
    const key = importKey(context, ['import s3', bucket, prefix, folder]);
    const name = `Import s3://${bucket}/${prefix.slice(0, 100)} (${key.slice(0, 8)})`;
    const report = await reportFile(reportPath && resolve(io.folder, reportPath), [
      'name',
      'id',
      'outcome',
      'message',
    ]);
    const counts = { imported: 0, unchanged: 0, failed: 0 };
    let ended = true;
    /** Files that jobs of this run have taken: the next one finds them unchanged. */
    let taken = 0;
    try {
      let job = await openJob(context, name);
      for (;;) {
        job ??= (
          await client.call('createUpload', {
            body: {
              from: { bucket, prefix, includeSubfolders: below ?? true, changedOnly: true },
              folder,
              name,
              publishAfterUploading: publish ?? true,
              overwrite: overwrite ?? false,
            },
            signal,
          })
        ).job;
        yield { kind: 'job', job };
        const done = await untilFinished(context, job);
        counts.imported += done.counts.done;
        const query = { outcome: 'error,skipped,not-reached' };
        for await (const entry of client.all('readJobLog', { params: { jobId: job.id }, query, signal })) {
          const end = entry.message.indexOf(': ');
          const file = { name: entry.message.slice(0, end), message: entry.message.slice(end + 2) };
          if (entry.outcome === 'skipped' && file.message.includes('has not changed')) {
            counts.unchanged += 1;
            continue;
          }
          counts.failed += 1;
          await report.add([file.name, entry.asset, entry.outcome, file.message]);
          yield { kind: 'file', ...file, ...(entry.asset === undefined ? {} : { id: entry.asset }) };
        }
        yield { kind: 'job', job: done };
        ended = done.status === 'succeeded' || done.status === 'completed-with-errors';
        const { unchanged = 0, more = false } = done.kind === 'upload' ? done : {};
        // A job that takes nothing would be followed by others without an end.
        if (!more || !ended || done.counts.done === 0) {
          // Files that are left out in the list are in no log.
          counts.unchanged += Math.max(0, unchanged - taken);
          ended &&= !more;
          break;
        }
        taken += done.counts.done;
        job = undefined;
      }
    } finally {
      await report.end();
    }
    yield { kind: 'summary', ...counts };
    return counts.failed > 0 || !ended ? 7 : 0;
  },
});

/** A job of an earlier run of the same command, which was interrupted. */
async function openJob({ client, signal }: Context, name: string): Promise<Job | undefined> {
  const query = { state: 'active', kind: 'upload', limit: 1_000 } as const;
  for await (const job of client.all('listJobs', { query, signal })) if (job.givenName === name) return job;
  return undefined;
}
