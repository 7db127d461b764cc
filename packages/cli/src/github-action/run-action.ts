import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explainError } from '../errors/explain-error.ts';
import type { Job } from '../jobs/job-text.ts';
import { formatBytes, formatDuration } from '../output/format.ts';
import { ActionError } from './action-error.ts';
import { type ActionInputs, readInputs } from './action-inputs.ts';
import type { ActionWorld } from './action-world.ts';
import { type Installation, openInstallation } from './installation.ts';
import {
  code,
  countToPublish,
  type FileChange,
  type FileCounts,
  type Plan,
  type PlannedAsset,
  planText,
  table,
} from './plan-text.ts';
import { planThumbnails } from './plan-thumbnails.ts';
import { writeComment } from './pull-request-comment.ts';
import { annotation, writeOutputs, writeSummary } from './runner-files.ts';
import { readEvent, type WorkflowEvent } from './workflow-event.ts';

/** Assets of a plan that are read: more than a comment shows. */
const maxAssets = 200;
/** Changed files and failed assets that are kept for a text. */
const maxShown = 50;

/**
 * Runs the GitHub Action.
 * @returns the exit code of the step
 */
export async function runAction(world: ActionWorld): Promise<0 | 1> {
  try {
    const inputs = readInputs(world.env);
    const event = await readEvent(world);
    if (!mayRequestToken(world)) return await withoutToken(world, event);
    const installation = openInstallation(world, inputs);
    const work = { world, inputs, event, installation };
    return inputs.command === 'plan' ? await plan(work) : await publish(work);
  } catch (error) {
    const { message, hint } = error instanceof ActionError ? error : explainError(error);
    world.log(annotation('error', hint === undefined ? message : `${message} ${hint}`));
    return 1;
  }
}

interface Work {
  readonly world: ActionWorld;
  readonly inputs: ActionInputs;
  readonly event: WorkflowEvent;
  readonly installation: Installation;
}

function mayRequestToken({ env }: ActionWorld): boolean {
  return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

/** GitHub gives no token to workflows of forks: nothing in the pull request could change that, so the step succeeds. */
async function withoutToken(world: ActionWorld, { pullRequest }: WorkflowEvent): Promise<0> {
  if (!pullRequest?.isFromFork)
    throw new ActionError(
      'GitHub gives this job no token to sign in with.',
      'Give the job the permission id-token: write.',
    );
  const text =
    'Skipped: the pull request comes from a fork, and GitHub gives its workflows no token to sign in with. A member of this repository can plan it by pushing its commits to a branch here.';
  world.log(annotation('notice', text));
  await writeSummary(world, `### Pressroom\n\n${text}`);
  await writeOutputs(world, { skipped: true });
  return 0;
}

async function plan({ world, inputs, event, installation }: Work): Promise<0> {
  const files = await compareFolder(world, inputs, installation);
  let made: Plan | undefined;
  const assets: PlannedAsset[] = [];
  await installation.run('plan', [...scopeWords(inputs), `--max=${maxAssets}`], (result) => {
    if (result.kind === 'plan') made = result.plan;
    else assets.push(result);
  });
  if (!made) throw new ActionError('The plan was not made.', 'Run the job again.');
  const isShown = inputs.thumbnails === 'always' || (inputs.thumbnails === 'private' && !event.isPublic);
  const thumbnails = isShown
    ? await planThumbnails(await installation.client(), made, assets, {
        now: world.now(),
        signal: world.signal,
      })
    : new Map();
  const text = planText({
    company: inputs.company,
    plan: made,
    assets,
    thumbnails,
    ...(files ? { files } : {}),
    ...(inputs.thumbnails === 'private' && event.isPublic && countToPublish(made) > 0
      ? {
          note: 'No thumbnails, because everybody can read this repository: see thumbnails in docs/github-action.md.',
        }
      : {}),
  });
  world.log(`Plan ${made.id}: ${countToPublish(made)} to publish, ${made.counts.refused} refused.`);
  await writeSummary(world, text);
  await writeOutputs(world, {
    skipped: false,
    'plan-id': made.id,
    counts: JSON.stringify(made.counts),
    'to-publish': countToPublish(made),
    ...(files ? { files: JSON.stringify(filesOutput(files.counts)) } : {}),
  });
  if (inputs.comment && event.pullRequest) {
    const place = {
      repository: event.repository,
      number: event.pullRequest.number,
      token: inputs.githubToken,
    };
    const url = await writeComment(world, place, markerOf(inputs), text);
    world.log(`Comment: ${url}`);
    await writeOutputs(world, { 'comment-url': url });
  }
  return 0;
}

async function publish({ world, inputs, event, installation }: Work): Promise<0 | 1> {
  const name = (inputs.name ?? `${event.repository} ${event.commit.slice(0, 7)}`).slice(-200);
  const counts = await sendFolder(world, inputs, installation, name);
  if (counts) await writeOutputs(world, { files: JSON.stringify(filesOutput(counts)) });
  const what = inputs.plan === undefined ? scopeWords(inputs) : [`--plan=${inputs.plan}`];
  let job: Job | undefined;
  await installation.run(
    'jobs submit',
    [...what, ...(inputs.skipChanged ? ['--skip-changed'] : []), `--name=${name}`, '--watch'],
    (result) => {
      if (result.kind !== 'job') return;
      if (job === undefined) world.log(`Job ${result.job.id}: ${result.job.name}`);
      if (job?.status !== result.job.status) world.log(result.job.status);
      job = result.job;
    },
  );
  if (!job) throw new ActionError('The job was not submitted.', 'Run the job again.');
  await writeOutputs(world, {
    skipped: false,
    'job-id': job.id,
    'job-status': job.status,
    counts: JSON.stringify(job.counts),
    published: job.counts.done,
    errors: job.counts.errors,
  });
  const failed = job.counts.errors > 0 ? await failedAssets(installation, job.id, world.signal) : [];
  await writeSummary(world, jobText(inputs, job, counts, failed));
  if (job.status === 'succeeded') return 0;
  const { errors, done } = job.counts;
  throw new ActionError(
    `The job ${job.name} ended with the status ${job.status}: ${done} published, ${errors} errors.${job.reason === undefined ? '' : ` ${job.reason}`}`,
    `Its log says why: pressroom jobs log ${job.id}`,
  );
}

function scopeWords({ type, folder, below, servers }: ActionInputs): string[] {
  return [
    `--type=${type}`,
    ...(folder === undefined ? [] : [`--in=${folder}`, ...(below ? ['--below'] : [])]),
    ...(servers === undefined ? [] : [`--to=${servers.join(',')}`]),
  ];
}

/** What a sync would do. */
async function compareFolder(
  world: ActionWorld,
  inputs: ActionInputs,
  installation: Installation,
): Promise<{ from: string; changes: FileChange[]; counts: FileCounts } | undefined> {
  const words = await syncWords(world, inputs);
  if (!words) return undefined;
  const changes: FileChange[] = [];
  let counts: FileCounts | undefined;
  await installation.run('sync', [...words, '--dry-run'], (result) => {
    if (result.kind === 'summary') counts = result;
    if (result.kind === 'change' && result.action !== 'unchanged' && changes.length < maxShown)
      changes.push(result);
  });
  return counts && { from: inputs.syncFrom ?? '', changes, counts };
}

/** Makes the folder of the library like that of the repository. The publish job then makes it live. */
async function sendFolder(
  world: ActionWorld,
  inputs: ActionInputs,
  installation: Installation,
  name: string,
): Promise<FileCounts | undefined> {
  const words = await syncWords(world, inputs);
  if (!words) return undefined;
  const refused: string[] = [];
  let counts: FileCounts | undefined;
  const confirmed = inputs.syncDelete ? ['--yes'] : [];
  const exitCode = await installation.run(
    'sync',
    [...words, ...confirmed, '--no-publish', '--watch', `--job-name=${name}`],
    (result) => {
      if (result.kind === 'summary') counts = result;
      if (result.kind === 'job' && result.job.status === 'queued') world.log(`Upload ${result.job.id}`);
      if (result.kind === 'job' && result.job.counts.errors > 0)
        refused.push(`see the upload job ${result.job.id}`);
      if (result.kind === 'change' && result.action === 'refused')
        refused.push(`${result.folder}${result.name}: ${result.message ?? 'was not sent'}`);
    },
  );
  if (exitCode !== 0)
    throw new ActionError(
      `Not all files of '${inputs.syncFrom}' could be uploaded: ${[...new Set(refused)].slice(0, maxShown).join('; ')}.`,
      'No publish job was submitted. Correct the files, or run the job again.',
    );
  if (counts)
    world.log(
      `Files: ${counts.upload} new, ${counts.replace} changed, ${counts.trash} to trash, ${counts.unchanged} unchanged.`,
    );
  return counts;
}

/** @throws ActionError if the workspace does not have the folder */
async function syncWords(
  { env }: ActionWorld,
  { syncFrom, syncDelete, folder }: ActionInputs,
): Promise<string[] | undefined> {
  if (syncFrom === undefined || folder === undefined) return undefined;
  const place = resolve(env.GITHUB_WORKSPACE ?? '.', syncFrom);
  const found = await stat(place).catch(() => undefined);
  if (!found?.isDirectory())
    throw new ActionError(
      `sync-from: '${syncFrom}' is not a folder of the workspace.`,
      'Check the name, and let actions/checkout run before this step.',
    );
  return [place, folder, ...(syncDelete ? ['--delete'] : [])];
}

async function failedAssets({ client }: Installation, jobId: string, signal: AbortSignal) {
  const api = await client();
  const query = { outcome: 'error', limit: maxShown };
  return (await api.call('readJobLog', { params: { jobId }, query, signal })).items;
}

function jobText(
  { company }: ActionInputs,
  { name, id, status, counts, duration }: Job,
  files: FileCounts | undefined,
  failed: Awaited<ReturnType<typeof failedAssets>>,
): string {
  return [
    `### Pressroom: ${status}`,
    `Job ${code(name)} (${code(id)}) of the company ${code(company)}: ${counts.done} of ${counts.total} published, ${counts.skipped} skipped, ${counts.warnings} warnings, ${counts.errors} errors, ${formatBytes(counts.bytes)}${duration === undefined ? '' : `, ${formatDuration(duration)}`}.`,
    ...(files
      ? [
          `Files: ${files.upload} new, ${files.replace} changed, ${files.trash} to trash, ${files.unchanged} unchanged.`,
        ]
      : []),
    ...(failed.length > 0
      ? [table(failed.map(({ asset = '', message = '' }) => [code(asset), code(message)]))]
      : []),
  ].join('\n\n');
}

const filesOutput = ({ upload, replace, trash, unchanged }: FileCounts) => ({
  upload,
  replace,
  trash,
  unchanged,
});

/** One comment for each company and folder: a workflow may plan several. */
const markerOf = ({ company, folder = '/' }: ActionInputs) =>
  `<!-- pressroom-plan ${encodeURIComponent(company)} ${encodeURIComponent(folder)} -->`;
