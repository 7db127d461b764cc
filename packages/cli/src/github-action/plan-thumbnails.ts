import { ApiError } from '@pressroom/client/api-error';
import type { Client } from '@pressroom/client/create-client';
import type { Plan, PlannedAsset, Thumbnails } from './plan-text.ts';

/** Assets with thumbnails: each costs one or two requests, and an entry of the audit for each. */
const maxAssets = 20;
const parallel = 4;

/**
 * Signed addresses of images of a plan, which work as long as the plan: the addresses in lists of assets end after an hour,
 * and a review takes days.
 */
export async function planThumbnails(
  client: Client,
  plan: Plan,
  assets: readonly PlannedAsset[],
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<Map<string, Thumbnails>> {
  const seconds = Math.max(60, Math.floor((Date.parse(plan.expires) - now) / 1_000));
  const images = assets
    .filter(({ change }) => change === 'added' || change === 'changed' || change === 'republished')
    .filter(({ type }) => type === 'image' || type === 'derived-image')
    .slice(0, maxAssets);
  const found = new Map<string, Thumbnails>();
  for (let start = 0; start < images.length; start += parallel)
    await Promise.all(
      images.slice(start, start + parallel).map(async ({ id, version, live, change }) => {
        const before = change === 'changed' ? Math.max(0, ...Object.values(live)) : 0;
        const [first, second] = await Promise.all([
          before > 0 && before !== version ? preview(id, before) : undefined,
          preview(id, version),
        ]);
        found.set(id, {
          ...(first === undefined ? {} : { before: first }),
          ...(second === undefined ? {} : { after: second }),
        });
      }),
    );
  return found;

  /** @returns undefined if there is nothing to show, for example because the asset was deleted meanwhile */
  async function preview(assetId: string, version: number): Promise<string | undefined> {
    try {
      return (await client.call('createPreview', { body: { assetId, version, seconds }, signal })).url;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.status !== 401) return undefined;
      throw error;
    }
  }
}
