/** Makes a stored plan, round by round. Called by serve-api, which stores small plans at once, and by store-plan. */
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { StoredPlans } from '../../adapters/s3/stored-plans.ts';
import { addTotals, noTotals } from '../../domain/assets/estimate.ts';
import { whyNotAllowed } from '../../domain/assets/publish-state.ts';
import { entryTotals } from '../../domain/jobs/part.ts';
import {
  leftAsset,
  liveVersions,
  noPlanCounts,
  type PlanChange,
  type PlanCounts,
  type PlannedAsset,
  planChanges,
  plannedAsset,
  type StoredPlan,
} from '../../domain/jobs/stored-plan.ts';
import { type CandidatePosition, firstPosition } from './job-candidates.ts';
import { type PartWriterDependencies, partWriter } from './part-writer.ts';
import type { LevelledEntry } from './plan-closures.ts';
import { type PlanRoundDependencies, planRound } from './plan-round.ts';

export type PlanToStore = StoredPlan<CandidatePosition>;

export type StorePlanDependencies = PlanRoundDependencies &
  PartWriterDependencies &
  Pick<SettingsStore, 'getSettings'> &
  Pick<PlanFiles, 'writeRound'> &
  Pick<StoredPlans, 'writePlan' | 'writePlanList'> & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
    /** Distinguishes the files of this call. */
    readonly newPlanner: () => string;
  };

/** Assets of a list file: 200 bytes each. A page of the API reads two files at most. */
export const maxListedInFile = 1_000;

/**
 * Candidates that the job leaves, and that are remembered until the end of the round: a set that is planned later may show
 * them. About 100 MB. Further ones may be listed twice.
 */
const maxRemembered = 200_000;

/** A plan before its first round. */
export function newPlan(
  plan: Omit<PlanToStore, 'progressAt' | 'summary' | 'lists' | 'parts' | 'total' | 'position'>,
): PlanToStore {
  return {
    ...plan,
    progressAt: plan.at,
    summary: { counts: noPlanCounts, totals: noTotals },
    lists: [],
    parts: 0,
    total: 0,
    // Assets that are to be left as they are can only be found in the library.
    position: firstPosition({ ...plan, force: plan.force || plan.unchanged || false }),
  };
}

/**
 * Plans one round and stores it. A repeated or parallel call with the same plan stores the same: the round that was
 * written first counts, as in jobs.
 *
 * Costs: the reads of a job's plan, a PUT for each part and for each 1,000 listed assets, and 2 PUTs. With `unchanged`, the
 * reads of the whole scope.
 * @param plan with a position
 * @param may whether another page is read; in the middle of a page, whether the round is given up
 * @returns the plan after the round; undefined if the round was given up, with nothing stored
 */
export async function storePlanRound(
  plan: PlanToStore & { readonly position: CandidatePosition },
  may: { readonly readPage: (pages: number) => boolean; readonly giveUp?: () => boolean },
  dependencies: StorePlanDependencies,
): Promise<PlanToStore | undefined> {
  const { company, id } = plan;
  const settings = await dependencies.getSettings(company);
  const writer = partWriter(plan, plan, dependencies);
  const planner = dependencies.newPlanner();
  const lists = listWriter(plan, planner, dependencies);
  let { totals } = plan.summary;
  let counts = plan.summary.counts;
  const pulled = new Set<string>();
  const left = new Map<string, PlannedAsset>();
  const reached = await planRound(
    plan,
    settings,
    { position: plan.position, isFirst: plan.lists.length === 0 },
    {
      async add(planned) {
        if (planned.isPulled) {
          left.delete(planned.entry.id);
          if (pulled.size < maxRemembered) pulled.add(planned.entry.id);
        }
        const listed = await addEntry(planned);
        await list(listed);
      },
      async leave(candidate) {
        if (pulled.has(candidate.id)) return;
        const asset = leftAsset(candidate, plan, settings, dependencies.now());
        if (left.size < maxRemembered) left.set(candidate.id, asset);
        else await list(asset);
      },
      mayReadPage: may.readPage,
      ...(may.giveUp === undefined ? {} : { mustAbandon: may.giveUp }),
    },
    dependencies,
  );
  if (reached === 'abandoned' || (reached !== undefined && may.giveUp?.())) return undefined;
  for (const asset of left.values()) await list(asset);
  const { lines, ...planned } = await writer.finish();
  const summary = { counts, totals: addTotals(totals, { parts: planned.parts - plan.parts }) };
  const end = await dependencies.writeRound(company, id, plan.lists.length, lines, {
    position: reached,
    ...planned,
    summary,
    list: { planner, files: await lists.finish() },
  });
  const { list: added, position, ...others } = end;
  const after: PlanToStore = {
    ...plan,
    ...others,
    position,
    lists: [...plan.lists, added],
    progressAt: dependencies.now(),
  };
  await dependencies.writePlan(after);
  return after;

  async function addEntry({
    entry,
    publications,
    missingMember,
    level,
  }: LevelledEntry): Promise<PlannedAsset> {
    const refusal = whyNotAllowed(entry, settings, dependencies.now()) ?? missingMember;
    if (refusal === undefined) {
      await writer.add({ level, entry });
      totals = addTotals(totals, entryTotals(entry));
    }
    return plannedAsset(entry, liveVersions({ publications }, entry.servers), refusal);
  }

  async function list(asset: PlannedAsset): Promise<void> {
    counts = { ...counts, [asset.change]: counts[asset.change] + 1 };
    await lists.add(asset);
  }
}

/** Writes the listed assets of a round, a file for each 1,000 of a change. */
function listWriter(
  { company, id }: Pick<PlanToStore, 'company' | 'id'>,
  planner: string,
  { writePlanList }: Pick<StorePlanDependencies, 'writePlanList'>,
): { add(asset: PlannedAsset): Promise<void>; finish(): Promise<PlanCounts> } {
  const open = new Map<PlanChange, PlannedAsset[]>();
  const files: Record<PlanChange, number> = { ...noPlanCounts };
  return {
    async add(asset) {
      const assets = open.get(asset.change) ?? [];
      assets.push(asset);
      open.set(asset.change, assets);
      if (assets.length === maxListedInFile) await write(asset.change);
    },
    async finish() {
      for (const change of planChanges) if (open.has(change)) await write(change);
      return files;
    },
  };

  async function write(change: PlanChange): Promise<void> {
    const assets = open.get(change) ?? [];
    open.delete(change);
    const file = files[change];
    files[change] += 1;
    await writePlanList(company, id, { planner, change, file }, assets);
  }
}
