import { serversFor } from '../../domain/assets/publish-state.ts';
import type { SaveSetDependencies } from '../sets/save-set.ts';
import {
  type PublishClosuresDependencies,
  type PublishedAsset,
  publishClosures,
  putLive,
} from './publish-closures.ts';

/**
 * Publishing after a save. What fails is told, not thrown: the save has been made, and what is wanted live and is not
 * stays in the pending index for the next job.
 * @param milliseconds that a closure may take: what is not reached in it is told as well
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
      const result = await putLive(
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
