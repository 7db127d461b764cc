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

/** Records of sets, and lists of derived images, that are read side by side: some 20 ms each. */
const readsAtATime = 16;

/**
 * Closures looked up in the tables and the masters bucket: for each asset 1 read unit, for each set a GET, for each
 * image that has derived ones a query.
 */
export function closureLookups(company: string, dependencies: ClosureDependencies): ClosureLookups<Asset> {
  return {
    assets: (ids) => dependencies.getAssets(company, ids, { consistent: true }),
    members: (sets) =>
      inParallel(sets, readsAtATime, async (set) => assetsOfSet(await dependencies.readSetRecord(set))),
    derived: (images) => inParallel(images, readsAtATime, ({ id }) => dependencies.derivedOf(company, id)),
  };
}
