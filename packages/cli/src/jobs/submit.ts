import { dryRunLines } from '../assets/dry-run-text.ts';
import { any, defineCommand, flag, text } from '../command.ts';
import { findMember } from '../companies/find-member.ts';
import { usageError } from '../errors/command-error.ts';
import { exitCodeOfJob, followJob } from './follow-job.ts';
import { jobLines, terminalStatuses } from './job-text.ts';
import { publishJobBody, publishJobOptions } from './publish-options.ts';

export const submitJob = defineCommand({
  path: 'jobs submit',
  feature: 'jobs',
  summary: 'Submit a publish job: for the library, a folder, some assets, a search, or a stored plan',
  args: { ids: any('Ids of assets, at most 1,000. Default: the whole library, or the folder of --in') },
  options: {
    name: text('<name>', 'name of the job; the time of its start is added'),
    ...publishJobOptions,
    find: text('<words>', 'every asset that a search finds'),
    plan: text('<id>', 'do exactly what a stored plan says'),
    skipChanged: flag('with --plan: run it also if assets have changed since; they are skipped'),
    partial: flag('leave out assets that do not exist, in place of refusing all'),
    dryRun: flag('change nothing; say what would be done'),
    watch: flag('follow the job until it has finished'),
  },
  examples: [
    {
      command: 'jobs submit --name Autumn --in /autumn/ --below --watch',
      does: 'publishes what is new in a folder, and waits',
    },
    {
      command: 'jobs submit --type full --to image-serving --dry-run',
      does: 'says what a full publish to one server would do',
    },
    { command: 'jobs submit --plan 01JDEZ3T5V0A1B2C3D4E5F6G7H', does: 'runs a stored plan' },
  ],
  show: {
    lines(output, paint) {
      if (output.kind === 'plan') return dryRunLines(output, paint);
      return output.job.status === 'queued' || terminalStatuses.includes(output.job.status)
        ? jobLines(output.job, paint)
        : [];
    },
  },
  async *run(context, { ids, name, find, plan, skipChanged, partial, dryRun, watch, runAs, ...options }) {
    const { client, signal } = context;
    const scopes = [ids.length > 0, find !== undefined, options.in !== undefined, plan !== undefined];
    if (scopes.filter(Boolean).length > 1)
      throw usageError('Give ids, --find, --in or --plan: only one of them.');
    const owner = runAs === undefined ? undefined : (await findMember(context, runAs)).subject;
    const body = {
      ...publishJobBody(options, owner),
      ...(name === undefined ? {} : { name }),
      ...(ids.length > 0 ? { scope: { assets: [...new Set(ids)] } } : {}),
      ...(find === undefined ? {} : { scope: { query: { q: find }, count: await countOf(find) } }),
      ...(plan === undefined ? {} : { plan, ...(skipChanged ? { skipChanged } : {}) }),
      ...(partial ? { partial } : {}),
    };
    if (dryRun) {
      yield { kind: 'plan', ...(await client.dryRun('submitJob', { body, signal })) };
      return 0;
    }
    const job = await client.call('submitJob', { body, signal });
    if (!watch) {
      yield { kind: 'job', job };
      return 0;
    }
    const following = followJob(context, job);
    for (;;) {
      const { done, value } = await following.next();
      if (done) return exitCodeOfJob(value);
      yield { kind: 'job', job: value };
    }

    async function countOf(q: string): Promise<number> {
      return (await client.call('searchAssets', { query: { q, limit: 1 }, signal })).total;
    }
  },
});
