import * as z from 'zod';
import type { AssetStore, HistoryEvent } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { VersionStore } from '../../../adapters/dynamodb/assets/version-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ReadAssetHistoryDependencies = Pick<AssetStore, 'getAsset' | 'listHistory'> &
  Pick<VersionStore, 'findRollbacks'>;

const position = z.strictObject({
  event: z.enum(['PUBLISHED', 'WITHDRAWN']),
  at: z.iso.datetime(),
  server: z.enum(servers),
});

/** When an asset went live and was withdrawn, newest first. */
export async function readAssetHistory(
  { company, params, query }: RequestOf<'readAssetHistory'>,
  { getAsset, listHistory, findRollbacks }: ReadAssetHistoryDependencies,
): PromisedResponse<'readAssetHistory'> {
  const after = readCursor(position, query.cursor);
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
