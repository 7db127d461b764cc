/** Publishes whole closures: assets with everything that belongs to them, the members of a set before the set. */
import type { Asset } from '../../domain/assets/asset.ts';
import { closureOf } from '../../domain/assets/closure.ts';
import { whyOutsideDates } from '../../domain/assets/live-dates.ts';
import { type PublishOutcome, publishStep } from '../../domain/assets/publish-step.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { type ClosureDependencies, closureLookups } from './closure-lookups.ts';
import { type PublishDependencies, publishAsset } from './publish-asset.ts';

export interface PublishedAsset {
  readonly id: string;
  readonly outcome: PublishOutcome;
  /** Servers on which this call published it, or on which it was live before. */
  readonly servers: readonly Server[];
  readonly message: string;
  /** The record as it is now, if it is known. */
  readonly asset?: Asset;
  /** Only with the outcome `error`. */
  readonly error?: unknown;
}

export interface ClosurePublishing {
  readonly by: string;
  readonly jobId?: string;
  readonly settings: Pick<CompanySettings, 'servers' | 'allowActiveContent'>;
  /** Milliseconds since 1970 after which no further asset is published. */
  readonly until: number;
}

export type PublishClosuresDependencies = PublishDependencies &
  ClosureDependencies & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

/** Selected assets that are processed together, with one wave of reads for all their closures. */
const rootsAtATime = 25;

/** Assets that are copied in parallel; a copy takes about 100 ms. */
const copiesAtATime = 25;

/**
 * Assets of the closures that are processed together: about 20 MB of records, read in 3 seconds. A larger closure needs a
 * publish job.
 */
export const maxClosureAssets = 20_000;

/**
 * Publishes assets with their closures until the time is up. A repeated call continues, because it skips what is live.
 * Called by serve-api, and by ingest-upload and clean-up-library after a save (publishSaved).
 *
 * Costs: the reads of closureLookups, and those of publishAsset for each asset that is published.
 * @param roots as read from their records, consistently
 * @returns by id: the result of each root, and of every other asset that was published or should have been
 */
export async function publishClosures(
  company: string,
  roots: readonly Asset[],
  publishing: ClosurePublishing,
  dependencies: PublishClosuresDependencies,
): Promise<Map<string, PublishedAsset>> {
  const results = new Map<string, PublishedAsset>();
  for (let start = 0; start < roots.length; start += rootsAtATime) {
    const group = roots.slice(start, start + rootsAtATime);
    await publishGroup(company, group, publishing, results, dependencies);
  }
  return results;
}

async function publishGroup(
  company: string,
  group: readonly Asset[],
  publishing: ClosurePublishing,
  results: Map<string, PublishedAsset>,
  dependencies: PublishClosuresDependencies,
): Promise<void> {
  const { settings, until } = publishing;
  if (dependencies.clock() >= until) {
    for (const { id } of group) if (!results.has(id)) results.set(id, notReached(id));
    return;
  }
  const { levels, members, tooLarge } = await closureOf(
    group,
    closureLookups(company, dependencies),
    maxClosureAssets,
  );
  if (tooLarge) {
    const [one, ...more] = group;
    if (one && more.length === 0) results.set(one.id, tooLargeClosure(one.id));
    else for (const root of group) await publishGroup(company, [root], publishing, results, dependencies);
    return;
  }

  /** Records of the closure, as they are now. */
  const records = new Map(levels.flat().map((asset) => [asset.id, asset]));
  const selected = new Set(group.map(({ id }) => id));
  for (const level of levels) {
    await inParallel(level, copiesAtATime, async (asset) => {
      const result = results.get(asset.id) ?? (await publishOne(asset));
      if (result?.asset) records.set(asset.id, result.asset);
      // An asset that only belongs to a root and was live before is not reported.
      if (result && (selected.has(asset.id) || result.outcome !== 'already-live'))
        results.set(asset.id, result);
    });
  }

  async function publishOne(asset: Asset): Promise<PublishedAsset | undefined> {
    const { id } = asset;
    const isSelected = selected.has(id);
    const now = dependencies.now();
    const step = publishStep(asset, members.get(id) ?? [], (member) => records.get(member), settings, now);
    if (step.action === 'refuse' && step.member === undefined) {
      return isSelected ? refused(id, step.because) : undefined;
    }
    // A selected asset that is live is published again, which confirms its history: an earlier call may have died.
    if (step.action === 'none' && !isSelected) return undefined;
    if (dependencies.clock() >= until) return notReached(id);
    if (step.action !== 'refuse') return publishAlone(asset, step.servers, publishing, dependencies);
    const { member = '', because } = step;
    const memberResult = results.get(member);
    if (memberResult?.outcome === 'not-reached') return notReached(id);
    const why =
      memberResult === undefined || memberResult.outcome === 'published' ? because : memberResult.message;
    return refused(id, `Member ${member} is not live: ${why}`);
  }
}

/**
 * Publishes an asset without its closure. Errors become outcomes.
 *
 * Costs: as publishAsset.
 */
export async function publishAlone(
  asset: Asset,
  servers: readonly Server[],
  { by, jobId, settings }: Omit<ClosurePublishing, 'until'>,
  dependencies: PublishDependencies & { readonly now: () => string },
): Promise<PublishedAsset> {
  const { id } = asset;
  const outside = whyOutsideDates(asset, dependencies.now());
  if (outside !== undefined) return refused(id, outside);
  try {
    const {
      published,
      alreadyLive,
      failed,
      changed,
      asset: now,
    } = await publishAsset(
      asset,
      servers,
      { by, at: dependencies.now(), settings, ...(jobId === undefined ? {} : { jobId }) },
      dependencies,
    );
    const known = now === undefined ? {} : { asset: now };
    if (!now) return { id, outcome: 'error', servers: [], message: 'The asset no longer exists' };
    if (changed) {
      return {
        id,
        outcome: 'error',
        servers: [],
        message: 'The asset was changed meanwhile; publish it again',
        ...known,
      };
    }
    const [failure] = failed;
    if (failure) {
      const where = failed.map(({ server }) => server).join(', ');
      const refusal = storageRefusal(failure.error);
      const message = `The asset could not be copied to ${where}${refusal === undefined ? '; try again' : `: ${refusal}`}`;
      return { id, outcome: 'error', servers: published, message, error: failure.error, ...known };
    }
    const live = servers.filter((server) => published.includes(server) || alreadyLive.includes(server));
    if (published.length === 0) {
      const message = `Version ${now.version} was already live`;
      return { id, outcome: 'already-live', servers: live, message, ...known };
    }
    return { id, outcome: 'published', servers: live, message: `Version ${now.version} is live`, ...known };
  } catch (error) {
    const message = storageRefusal(error) ?? 'Something failed on our side; try again';
    return { id, outcome: 'error', servers: [], message, error };
  }
}

function refused(id: string, message: string): PublishedAsset {
  return { id, outcome: 'refused', servers: [], message };
}

function notReached(id: string): PublishedAsset {
  const message = 'The time was up before this asset; repeat the request to continue';
  return { id, outcome: 'not-reached', servers: [], message };
}

function tooLargeClosure(id: string): PublishedAsset {
  return refused(id, `More than ${maxClosureAssets} assets belong to ${id}; use a publish job`);
}
