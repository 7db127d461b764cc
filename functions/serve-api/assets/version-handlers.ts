import type { versionRoutes } from '@pressroom/api/assets/version-routes';
import * as z from 'zod';
import type { AssetVersion } from '../../../adapters/dynamodb/assets/version-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import type { SetPublishing } from '../../../application/sets/save-set.ts';
import { type Asset, checkEntityTag, isSetType } from '../../../domain/assets/asset.ts';
import { mediaFactsOf } from '../../../domain/assets/media-facts.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import { nextVersion } from '../../../domain/sets/built-asset.ts';
import { changedMeanwhile, untilUnchanged } from '../../../domain/until-unchanged.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';
import { assetEtag, toAssetResponse } from './asset-response.ts';

const position = z.strictObject({ version: z.int().min(1) });

/** The versions of an asset, newest first, and where each is live. */
async function listVersions(
  { company, params, query }: RequestOf<'listVersions'>,
  dependencies: Dependencies,
): PromisedResponse<'listVersions'> {
  const { getAsset, listVersions: list } = dependencies.assets;
  const after = readCursor(position, query.cursor);
  const asset = await getAsset(company, params.id);
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  const { items, next } = await list(company, params.id, { limit: query.limit, after: after?.version });
  const { linksOf } = await previewLinker(company, [asset], dependencies);
  return {
    items: items.map((version) => ({
      ...toVersionResponse(version, asset),
      ...linksOf({ ...version, company, id: asset.id }),
    })),
    ...(next === undefined ? {} : { next: writeCursor({ version: next }) }),
  };
}

function toVersionResponse(version: AssetVersion, asset: Asset) {
  return {
    ...pick(version, [
      'version',
      'at',
      'by',
      'type',
      'mimeType',
      'bytes',
      'width',
      'height',
      'sha256',
      'sha256PartBytes',
      'fileName',
      'uploadJobId',
      'recipe',
      'memberCount',
      'rollbackOf',
    ]),
    current: version.version === asset.version,
    liveOn: (Object.keys(asset.publications) as Server[]).filter(
      (server) => asset.publications[server]?.version === version.version,
    ),
  };
}

/**
 * Takes up the content of an earlier version as a new version, and publishes it with its closure. No byte is copied
 * before publishing: the new version points at the old one's bytes in the masters bucket. Of a set it is the members
 * that come back, checked as in any save; of a derived image the recipe, over its parent as it is.
 */
async function publishVersion(
  { company, user, params, ifMatch }: Omit<RequestOf<'publishVersion'>, 'query' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'publishVersion'> {
  const { id, version: number } = params;
  const settings = await dependencies.companies.getSettings(company);
  return untilUnchanged(
    attempt,
    () => new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`),
  );

  async function attempt() {
    const saving = { by: user.subject, at: dependencies.now(), settings };
    const before = await dependencies.assets.getAsset(company, id);
    if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
    if (before.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
    checkEntityTag(before, ifMatch);
    if (before.version === number) return live(before, saving, []);

    const version = await dependencies.assets.getVersion(company, id, number);
    if (!version) throw new Failure('version.not-found', `${id} has no version ${number}`);
    if (isSetType(before.type)) return rollBackSet(before, version, saving);
    const after = nextVersion(before, await contentOf(before, version), saving);
    if (!(await dependencies.assets.recordRollback(before, after, settings, number))) return changedMeanwhile;
    const { warnings } = await dependencies.derivedImages.refreshDerived(after, saving);
    return live(after, saving, warnings);
  }

  async function live(
    asset: Asset,
    saving: SetPublishing,
    warnings: readonly string[],
  ): PromisedResponse<'publishVersion'> {
    const result = await dependencies.publications.publishWithMembers(asset, saving);
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
    if (!isSetType(version.type) || !(await dependencies.assets.masterExists(version)))
      throw gone(before, version);
    const record = await dependencies.sets.readSetRecord(version);
    const edit = { company, id, change: () => record, publish: true, ifMatch, rollbackOf: number };
    const { asset, warnings } = await dependencies.sets.editSet(edit, saving);
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
    if (isSetType(version.type) || !(await dependencies.assets.masterExists(version)))
      throw gone(asset, version);
    return {
      ...mediaFactsOf(version),
      masterKey: version.masterKey,
      masterVersionId: version.masterVersionId,
      fileName: withExtensionOf(version.fileName, asset.fileName),
    };
  }
}

function gone(asset: Asset, { version, type }: AssetVersion): Failure {
  const why =
    isSetType(type) === isSetType(asset.type) ? 'its bytes are not kept any more' : `it is of type ${type}`;
  return new Failure('version.refused', `Version ${version} of ${asset.id} cannot be taken up again: ${why}`);
}

/** The asset may have been renamed since, so the name is the asset's and the extension the version's. */
function withExtensionOf(old: string, current: string): string {
  const extension = /(?<=.)\.[^.]*$/su;
  return current.replace(extension, '') + (extension.exec(old)?.[0] ?? '');
}

export const versionHandlers = {
  listVersions,
  publishVersion: { handle: publishVersion, headersOf: assetEtag },
} satisfies HandlersOf<typeof versionRoutes>;
