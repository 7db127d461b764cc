import type { AssetVersion } from '../../adapters/dynamodb/assets/version-store.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { mediaFactsOf, withoutOptionalFacts } from '../../domain/assets/media-facts.ts';

/** An asset with the master and the facts of an earlier version, as publishing copied it then. */
export function asOfVersion(asset: Asset, version: AssetVersion): Asset {
  const { recipe: _recipe, memberCount: _members, ...kept } = withoutOptionalFacts(asset) as Asset;
  const { fileName, masterKey, masterVersionId, recipe, memberCount } = version;
  return {
    ...kept,
    ...mediaFactsOf(version),
    version: version.version,
    fileName,
    masterKey,
    masterVersionId,
    ...(recipe === undefined ? {} : { recipe }),
    ...(memberCount === undefined ? {} : { memberCount }),
  };
}
