import type { UsageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { checkQuota, exceedsAssets } from '../../domain/companies/quota.ts';
import { type AnnouncedUsage, presentUsage, type QuotaReservation } from '../../domain/companies/usage.ts';

export interface ReserveQuotaDependencies extends Pick<UsageStore, 'readQuota' | 'readUsage'> {
  /** Assets in the library now. @param max where counting stops */
  readonly countAssets: (company: string, max: number) => Promise<number>;
}

/** Days back to the last count: it is made every night, and one that fails is made again the next night. */
const daysBack = 7;

/**
 * Checks the files of an upload against the quota of its company. Two uploads at the same moment may both be taken.
 *
 * Files that replace assets add none: where the announced files exceed the quota, the assets are counted.
 *
 * Costs: a read unit; with a quota 2 more; near the quota of assets half a read unit for 25 assets.
 * @param now ISO 8601, UTC
 * @param replaced what was announced before, and these files replace: an archive
 * @returns what the caller records together with the files, so that the next upload is checked against both and a repeated
 * call records it once; undefined if the company has no quota
 * @throws Failure `quota.exceeded`
 */
export async function reserveQuota(
  company: string,
  adding: AnnouncedUsage,
  now: string,
  { readQuota, readUsage, countAssets }: ReserveQuotaDependencies,
  replaced: AnnouncedUsage = { assets: 0, bytes: 0 },
): Promise<QuotaReservation | undefined> {
  const quota = await readQuota(company);
  if (quota.assets === undefined && quota.bytes === undefined) return undefined;
  const day = now.slice(0, 10);
  const first = new Date(Date.parse(day) - daysBack * 86_400_000).toISOString().slice(0, 10);
  const use = presentUsage(await readUsage(company, first, day));
  const announced = use.assets - replaced.assets;
  const assets = exceedsAssets(quota, announced, adding.assets)
    ? await countAssets(company, quota.assets ?? 0)
    : announced;
  checkQuota(company, quota, { ...use, assets, bytes: use.bytes - replaced.bytes }, adding);
  return { day, ...adding };
}
