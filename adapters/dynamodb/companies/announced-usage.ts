import type { QuotaReservation } from '../../../domain/companies/usage.ts';
import { jobTable, usageKey } from '../keys.ts';
import { expiryOf } from '../table/expiry.ts';
import { type UpdateParameters, updateOf } from '../table/update-of.ts';

/**
 * The update that adds a reservation to what uploads have announced: a write unit, 2 in a transaction. Negative numbers release
 * one.
 */
export function announcedUsageUpdate(
  tableName: string,
  company: string,
  { day, assets, bytes }: QuotaReservation,
): UpdateParameters {
  return updateOf(tableName, {
    key: usageKey(company, day),
    set: { [jobTable.timeToLive]: expiryOf(day) },
    add: { announcedAssets: assets, announcedBytes: bytes },
  });
}
