/** Unpublishes many assets by hand. */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { type PublishDependencies, type WithdrawDependencies, withdrawAsset } from './publish-asset.ts';

export interface WithdrawnAsset {
  readonly id: string;
  readonly outcome: 'unpublished' | 'not-live' | 'error' | 'not-reached';
  /** Servers on which it was live. */
  readonly servers: readonly Server[];
  readonly message: string;
  readonly asset?: Asset;
  /** Only with the outcome `error`. */
  readonly error?: unknown;
}

export type WithdrawAssetsDependencies = WithdrawDependencies &
  Pick<PublishDependencies, 'invalidateAssets'> & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

/**
 * Assets that are withdrawn in parallel and then invalidated with one message, which stays below SQS's 256 kB even with
 * the longest ids.
 */
const atATime = 25;

/**
 * Withdraws assets from all servers and invalidates them, until the time is up. Their members and derived images stay as
 * they are. A repeated call continues. Called by serve-api.
 *
 * Costs: those of withdrawAsset for each asset, and an SQS request for 25 assets.
 * @param assets without those in the trash, which are withdrawn already
 * @param until milliseconds since 1970 after which no further asset is withdrawn
 */
export async function withdrawAssets(
  company: string,
  assets: readonly Asset[],
  withdrawal: {
    readonly by: string;
    readonly settings: Pick<CompanySettings, 'servers'>;
    readonly until: number;
  },
  dependencies: WithdrawAssetsDependencies,
): Promise<Map<string, WithdrawnAsset>> {
  const results = new Map<string, WithdrawnAsset>();
  for (let start = 0; start < assets.length; start += atATime) {
    const chunk = assets.slice(start, start + atATime);
    if (dependencies.clock() >= withdrawal.until) {
      const message = 'The time was up before this asset; repeat the request to continue';
      for (const { id } of chunk) results.set(id, { id, outcome: 'not-reached', servers: [], message });
      continue;
    }
    const invalidated: string[] = [];
    await inParallel(chunk, atATime, async (asset) => {
      const { id } = asset;
      try {
        const at = dependencies.now();
        const { asset: now, withdrawn } = await withdrawAsset(asset, { ...withdrawal, at }, dependencies);
        // A held asset may have been withdrawn by a call that died before the invalidation.
        if (withdrawn.length > 0 || asset.intent === 'held')
          invalidated.push(id, ...(asset.redirectsFrom ?? []));
        results.set(id, { id, ...withdrawalResult(now, withdrawn), servers: withdrawn, asset: now });
      } catch (error) {
        const message =
          error instanceof Failure
            ? error.message
            : `The asset could not be withdrawn: ${storageRefusal(error) ?? 'something failed on our side; try again'}`;
        results.set(id, { id, outcome: 'error', servers: [], message, error });
      }
    });
    await dependencies.invalidateAssets(company, invalidated.sort());
  }
  return results;
}

function withdrawalResult(
  now: Asset,
  withdrawn: readonly Server[],
): Pick<WithdrawnAsset, 'outcome' | 'message'> {
  if (withdrawn.length > 0) return { outcome: 'unpublished', message: 'The asset is withdrawn' };
  if (now.trashed) return { outcome: 'not-live', message: 'The asset is in the trash, so it is not live' };
  return { outcome: 'not-live', message: 'The asset was not live; it is held now' };
}

/**
 * The images that are derived from withdrawn assets and stay live, in the order of their parents. Called by serve-api after
 * withdrawAssets. Costs: for each image that has derived images a query, and 1 read unit for each of them.
 * @param except assets that are withdrawn too
 */
export async function derivedStillLive(
  company: string,
  assets: readonly Asset[],
  except: ReadonlySet<string>,
  { derivedOf, getAssets }: Pick<RelationStore, 'derivedOf'> & Pick<AssetStore, 'getAssets'>,
): Promise<string[]> {
  const parents = assets.filter(({ type, derivedCount = 0 }) => type === 'image' && derivedCount > 0);
  const ids = (await inParallel(parents, atATime, ({ id }) => derivedOf(company, id))).flat();
  if (ids.length === 0) return [];
  const images = await getAssets(company, ids, { consistent: true });
  return ids.filter((id) => {
    const image = images.get(id);
    return image !== undefined && !except.has(id) && !image.trashed && isPublished(image);
  });
}

/** Sets that a warning names; further sets are counted. */
const maxNamed = 20;

/**
 * Warns of published sets that these assets are missing in: one warning for each asset. Called by serve-api after
 * withdrawAssets. Costs: a query for each asset, 1 read unit for each set.
 * @param except sets to leave out
 */
export async function incompleteSets(
  company: string,
  ids: readonly string[],
  except: ReadonlySet<string>,
  { membershipsOf, getAssets }: Pick<RelationStore, 'membershipsOf'> & Pick<AssetStore, 'getAssets'>,
): Promise<string[]> {
  const memberships = await inParallel(ids, atATime, (id) => membershipsOf(company, id));
  const names = [...new Set(memberships.flat().map(({ set }) => set))];
  const sets =
    names.length > 0 ? await getAssets(company, names, { consistent: true }) : new Map<string, Asset>();
  return ids.flatMap((id, index) => {
    const live = (memberships[index] ?? [])
      .map(({ set }) => sets.get(set))
      .filter((set) => set !== undefined && !except.has(set.id) && !set.trashed && isPublished(set))
      .map((set) => set?.id);
    if (live.length === 0) return [];
    const more = live.length > maxNamed ? ` and ${live.length - maxNamed} more` : '';
    const which = live.length === 1 ? 'the published set' : 'the published sets';
    return [`${id} is missing now in ${which} ${live.slice(0, maxNamed).join(', ')}${more}`];
  });
}
