/**
 * Dry runs: what publishing, withdrawing and publish jobs would do, and what it would cost. Nothing is written. Called by
 * serve-api.
 */

import type { Asset, AssetType } from '../../domain/assets/asset.ts';
import { closureOf } from '../../domain/assets/closure.ts';
import {
  addTotals,
  noTotals,
  publishTotals,
  readUnitsOf,
  type Totals,
  withdrawTotals,
} from '../../domain/assets/estimate.ts';
import {
  afterPublishing,
  afterWithdrawal,
  isCurrentOn,
  isPending,
  possibleObjects,
  whyNotAllowed,
} from '../../domain/assets/publish-state.ts';
import { publishStep } from '../../domain/assets/publish-step.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { copyRequests } from '../../domain/delivery/copy-plan.ts';
import { tagsToInvalidate } from '../../domain/delivery/invalidation.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { isServerToggle, type PublishJob } from '../../domain/jobs/job.ts';
import { entryTotals, maxPartBytes, maxPartEntries } from '../../domain/jobs/part.ts';
import { decideUndo } from '../../domain/jobs/undo.ts';
import { firstPosition } from '../jobs/job-candidates.ts';
import type { LevelledEntry } from '../jobs/plan-closures.ts';
import { type JobToPlan, type PlanRoundDependencies, planRound } from '../jobs/plan-round.ts';
import { type PlanUndoDependencies, planUndo, type UndoEntry } from '../jobs/plan-undo.ts';
import { type UndoRefusalsDependencies, undoRefusals } from '../jobs/undo-refusals.ts';
import { type ClosureDependencies, closureLookups } from './closure-lookups.ts';
import { maxClosureAssets } from './publish-closures.ts';

export interface PreviewItem {
  readonly id: string;
  readonly type: AssetType;
  /**
   * `mark`: the next publish job publishes it; `hold`: it is not live, and jobs would skip it from then on; `none`:
   * nothing to do; `refuse`: it would not go live, `message` says why.
   */
  readonly action: 'publish' | 'withdraw' | 'mark' | 'hold' | 'none' | 'refuse';
  readonly servers: readonly Server[];
  /** Bytes to copy. */
  readonly bytes: number;
  readonly message?: string;
}

export interface Preview {
  /** At most `maxListed`. */
  readonly items: readonly PreviewItem[];
  /** Items that were counted but not listed. */
  readonly leftOut: number;
  /** Assets that would be changed. */
  readonly assets: number;
  readonly totals: Totals;
  /** False if the time was up before every asset was read. */
  readonly complete: boolean;
}

interface Limits {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly maxListed: number;
}

type Settings = Pick<CompanySettings, 'servers' | 'allowActiveContent'>;

/** Assets whose closures are read together. */
const rootsAtATime = 25;

function collector(maxListed: number) {
  const items: PreviewItem[] = [];
  let leftOut = 0;
  let assets = 0;
  let totals = noTotals;
  return {
    add(item: PreviewItem, more: Partial<Totals> = {}) {
      if (items.length < maxListed) items.push(item);
      else leftOut += 1;
      if (item.action !== 'none' && item.action !== 'refuse') assets += 1;
      totals = addTotals(totals, more);
    },
    count(more: Partial<Totals>) {
      totals = addTotals(totals, more);
    },
    preview: (complete: boolean): Preview => ({ items, leftOut, assets, totals, complete }),
  };
}

/** What `publishClosures` would do. Costs its reads. */
export async function previewPublish(
  company: string,
  roots: readonly Asset[],
  { settings, until, maxListed }: Limits & { readonly settings: Settings },
  dependencies: ClosureDependencies & { readonly clock: () => number },
): Promise<Preview> {
  const found = collector(maxListed);
  const seen = new Map<string, Asset>();
  for (let start = 0; start < roots.length; start += rootsAtATime) {
    if (dependencies.clock() >= until) return found.preview(false);
    await previewGroup(roots.slice(start, start + rootsAtATime));
  }
  return found.preview(true);

  async function previewGroup(group: readonly Asset[]): Promise<void> {
    const { levels, members, tooLarge } = await closureOf(
      group,
      closureLookups(company, dependencies),
      maxClosureAssets,
    );
    const [one, ...more] = group;
    if (tooLarge && one) {
      if (more.length > 0) for (const root of group) await previewGroup([root]);
      else
        found.add(
          itemOf(
            one,
            'refuse',
            [],
            `More than ${maxClosureAssets} assets belong to ${one.id}; use a publish job`,
          ),
        );
      return;
    }
    const selected = new Set(group.map(({ id }) => id));
    const records = new Map(levels.flat().map((asset) => [asset.id, seen.get(asset.id) ?? asset]));
    for (const asset of levels.flat()) {
      found.count({ readUnits: readUnitsOf(asset), gets: members.has(asset.id) ? 1 : 0 });
      if (seen.has(asset.id)) continue;
      const after = previewOne(asset, selected.has(asset.id), members.get(asset.id) ?? [], records);
      records.set(asset.id, after);
      seen.set(asset.id, after);
    }
  }

  /** @returns the record as it would be */
  function previewOne(
    asset: Asset,
    isSelected: boolean,
    members: readonly string[],
    records: ReadonlyMap<string, Asset>,
  ): Asset {
    const now = new Date(dependencies.clock()).toISOString();
    const step = publishStep(asset, members, (id) => records.get(id), settings, now);
    if (step.action === 'refuse') {
      const why =
        step.member === undefined ? step.because : `Member ${step.member} would not be live: ${step.because}`;
      if (isSelected || step.member !== undefined) found.add(itemOf(asset, 'refuse', [], why));
      return asset;
    }
    if (step.action === 'none') {
      // Publishing a selected asset confirms its history.
      const message = `Version ${asset.version} is already live`;
      if (isSelected) {
        found.add(itemOf(asset, 'none', step.servers, message), { writeUnits: step.servers.length });
      }
      return asset;
    }
    const open = step.servers.filter((server) => !isCurrentOn(asset, server));
    const after = afterPublishing(asset, open, { at: asset.modified, by: asset.modifiedBy });
    const totals = publishTotals(after, open, {
      copies: copyRequests(asset.bytes),
      isPending: isPending(asset, settings),
    });
    found.add({ ...itemOf(asset, 'publish', open), bytes: asset.bytes * open.length }, totals);
    return after;
  }
}

/** What `withdrawAssets` would do. Reads nothing. */
export function previewWithdrawal(
  company: string,
  assets: readonly Asset[],
  { settings, maxListed }: { readonly settings: Settings; readonly maxListed: number },
): Preview {
  const found = collector(maxListed);
  const invalidated: string[] = [];
  for (const asset of assets) {
    const servers = Object.keys(asset.publications) as Server[];
    const isLive = servers.length > 0;
    if (isLive || asset.intent === 'held') invalidated.push(asset.id);
    const leaves = isPending(asset, settings) && !isPending(afterWithdrawal(asset, asset.modified), settings);
    const totals = withdrawTotals(asset, {
      deletes: possibleObjects(asset, settings).length,
      isPending: leaves,
    });
    const action = isLive ? 'withdraw' : 'hold';
    found.add(itemOf(asset, action, servers, isLive ? undefined : 'The asset is not live'), {
      ...totals,
      readUnits: readUnitsOf(asset),
    });
  }
  // Each batch of withdrawals is an invalidation message.
  found.count({ invalidations: tagsToInvalidate(company, invalidated).length });
  return found.preview(true);
}

/** What a publish job would do if it started now. Costs the reads of plan-job. */
export async function previewJob(
  job: JobToPlan,
  { settings, until, maxListed }: Limits & { readonly settings: Settings },
  dependencies: PlanRoundDependencies & { readonly clock: () => number },
): Promise<Preview> {
  const found = collector(maxListed);
  const levels = new Map<number, { entries: number; bytes: number }>();
  const reached = await planRound(
    job,
    settings,
    { position: firstPosition(job), isFirst: true },
    {
      add,
      mayReadPage: () => dependencies.clock() < until,
      mustAbandon: () => dependencies.clock() >= until,
    },
    dependencies,
  );
  const parts = [...levels.values()].reduce(
    (sum, { entries, bytes }) =>
      sum + Math.max(Math.ceil(entries / maxPartEntries), Math.ceil(bytes / maxPartBytes)),
    0,
  );
  found.count({ parts });
  return found.preview(reached === undefined);

  function add({ level, entry, missingMember }: LevelledEntry): void {
    const { id, type, servers } = entry;
    const now = new Date(dependencies.clock()).toISOString();
    if (whyNotAllowed(entry, settings, now) !== undefined && job.publish !== 'disable-server') return;
    if (isServerToggle(job)) {
      const isOff = job.publish === 'disable-server';
      found.add(
        { id, type, servers, bytes: 0, action: isOff ? 'withdraw' : 'mark' },
        // The record, and its history or its item in the pending index.
        { writeUnits: 2, readUnits: 1, ...(isOff ? { deletes: 1 } : {}) },
      );
      return;
    }
    const bytes = entry.bytes * servers.length;
    const before = levels.get(level) ?? { entries: 0, bytes: 0 };
    levels.set(level, { entries: before.entries + 1, bytes: before.bytes + bytes });
    const item = { id, type, servers, bytes };
    if (missingMember === undefined) found.add({ ...item, action: 'publish' }, entryTotals(entry));
    else found.add({ ...item, bytes: 0, action: 'refuse', message: missingMember }, { readUnits: 1 });
  }
}

/** What undoing a job would do if it started now. Costs the reads of plan-job, and those of undo-refusals.ts. */
export async function previewUndo(
  job: Pick<PublishJob, 'company' | 'id' | 'publish' | 'scope' | 'servers'>,
  undone: string,
  { settings, until, maxListed }: Limits & { readonly settings: Settings },
  dependencies: PlanUndoDependencies & UndoRefusalsDependencies & { readonly clock: () => number },
): Promise<Preview> {
  const found = collector(maxListed);
  const invalidated = new Set<string>();
  const reached = await planUndo(
    job,
    undone,
    { source: 'undo' },
    { add, mayReadGroup: () => dependencies.clock() < until },
    dependencies,
  );
  found.count({ invalidations: tagsToInvalidate(job.company, [...invalidated]).length });
  return found.preview(reached === undefined);

  async function add({ entry, asset }: UndoEntry): Promise<void> {
    const { id, type, servers, was = {} } = entry;
    const refusals = await undoRefusals(entry, asset, job, settings, dependencies);
    for (const server of servers) {
      const item = { id, type, servers: [server], bytes: 0 };
      const decision = decideUndo(entry, server, asset, job);
      const refusal = decision === 'restore' ? refusals.get(server) : undefined;
      if (typeof decision === 'object' || refusal !== undefined) {
        const message = typeof decision === 'object' ? decision.skip : refusal;
        found.add(
          { ...item, action: 'refuse', ...(message === undefined ? {} : { message }) },
          { readUnits: 1 },
        );
        continue;
      }
      invalidated.add(id);
      // The record and the history.
      const units = { writeUnits: 2, readUnits: 1 };
      if (decision === 'restore') {
        const message = `Version ${was[server]} is live again`;
        const totals = { ...units, copies: copyRequests(entry.bytes), bytes: entry.bytes };
        found.add({ ...item, action: 'publish', bytes: entry.bytes, message }, totals);
      } else found.add({ ...item, action: 'withdraw' }, { ...units, deletes: 1 });
    }
  }
}

function itemOf(
  { id, type }: Asset,
  action: PreviewItem['action'],
  servers: readonly Server[],
  message?: string,
): PreviewItem {
  return { id, type, action, servers, bytes: 0, ...(message === undefined ? {} : { message }) };
}
