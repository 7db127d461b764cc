import { ApiError } from '@pressroom/client/api-error';
import type { Client } from '@pressroom/client/create-client';
import { nearTexts } from '../output/nearest.ts';

/**
 * Ids that are similar to wrong ones, for the hint of an error.
 * @returns undefined if the error is not about an unknown asset, or nothing is similar
 */
export async function suggestIds(
  client: Client,
  error: unknown,
  ids: readonly string[],
): Promise<string | undefined> {
  if (!(error instanceof ApiError) || error.code !== 'asset.not-found') return undefined;
  const wrong = ids.filter((id) => error.detail.includes(id) || ids.length === 1).slice(0, 3);
  const near: string[] = [];
  for (const id of wrong) near.push(...nearTexts(id, await candidates(client, id)));
  if (near.length === 0) return 'Look for it with: pressroom find <words>';
  return `Near: ${[...new Set(near)].slice(0, 5).join(', ')}`;
}

/** Assets that have a part of the id in common with it: its beginning, its end, or a word of it. */
async function candidates(client: Client, id: string): Promise<string[]> {
  const words = id.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  const longest = words.toSorted((a, b) => b.length - a.length)[0] ?? id;
  const half = Math.max(2, Math.ceil(longest.length / 2));
  const parts = [...new Set([longest, longest.slice(0, half), longest.slice(-half), words[0] ?? id])];
  const found: string[] = [];
  for (const part of parts) {
    try {
      const { items } = await client.call('searchAssets', { query: { q: part, limit: 20 } });
      found.push(...items.map((item) => item.id));
    } catch {
      // A suggestion is not worth an error of its own.
      break;
    }
    if (found.length > 20) break;
  }
  return found;
}
