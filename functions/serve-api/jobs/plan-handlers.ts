import type { planRoutes } from '@pressroom/api/jobs/plan-routes';
import * as z from 'zod';
import { readQueryCursor, refuseCursor, writeQueryCursor } from '../../../adapters/http/query-cursor.ts';
import type { PlanListFile } from '../../../adapters/s3/stored-plans.ts';
import { newPlan, type PlanToStore } from '../../../application/jobs/store-plan.ts';
import { costOf } from '../../../domain/assets/estimate.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { serversToPublishTo } from '../../../domain/jobs/new-publish-job.ts';
import {
  type PlanChange,
  type PlannedAsset,
  planChanges,
  planExpiry,
  type StoredPlan,
} from '../../../domain/jobs/stored-plan.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';
import { checkReady, findPlan } from './find-plan.ts';
import { leftOutOf, scopeOf } from './job-scope.ts';
import { planPreviews } from './plan-previews.ts';
import { toScopeResponse } from './publish-options.ts';

/** Milliseconds in which a plan is made at once. A larger one is left to store-plan. */
const atOnceMs = 8_000;

/** Milliseconds without progress of store-plan, which may take 15 minutes: then it is asked again. */
const patience = 16 * 60_000;

/** Stores what a publish job would do: at once if it is read within 8 seconds, otherwise in the background. */
async function createPlan(
  { company, user, body }: RequestOf<'createPlan'>,
  dependencies: Dependencies,
): PromisedResponse<'createPlan'> {
  const settings = await dependencies.companies.getSettings(company);
  const found = await scopeOf(company, body.scope, body.partial, dependencies);
  const now = dependencies.now();
  const plan = newPlan({
    company,
    id: dependencies.newId(),
    publish: body.publish,
    servers: serversToPublishTo(body.servers, settings),
    ...(found.scope === undefined ? {} : { scope: found.scope }),
    ...(body.force ? { force: true } : {}),
    ...(body.unchanged ? { unchanged: true } : {}),
    by: user.subject,
    at: now,
  });
  if (found.scope?.kind === 'assets') await dependencies.jobs.writeScope(company, plan.id, found.ids);
  const until = dependencies.clock() + atOnceMs;
  const stored = await dependencies.plans.storeRound(plan, until);
  if (!stored) await requestPlan(plan, dependencies);
  const leftOut = leftOutOf(found);
  return { ...toPlanResponse(stored ?? plan), ...(leftOut.length === 0 ? {} : { leftOut }) };
}

async function requestPlan(plan: PlanToStore, { plans }: Dependencies): Promise<void> {
  await plans.writePlan(plan);
  await plans.requestPlan({ company: plan.company, planId: plan.id });
}

/**
 * The summary of a plan. If planning has made no progress for 16 minutes, its message was lost, and it is requested again:
 * the next round is then the same as the lost one.
 */
async function readPlan(
  { company, params }: RequestOf<'readPlan'>,
  dependencies: Dependencies,
): PromisedResponse<'readPlan'> {
  const plan = await findPlan(company, params.planId, dependencies);
  const isLate = Date.parse(plan.progressAt) + patience < dependencies.clock();
  if (plan.position !== undefined && isLate) {
    await requestPlan({ ...plan, progressAt: dependencies.now() }, dependencies);
  }
  return toPlanResponse(plan);
}

const entryPosition = z.strictObject({
  change: z.enum(planChanges),
  /** Of the files of this change, in the order of the rounds. */
  file: z.int().min(0),
  line: z.int().min(0),
});
type EntryPosition = z.output<typeof entryPosition>;

/** A page of the assets of a plan: by change, in the order of the files. Reads two files for a page at most, mostly one. */
async function listPlanEntries(
  { company, params, query }: RequestOf<'listPlanEntries'>,
  dependencies: Dependencies,
): PromisedResponse<'listPlanEntries'> {
  const { limit, cursor, change: wanted, previews } = query;
  const plan = await findPlan(company, params.planId, dependencies);
  checkReady(plan);
  const changes = planChanges.filter((change) => wanted === undefined || wanted.includes(change));
  const filter = [plan.id, wanted ?? null];
  const after = readQueryCursor(entryPosition, filter, cursor);
  if (after && !changes.includes(after.change)) refuseCursor('is not one that this list gave');
  const items: PlannedAsset[] = [];
  let last: EntryPosition | undefined;
  for (const { list, ...place } of filesOf(plan, changes, after)) {
    if (items.length > limit) break;
    const assets = await dependencies.plans.readPlanList(company, plan.id, list);
    const shown = place.change === after?.change && place.file === after.file ? after.line : 0;
    const fresh = assets.slice(shown);
    const room = limit - items.length;
    if (room > 0 && fresh.length > 0) last = { ...place, line: shown + Math.min(room, fresh.length) };
    // One more than the limit shows that there is a next page.
    items.push(...fresh.slice(0, room + 1));
  }
  const listed = items.slice(0, limit);
  const previewsOf = previews ? await planPreviews(company, listed, dependencies) : () => ({});
  return {
    items: listed.map((asset) => ({ ...toPlannedAssetResponse(asset), ...previewsOf(asset) })),
    ...(items.length > limit && last ? { next: writeQueryCursor(filter, last) } : {}),
  };
}

/** The files that hold these changes, from a position on. */
function* filesOf(
  plan: Pick<StoredPlan, 'lists'>,
  changes: readonly PlanChange[],
  after: EntryPosition | undefined,
): Generator<Pick<EntryPosition, 'change' | 'file'> & { readonly list: PlanListFile }> {
  let isReached = after === undefined;
  for (const change of changes) {
    let file = 0;
    for (const { planner, files } of plan.lists) {
      for (let own = 0; own < files[change]; own += 1) {
        isReached ||= change === after?.change && file === after.file;
        if (isReached) yield { change, file, list: { planner, change, file: own } };
        file += 1;
      }
    }
  }
}

function toPlanResponse(plan: PlanToStore) {
  const { summary, scope, force, unchanged } = plan;
  return {
    ...pick(plan, ['id', 'publish']),
    status: plan.position === undefined ? ('ready' as const) : ('planning' as const),
    servers: [...plan.servers],
    ...(force ? { force: true as const } : {}),
    ...(unchanged ? { unchanged: true as const } : {}),
    ...(scope === undefined ? {} : { scope: toScopeResponse(scope) }),
    made: plan.at,
    madeBy: plan.by,
    expires: planExpiry(plan.at),
    counts: pick(summary.counts, [...planChanges]),
    totals: {
      ...pick(summary.totals, ['copies', 'bytes', 'writeUnits', 'readUnits']),
      estimatedCostUsd: costOf(summary.totals),
    },
  };
}

function toPlannedAssetResponse(asset: PlannedAsset) {
  return {
    ...pick(asset, ['id', 'type', 'change', 'version', 'bytes', 'message']),
    servers: [...asset.servers],
    live: pick(asset.live, [...servers]),
  };
}

export const planHandlers = {
  createPlan,
  readPlan,
  listPlanEntries,
} satisfies HandlersOf<typeof planRoutes>;
