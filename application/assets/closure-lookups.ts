import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { ClosureLookups } from '../../domain/assets/closure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';

export type ClosureDependencies = Pick<AssetStore, 'getAssets'> &
  Pick<SetFiles, 'readSetRecord'> &
  Pick<RelationStore, 'derivedOf'>;

/** Records of sets, and lists of derived images, that are read in parallel; each takes about 20 ms. */
const readsAtATime = 16;

/**
 * Reads closures from the tables and the masters bucket. Costs: 1 read unit for each asset, a GET for each set, a query
 * for each image that has derived images.
 */
export function closureLookups(company: string, dependencies: ClosureDependencies): ClosureLookups<Asset> {
  return {
    assets: (ids) => dependencies.getAssets(company, ids, { consistent: true }),
    members: (sets) =>
      inParallel(sets, readsAtATime, async (set) => assetsOfSet(await dependencies.readSetRecord(set))),
    derived: (images) => inParallel(images, readsAtATime, ({ id }) => dependencies.derivedOf(company, id)),
  };
}
