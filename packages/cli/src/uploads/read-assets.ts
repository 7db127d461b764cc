import type { OperationResponse } from '@pressroom/client/create-client';
import { inGroupsOf } from '../assets/in-groups-of.ts';
import type { Context } from '../context.ts';

export type Asset = OperationResponse<'readAsset'>;

/** Ids of one request, and requests at the same time. */
const idsAtOnce = 100;
const requestsAtOnce = 4;

/** The assets that have the ids, also those in the trash. Ids in NFC. */
export async function readAssets(
  { client, signal }: Pick<Context, 'client' | 'signal'>,
  ids: readonly string[],
): Promise<Map<string, Asset>> {
  const found = new Map<string, Asset>();
  const groups = [...inGroupsOf(idsAtOnce, ids)];
  for (let start = 0; start < groups.length; start += requestsAtOnce) {
    const pages = await Promise.all(
      groups
        .slice(start, start + requestsAtOnce)
        .map((assetIds) => client.call('readAssets', { body: { assetIds }, signal })),
    );
    for (const { items } of pages) for (const asset of items) found.set(asset.id, asset);
  }
  return found;
}
