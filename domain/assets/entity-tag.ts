import { Failure } from '../failure.ts';
import type { Asset } from './asset.ts';

/** The ETag of an asset: another one after every change of it, also of its metadata, but not after publishing. */
export function entityTag({ version, modified }: Pick<Asset, 'version' | 'modified'>): string {
  return `"${version}-${modified}"`;
}

/**
 * Checks that a caller has seen the asset as it is. Without a condition nothing is checked.
 * @param ifMatch the `If-Match` header: one or several entity tags, or `*`
 * @throws Failure `asset.stale` with the current tag as the fact `etag`
 */
export function checkEntityTag(
  asset: Pick<Asset, 'id' | 'version' | 'modified'>,
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const current = entityTag(asset);
  if (ifMatch.split(',').some((tag) => tag.trim() === current)) return;
  throw new Failure(
    'asset.stale',
    `${asset.id} was changed at ${asset.modified}: its ETag is ${current} now, not ${ifMatch}`,
    { facts: { etag: current } },
  );
}
