import * as z from 'zod';
import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { AssetVersion, VersionRecords } from '../../../adapters/dynamodb/assets/version-records.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';

export type ListVersionsDependencies = Pick<AssetRecords, 'getAsset'> & Pick<VersionRecords, 'listVersions'>;

const position = z.strictObject({ version: z.int().min(1) });

/** The versions of an asset, newest first, and where each is live. */
export async function listVersions(
  { company, params, query }: RequestOf<'listVersions'>,
  { getAsset, listVersions: list }: ListVersionsDependencies,
): ReplyOf<'listVersions'> {
  const after = readCursor(position, query.cursor);
  const asset = await getAsset(company, params.id);
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  const { items, next } = await list(company, params.id, { limit: query.limit, after: after?.version });
  return {
    items: items.map((version) => versionAnswer(version, asset)),
    ...(next === undefined ? {} : { next: writeCursor({ version: next }) }),
  };
}

function versionAnswer({ masterKey, masterVersionId, parent, ...shown }: AssetVersion, asset: Asset) {
  const { colourSpace, hasAlpha, orientation, ...facts } = shown;
  return {
    ...facts,
    current: shown.version === asset.version,
    liveOn: (Object.keys(asset.publications) as Server[]).filter(
      (server) => asset.publications[server]?.version === shown.version,
    ),
  };
}
