import type { assetRoutes } from '@pressroom/api/assets/asset-routes';
import * as z from 'zod';
import type { AssetPosition } from '../../../adapters/dynamodb/assets/asset-list-store.ts';
import type { HistoryEvent } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { type Asset, assetTypes } from '../../../domain/assets/asset.ts';
import { copyUrls, deliveryKindOf } from '../../../domain/delivery/delivery-urls.ts';
import { embedSnippets } from '../../../domain/delivery/embed-snippets.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { isWithin } from '../../../domain/library/folder-path.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { assetEtag, toAssetResponse, toListedAsset } from './asset-response.ts';

async function readAsset(
  { company, params }: Pick<RequestOf<'readAsset'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'readAsset'> {
  const asset = await existingAsset(company, params.id, dependencies.assets.getAsset);
  const { linksOf } = await previewLinker(company, [asset], dependencies);
  return { ...toAssetResponse(asset, dependencies.deliveryDomain), ...linksOf(asset) };
}

/** Several assets, as they are at this moment. Costs: a read unit for each 4 kB of a record. */
async function readAssets(
  { company, body }: Pick<RequestOf<'readAssets'>, 'company' | 'body'>,
  { assets: { getAssets }, deliveryDomain }: Dependencies,
): PromisedResponse<'readAssets'> {
  const ids = [...new Set(body.assetIds)];
  const found = await getAssets(company, ids, { consistent: true });
  return {
    items: ids.flatMap((id) => {
      const asset = found.get(id);
      return asset ? [toAssetResponse(asset, deliveryDomain)] : [];
    }),
    unknown: ids.filter((id) => !found.has(id)),
  };
}

/** An asset that has the id now. @throws Failure `asset.not-found` */
async function existingAsset(
  company: string,
  id: string,
  getAsset: Dependencies['assets']['getAsset'],
): Promise<Asset> {
  const asset = await getAsset(company, id);
  if (!asset) throw new Failure('asset.not-found', `There is no asset ${id}`);
  const { renamedTo } = asset.trashed ?? {};
  if (renamedTo !== undefined) throw new Failure('asset.not-found', `${id} is ${renamedTo} now`);
  return asset;
}

/** Every delivery URL of an asset, and HTML to copy. Costs: a read unit; for images a GET of the presets. */
async function listUrls(
  { company, params }: Pick<RequestOf<'listUrls'>, 'company' | 'params'>,
  { assets: { getAsset }, imageSettings: { readCompanyImages }, deliveryDomain }: Dependencies,
): PromisedResponse<'listUrls'> {
  const asset = await existingAsset(company, params.id, getAsset);
  const presets = deliveryKindOf(asset.type) === 'image' ? (await readCompanyImages(company)).presets : [];
  return {
    urls: copyUrls(deliveryDomain, asset, presets),
    embeds: embedSnippets(deliveryDomain, asset),
  };
}

const listPosition = { folder: z.string().min(1).max(500), id: z.string().min(1).max(400) };

/** Each sort has its own: what it goes by is part of the place. */
const positions = {
  name: z.strictObject(listPosition),
  date: z.strictObject({ ...listPosition, value: z.iso.datetime() }),
  size: z.strictObject({ ...listPosition, value: z.int().min(0) }),
  type: z.strictObject({ ...listPosition, value: z.enum(assetTypes) }),
} as const;

/** Assets by folder, within it as sorted: of one folder, those below it, or all; in one state or any. */
async function listAssets(
  { company, query }: RequestOf<'listAssets'>,
  dependencies: Dependencies,
): PromisedResponse<'listAssets'> {
  const { limit, cursor, folder, below, sort, order, state } = query;
  const after: AssetPosition | undefined = readCursor<z.ZodType<AssetPosition>>(positions[sort], cursor);
  if (after && folder !== undefined && (below ? !isWithin(after.folder, folder) : after.folder !== folder)) {
    throw invalidField('cursor', 'is not one that this list gave: it is of another folder');
  }
  const { items, next } = await dependencies.assets.listAssets(company, {
    limit,
    after,
    folder,
    below,
    sort,
    order,
    state,
  });
  const linker = await previewLinker(company, items, dependencies);
  return {
    items: items.map((asset) => toListedAsset(asset, linker, dependencies.deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}

const historyPosition = z.strictObject({
  event: z.enum(['PUBLISHED', 'WITHDRAWN']),
  at: z.iso.datetime(),
  server: z.enum(servers),
});

/** When an asset went live and was withdrawn, newest first. */
async function readAssetHistory(
  { company, params, query }: RequestOf<'readAssetHistory'>,
  { assets: { getAsset, listHistory, findRollbacks } }: Dependencies,
): PromisedResponse<'readAssetHistory'> {
  const after = readCursor(historyPosition, query.cursor);
  if (!(await getAsset(company, params.id))) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const { items, next } = await listHistory(company, params.id, { limit: query.limit, after });
  const rollbacks = await findRollbacks(
    company,
    params.id,
    items.map(({ version }) => version),
  );
  return {
    items: items.map((event) => toHistoryItem(event, rollbacks.get(event.version))),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}

function toHistoryItem(
  { event, at, server, version, by, jobId }: HistoryEvent,
  rollbackOf: number | undefined,
) {
  return {
    event: event === 'PUBLISHED' ? ('published' as const) : ('withdrawn' as const),
    at,
    server,
    version,
    ...(rollbackOf === undefined ? {} : { rollbackOf }),
    by,
    ...(jobId === undefined ? {} : { jobId }),
  };
}

export const assetHandlers = {
  listAssets,
  readAsset: { handle: readAsset, headersOf: assetEtag },
  readAssets,
  listUrls,
  readAssetHistory,
} satisfies HandlersOf<typeof assetRoutes>;
