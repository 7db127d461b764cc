import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { AssetVersion, VersionStore } from '../../../adapters/dynamodb/assets/version-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { SetFiles } from '../../../adapters/s3/set-files.ts';
import type { LiveResult, SavedSet, SetEdit, SetPublishing } from '../../../application/sets/save-set.ts';
import { type Asset, checkEntityTag, isSetType } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import { nextVersion } from '../../../domain/sets/built-asset.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toAssetResponse } from './asset-response.ts';

export interface PublishVersionDependencies
  extends Pick<AssetStore, 'getAsset'>,
    Pick<SettingsStore, 'getSettings'>,
    Pick<VersionStore, 'getVersion' | 'recordRollback'>,
    Pick<SetFiles, 'readSetRecord'> {
  /** Whether the masters bucket still holds the bytes of a version. */
  readonly masterExists: (version: Pick<AssetVersion, 'masterKey' | 'masterVersionId'>) => Promise<boolean>;
  readonly editSet: (edit: SetEdit, saving: SetPublishing) => Promise<SavedSet>;
  readonly refreshDerived: (
    parent: Asset,
    refreshing: SetPublishing,
  ) => Promise<{ readonly warnings: readonly string[] }>;
  /** Puts an asset and all in it live. */
  readonly publishWithMembers: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Times that a rollback is worked out anew because somebody else changed the asset. */
const maxAttempts = 5;

/**
 * Takes up the content of an earlier version as a new version, and publishes it with its closure. No byte is copied
 * before publishing: the new version points at the old one's bytes in the masters bucket. Of a set it is the members
 * that come back, checked as in any save; of a derived image the recipe, over its parent as it is.
 */
export async function publishVersion(
  { company, user, params, ifMatch }: Omit<RequestOf<'publishVersion'>, 'query' | 'body'>,
  dependencies: PublishVersionDependencies,
): PromisedResponse<'publishVersion'> {
  const { id, version: number } = params;
  const settings = await dependencies.getSettings(company);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const saving = { by: user.subject, at: dependencies.now(), settings };
    const before = await dependencies.getAsset(company, id);
    if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
    if (before.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
    checkEntityTag(before, ifMatch);
    if (before.version === number) return live(before, saving, []);

    const version = await dependencies.getVersion(company, id, number);
    if (!version) throw new Failure('version.not-found', `${id} has no version ${number}`);
    if (isSetType(before.type)) return rollBackSet(before, version, saving);
    const after = nextVersion(before, await contentOf(before, version), saving);
    if (await dependencies.recordRollback(before, after, settings, number)) {
      const { warnings } = await dependencies.refreshDerived(after, saving);
      return live(after, saving, warnings);
    }
  }
  throw new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);

  async function live(
    asset: Asset,
    saving: SetPublishing,
    warnings: readonly string[],
  ): PromisedResponse<'publishVersion'> {
    const result = await dependencies.publishWithMembers(asset, saving);
    return {
      ...toAssetResponse(result.asset, dependencies.deliveryDomain),
      warnings: [...warnings, ...result.problems],
    };
  }

  async function rollBackSet(
    before: Asset,
    version: AssetVersion,
    saving: SetPublishing,
  ): PromisedResponse<'publishVersion'> {
    if (!isSetType(version.type) || !(await dependencies.masterExists(version))) throw gone(before, version);
    const record = await dependencies.readSetRecord(version);
    const edit = { company, id, change: () => record, publish: true, ifMatch, rollbackOf: number };
    const { asset, warnings } = await dependencies.editSet(edit, saving);
    return { ...toAssetResponse(asset, dependencies.deliveryDomain), warnings: [...warnings] };
  }

  async function contentOf(asset: Asset, version: AssetVersion) {
    if (asset.type === 'derived-image') {
      if (version.recipe !== undefined && version.recipe !== asset.recipe) return { recipe: version.recipe };
      const parent = asset.parent ?? 'its parent';
      throw new Failure(
        'version.refused',
        `Version ${number} of ${id} has the same recipe; its picture is that of ${parent}: take up a version of ${parent}`,
      );
    }
    if (isSetType(version.type) || !(await dependencies.masterExists(version))) throw gone(asset, version);
    const { type, mimeType, bytes, width, height, colourSpace, hasAlpha, orientation } = version;
    return {
      type,
      mimeType,
      bytes,
      masterKey: version.masterKey,
      masterVersionId: version.masterVersionId,
      fileName: withExtensionOf(version.fileName, asset.fileName),
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(colourSpace === undefined ? {} : { colourSpace }),
      ...(hasAlpha === undefined ? {} : { hasAlpha }),
      ...(orientation === undefined ? {} : { orientation }),
    };
  }
}

function gone(asset: Asset, { version, type }: AssetVersion): Failure {
  const why =
    isSetType(type) === isSetType(asset.type) ? 'its bytes are not kept any more' : `it is of type ${type}`;
  return new Failure('version.refused', `Version ${version} of ${asset.id} cannot be taken up again: ${why}`);
}

/** The asset may have been renamed since; what its bytes are is told by the version. */
function withExtensionOf(old: string, current: string): string {
  const extension = /(?<=.)\.[^.]*$/su;
  return current.replace(extension, '') + (extension.exec(old)?.[0] ?? '');
}
