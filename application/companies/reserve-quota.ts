import type { UsageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { checkQuota, exceedsAssets } from '../../domain/companies/quota.ts';
import { type AnnouncedUsage, presentUsage } from '../../domain/companies/usage.ts';

export interface ReserveQuotaDependencies extends Pick<UsageStore, 'readQuota' | 'readUsage' | 'announce'> {
  /** Assets in the library now. @param max where counting stops */
  readonly countAssets: (company: string, max: number) => Promise<number>;
}

/** Days back to the last count: it is made every night, and one that fails is made again the next night. */
const daysBack = 7;

/**
 * Checks an upload against the quota of its company, and records what it announces, so that the next one is checked against both. Two
 * uploads at the same moment may both be taken.
 *
 * Files that replace assets add none: where the announced files exceed the quota, the assets are counted.
 *
 * Costs: a read unit; with a quota 2 more and a write unit; near the quota of assets half a read unit for 25 assets.
 * @param now ISO 8601, UTC
 * @throws Failure `quota.exceeded`
 */
export async function reserveQuota(
  company: string,
  adding: AnnouncedUsage,
  now: string,
  { readQuota, readUsage, announce, countAssets }: ReserveQuotaDependencies,
): Promise<void> {
  const quota = await readQuota(company);
  if (quota.assets === undefined && quota.bytes === undefined) return;
  const today = now.slice(0, 10);
  const first = new Date(Date.parse(today) - daysBack * 86_400_000).toISOString().slice(0, 10);
  const use = presentUsage(await readUsage(company, first, today));
  const assets = exceedsAssets(quota, use.assets, adding.assets)
    ? await countAssets(company, quota.assets ?? 0)
    : use.assets;
  checkQuota(company, quota, { ...use, assets }, adding);
  await announce(company, today, adding);
}
