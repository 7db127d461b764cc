import * as z from 'zod';
import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { AssetVersion, VersionStore } from '../../../adapters/dynamodb/assets/version-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ListVersionsDependencies = Pick<AssetStore, 'getAsset'> & Pick<VersionStore, 'listVersions'>;

const position = z.strictObject({ version: z.int().min(1) });

/** The versions of an asset, newest first, and where each is live. */
export async function listVersions(
  { company, params, query }: RequestOf<'listVersions'>,
  { getAsset, listVersions: list }: ListVersionsDependencies,
): PromisedResponse<'listVersions'> {
  const after = readCursor(position, query.cursor);
  const asset = await getAsset(company, params.id);
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  const { items, next } = await list(company, params.id, { limit: query.limit, after: after?.version });
  return {
    items: items.map((version) => toVersionResponse(version, asset)),
    ...(next === undefined ? {} : { next: writeCursor({ version: next }) }),
  };
}

function toVersionResponse({ masterKey, masterVersionId, parent, ...shown }: AssetVersion, asset: Asset) {
  const { colourSpace, hasAlpha, orientation, ...facts } = shown;
  return {
    ...facts,
    current: shown.version === asset.version,
    liveOn: (Object.keys(asset.publications) as Server[]).filter(
      (server) => asset.publications[server]?.version === shown.version,
    ),
  };
}
