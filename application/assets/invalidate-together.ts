import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { maxAssetTags } from '../../domain/delivery/invalidation.ts';

/**
 * Removes assets from the CDN cache that were changed together: by a tag each, or by the tag of their company if they are many. Called by
 * apply-dates, and by serve-api after a table of dates.
 */
export async function invalidateTogether(
  company: string,
  ids: readonly string[],
  { invalidateAssets, invalidateCompany }: Pick<InvalidationQueue, 'invalidateAssets' | 'invalidateCompany'>,
): Promise<void> {
  const different = [...new Set(ids)].sort();
  if (different.length > maxAssetTags) await invalidateCompany(company);
  else await invalidateAssets(company, different);
}
