import { serversFor } from '../../domain/assets/publish-state.ts';
import type { SaveSetDependencies } from '../sets/save-set.ts';
import {
  type PublishClosuresDependencies,
  type PublishedAsset,
  publishAlone,
  publishClosures,
} from './publish-closures.ts';

/**
 * The publish steps after a save. A failure becomes a problem in the result and is not thrown, because the save has
 * been made: an asset with the intent `live` that is not live stays in the pending index for the next job.
 * @param milliseconds that a closure may take; assets that are not reached in time become problems too
 */
export function publishSaved(
  dependencies: PublishClosuresDependencies,
  milliseconds: number,
): Pick<SaveSetDependencies, 'publishWithMembers' | 'publishAlone'> {
  return {
    async publishWithMembers(asset, publishing) {
      const until = dependencies.clock() + milliseconds;
      const results = await publishClosures(asset.company, [asset], { ...publishing, until }, dependencies);
      return {
        asset: results.get(asset.id)?.asset ?? asset,
        problems: [...results.values()].flatMap(problemOf),
      };
    },

    async publishAlone(asset, publishing) {
      const result = await publishAlone(
        asset,
        serversFor(asset.type, publishing.settings),
        publishing,
        dependencies,
      );
      return { asset: result.asset ?? asset, problems: problemOf(result) };
    },
  };
}

function problemOf({ id, outcome, message }: PublishedAsset): string[] {
  return outcome === 'published' || outcome === 'already-live' ? [] : [`${id}: ${message}`];
}
