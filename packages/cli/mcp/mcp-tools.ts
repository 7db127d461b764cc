import { createHash } from 'node:crypto';
import type { OperationResponse } from '@pressroom/client/create-client';
import * as z from 'zod';
import { reasonFor } from '../src/assets/why.ts';
import type { Context } from '../src/context.ts';
import { findJob } from '../src/jobs/find-job.ts';
import { folderPath } from '../src/library/folder-path.ts';
import { findSchedule } from '../src/schedules/find-schedule.ts';
import { publishKinds, searchStates, servers } from '../src/words.ts';
import type { confirmTokens, PlannedChange } from './confirm-tokens.ts';

/** What a tool works with. */
export interface ToolWorld {
  readonly context: Context;
  /** Undefined: nothing may be changed. */
  readonly tokens: ReturnType<typeof confirmTokens> | undefined;
}

/** One tool. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  /** Changes something. Such a tool is there only if changes are allowed. */
  readonly changes?: true;
  run(world: ToolWorld, given: never): Promise<object>;
}

function tool<Shape extends z.ZodRawShape>(definition: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Shape;
  readonly changes?: true;
  readonly run: (world: ToolWorld, given: z.output<z.ZodObject<Shape>>) => Promise<object>;
}): Tool {
  return definition as unknown as Tool;
}

const id = z.string().min(1).describe('Id of an asset: its file name without extension');
const ids = z.array(z.string().min(1)).min(1).max(1_000).describe('Ids of assets');
const max = z.int().min(1).max(100).default(20).describe('Results at most');

/** Assets of a plan that a reply lists. */
const maxListed = 50;

/** Milliseconds between two looks at a plan that is being made. */
const planMs = 1_000;

const twoSteps =
  'Changes nothing. If the server allows changes, the reply has a confirmToken for confirm_change.';

/** Every tool, by task. docs/mcp.md describes them; a test compares the two. */
export const mcpTools: readonly Tool[] = [
  tool({
    name: 'find_assets',
    title: 'Find assets',
    description: 'Finds assets by words, folder, type and state of publication.',
    input: {
      words: z
        .string()
        .default('')
        .describe('Words of ids, names, titles, descriptions, keywords and fields'),
      folder: z.string().optional().describe('Only in this folder and below it, such as /autumn/'),
      type: z.string().optional().describe('Such as image, video or image-set; several with commas between'),
      state: z.enum(searchStates).optional(),
      max,
    },
    async run({ context: { client, signal } }, { words, folder, type, state, max: limit }) {
      const query = {
        ...(words.trim() === '' ? {} : { q: words }),
        ...(folder === undefined ? {} : { folder: folderPath(folder), below: true }),
        ...(type === undefined ? {} : { type }),
        ...(state === undefined ? {} : { state }),
      };
      const { items, total } = await client.call('searchAssets', { query: { ...query, limit }, signal });
      return {
        total,
        assets: items.map(({ id: found, type: kind, folder: place, published, intent, title, modified }) => ({
          ...{ id: found, type: kind, folder: place, published, intent, modified },
          ...(title === undefined ? {} : { title }),
        })),
      };
    },
  }),
  tool({
    name: 'show_asset',
    title: 'Show an asset',
    description: 'Reads an asset: metadata, versions on each server, and delivery addresses.',
    input: { id },
    run: ({ context: { client, signal } }, { id: wanted }) =>
      client.call('readAsset', { params: { id: wanted }, signal }),
  }),
  tool({
    name: 'why_live',
    title: 'Why is an asset live, or not',
    description: 'Says in one sentence why visitors see an asset or not, and what to do next.',
    input: { id },
    run: ({ context }, { id: wanted }) => reasonFor(context, wanted),
  }),
  tool({
    name: 'asset_history',
    title: 'History of an asset',
    description:
      'Lists when an asset was published and withdrawn, with the member and the job, newest first.',
    input: { id, max },
    async run({ context: { client, signal } }, { id: wanted, max: limit }) {
      const { items } = await client.call('readAssetHistory', {
        params: { id: wanted },
        query: { limit },
        signal,
      });
      return { events: items };
    },
  }),
  tool({
    name: 'list_jobs',
    title: 'List jobs',
    description: 'Lists publish and upload jobs with status and counts, newest first.',
    input: { state: z.enum(['active', 'ended']).optional(), max },
    async run({ context: { client, signal } }, { state, max: limit }) {
      const { items } = await client.call('listJobs', { query: { state, limit }, signal });
      return { jobs: items.map(shortJob) };
    },
  }),
  tool({
    name: 'show_job',
    title: 'Show a job and its log',
    description: 'Reads a job, and the entries of its log that need attention or, with all, every entry.',
    input: {
      job: z.string().min(1).describe('Id or name of the job, or latest'),
      all: z.boolean().default(false),
      max: max.default(50),
    },
    async run({ context }, { job: wanted, all, max: limit }) {
      const { client, signal } = context;
      const job = await findJob(context, wanted);
      const { items, next } = await client.call('readJobLog', {
        params: { jobId: job.id },
        query: { limit, ...(all ? {} : { outcome: 'error,warning,not-reached' }) },
        signal,
      });
      return { job, log: items, more: next !== undefined };
    },
  }),
  tool({
    name: 'list_schedules',
    title: 'List schedules',
    description: 'Lists the schedules of the company with their rules and next runs.',
    input: {},
    async run({ context: { client, signal } }) {
      const { items } = await client.call('listSchedules', { query: { limit: 100 }, signal });
      return { schedules: items };
    },
  }),
  tool({
    name: 'plan_publish',
    title: 'Plan a publish job',
    description: `Stores what a publish job would do for some assets, a folder or the whole library, and lists it. ${twoSteps}`,
    input: {
      ids: ids.optional(),
      folder: z.string().optional().describe('A folder, with everything below it'),
      type: z.enum(publishKinds).default('new').describe('new assets only, or also changed ones (full)'),
      servers: z.array(z.enum(servers)).min(1).optional(),
      name: z.string().min(1).max(200).default('Assistant').describe('Name of the job'),
    },
    async run(world, { ids: assets, folder, type, servers: to, name }) {
      if (assets && folder !== undefined) throw new Error('Give ids or folder, not both.');
      const { client, signal, io } = world.context;
      let plan = await client.call('createPlan', {
        body: {
          publish: type,
          ...(to === undefined ? {} : { servers: to }),
          ...(folder === undefined ? {} : { scope: { folder: folderPath(folder), below: true } }),
          ...(assets === undefined ? {} : { scope: { assets: [...new Set(assets)] } }),
        },
        signal,
      });
      const { id: planId } = plan;
      while (plan.status === 'planning') {
        await io.wait(planMs, signal);
        plan = await client.call('readPlan', { params: { planId }, signal });
      }
      const { items, next } = await client.call('listPlanEntries', {
        params: { planId },
        query: { limit: maxListed },
        signal,
      });
      const { counts, totals } = plan;
      const count = counts.added + counts.changed + counts.republished;
      return {
        ...{ counts, totals, assets: items, more: next !== undefined },
        ...offer(world, count === 0, {
          sentence: `Publishes ${count} assets by the plan ${planId}.`,
          // The API refuses a plan whose assets have changed since.
          run: async () => shortJob(await client.call('submitJob', { body: { plan: planId, name }, signal })),
        }),
      };
    },
  }),
  tool({
    name: 'plan_unpublish',
    title: 'Plan to unpublish assets',
    description: `Says what would be withdrawn, and which sets would be incomplete. ${twoSteps}`,
    input: { ids },
    async run(world, { ids: named }) {
      const { client, signal } = world.context;
      const body = { assetIds: [...new Set(named)] };
      const preview = () => client.dryRun('unpublishAssets', { body, signal });
      const planned = await preview();
      const { assets, totals, warnings } = planned;
      return {
        ...{ assets: assets.slice(0, maxListed), totals, warnings },
        ...offer(world, totals.assets === 0, {
          sentence: `Unpublishes ${totals.assets} assets.`,
          async run() {
            unchanged(planned, await preview());
            const {
              results,
              complete,
              warnings: now,
            } = await client.call('unpublishAssets', { body, signal });
            return { complete, results, warnings: now };
          },
        }),
      };
    },
  }),
  tool({
    name: 'plan_schedule_change',
    title: 'Plan to run, pause or resume a schedule',
    description: `Shows the schedule and what would be done with it. ${twoSteps}`,
    input: {
      schedule: z.string().min(1).describe('Id or name of the schedule'),
      action: z.enum(['run', 'pause', 'resume']),
    },
    async run(world, { schedule: wanted, action }) {
      const { client, signal } = world.context;
      const params = { id: (await findSchedule(world.context, wanted)).id };
      const { body: schedule, etag } = await client.callTagged('readSchedule', { params, signal });
      const isDone = action !== 'run' && schedule.active === (action === 'resume');
      return {
        schedule,
        ...offer(world, isDone, {
          sentence: `${sentences[action]} the schedule ${schedule.name}.`,
          async run() {
            if (action !== 'run')
              return client.call('editSchedule', {
                params,
                body: { active: action === 'resume' },
                ifMatch: etag,
                signal,
              });
            const now = await client.callTagged('readSchedule', { params, signal });
            if (now.etag !== etag) throw new Error(changed);
            return shortJob(await client.call('runSchedule', { params, signal }));
          },
        }),
      };
    },
  }),
  tool({
    name: 'confirm_change',
    title: 'Confirm a planned change',
    description:
      'Does exactly what was planned, by the confirmToken of a plan. Show the plan to the person first, and call this only if the person agrees. A token is valid for 5 minutes and once.',
    input: { confirmToken: z.string().min(1) },
    changes: true,
    async run({ tokens }, { confirmToken }) {
      const change = tokens?.take(confirmToken);
      if (!change) throw new Error('Changes are not allowed: start the server with --allow-changes.');
      return { done: change.sentence, result: await change.run() };
    },
  }),
];

const sentences = { run: 'Runs', pause: 'Pauses', resume: 'Resumes' } as const;

const changed = 'Something has changed since the plan, and nothing was done. Plan the change again.';

/** What a reply says about the second step. */
function offer({ tokens }: ToolWorld, isEmpty: boolean, change: PlannedChange): object {
  if (isEmpty) return { change: 'There is nothing to do.' };
  if (!tokens)
    return { change: `${change.sentence} Changes are not allowed: start the server with --allow-changes.` };
  return { change: change.sentence, ...tokens.add(change) };
}

/** @throws Error unless both previews say the same */
function unchanged(planned: unknown, now: unknown): void {
  const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  if (digest(planned) !== digest(now)) throw new Error(changed);
}

function shortJob({ id: job, kind, name, status, counts, submitted, user }: OperationResponse<'readJob'>) {
  return { id: job, kind, name, status, counts, submitted, user };
}
