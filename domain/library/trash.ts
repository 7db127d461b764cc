/** The trash: trashing, restoring, and the times of purging (reference: 7 days; redirects 30 days). */
import { type Asset, lastPublished, type Trashed } from '../assets/asset.ts';
import { stateAfter } from '../assets/publish-state.ts';
import type { Role } from '../companies/role.ts';

/**
 * Whether a member may delete an asset for good: users what they uploaded or built themselves, admins all
 * (docs/companies.md). Images that are derived from it go with it.
 */
export function mayPurge(
  member: { readonly subject: string; readonly role: Role },
  asset: Pick<Asset, 'createdBy'>,
): boolean {
  return member.role === 'admin' || (member.role === 'user' && asset.createdBy === member.subject);
}

/** Days that an asset is in the trash before it is purged. */
export const trashDays = 7;

/** Days that the former id of a renamed asset redirects to the new one. */
export const redirectDays = 30;

const dayMs = 24 * 60 * 60 * 1_000;

/** The time from which the daily clean-up purges the asset: ISO 8601, UTC. */
export function purgeTime({ at, purging, renamedTo, redirect }: Trashed): string {
  const days = purging || (renamedTo !== undefined && !redirect) ? 0 : redirect ? redirectDays : trashDays;
  return new Date(Date.parse(at) + days * dayMs).toISOString();
}

/** Days until the asset is purged, rounded up; 0 if it is due. @param now ISO 8601 */
export function daysLeft(trashed: Trashed, now: string): number {
  return Math.max(0, Math.ceil((Date.parse(purgeTime(trashed)) - Date.parse(now)) / dayMs));
}

/** Whether the asset can be purged. @param now ISO 8601 */
export function isPurgeDue(trashed: Trashed, now: string): boolean {
  return Date.parse(purgeTime(trashed)) <= Date.parse(now);
}

/**
 * The dates from `first` to the date of `now`, both inclusive, as in the purge index.
 * @param first `2026-11-24`
 * @param now ISO 8601, UTC
 */
export function datesUntil(first: string, now: string): string[] {
  const dates: string[] = [];
  const last = now.slice(0, 10);
  for (let date = first; date <= last; date = dateAfter(date, 1)) dates.push(date);
  return dates;
}

/** The date a number of days later. @param date `2026-11-24` */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Whether the asset is in the trash and can be restored. */
export function isInTrash(asset: Pick<Asset, 'trashed'>): boolean {
  const { trashed } = asset;
  return trashed !== undefined && !trashed.purging && trashed.renamedTo === undefined;
}

/** Whether the record only reserves an id: the asset was renamed, or is being purged. */
export function isFormerId(asset: Pick<Asset, 'trashed'>): boolean {
  return asset.trashed !== undefined && !isInTrash(asset);
}

/** Whether the asset exists and is not in the trash. */
export function isOutsideTrash<Found extends Pick<Asset, 'trashed'>>(
  asset: Found | undefined,
): asset is Found {
  return asset !== undefined && asset.trashed === undefined;
}

/**
 * The asset after it was trashed: withdrawn from all servers. Its intent stays for a restore.
 * @param parent for a derived image that is trashed with its parent: the parent's id
 */
export function afterTrashing(
  asset: Asset,
  { at, by, parent }: { readonly at: string; readonly by: string; readonly parent?: string },
): Asset {
  const last = lastPublished(asset);
  return {
    ...asset,
    publications: {},
    stateAt: stateAfter(asset, at),
    ...(last === undefined ? {} : { lastPublishedAt: last }),
    trashed: { at, by, ...(parent === undefined ? {} : { with: parent }) },
  };
}

/** The asset after it was restored to its folder. */
export function afterRestoring(asset: Asset): Asset {
  const { trashed, ...restored } = asset;
  return restored;
}
