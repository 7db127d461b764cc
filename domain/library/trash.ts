/** The trash: what goes in, what comes back, and when it is over (reference: 7 days; redirects 30). */
import { type Asset, lastPublished, type Trashed } from '../assets/asset.ts';
import { stateAfter } from '../assets/publish-state.ts';

/** Days that an asset lies in the trash before it is removed for good. */
export const trashDays = 7;

/** Days that the former id of a renamed asset leads to the new one. */
export const redirectDays = 30;

const dayMs = 24 * 60 * 60 * 1_000;

/** When it is to be removed for good, ISO 8601: from then on the daily clean-up does so. */
export function purgeTime({ at, purging, renamedTo, redirect }: Trashed): string {
  const days = purging || (renamedTo !== undefined && !redirect) ? 0 : redirect ? redirectDays : trashDays;
  return new Date(Date.parse(at) + days * dayMs).toISOString();
}

/** Whole days, begun ones counted, until it is removed for good; 0 where it is due. */
export function daysLeft(trashed: Trashed, now: string): number {
  return Math.max(0, Math.ceil((Date.parse(purgeTime(trashed)) - Date.parse(now)) / dayMs));
}

export function isPurgeDue(trashed: Trashed, now: string): boolean {
  return Date.parse(purgeTime(trashed)) <= Date.parse(now);
}

/**
 * Dates from `first` to that of `now`, both included, as the purge index spells them.
 * @param first `2026-11-24`
 */
export function datesUntil(first: string, now: string): string[] {
  const dates: string[] = [];
  const last = now.slice(0, 10);
  for (let date = first; date <= last; date = dateAfter(date, 1)) dates.push(date);
  return dates;
}

/** @param date `2026-11-24` */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Whether it lies in the trash as people see it, and may come back. */
export function isInTrash(asset: Pick<Asset, 'trashed'>): boolean {
  const { trashed } = asset;
  return trashed !== undefined && !trashed.purging && trashed.renamedTo === undefined;
}

/** Whether it is no asset, but keeps the former id of one, or one that is being removed for good. */
export function isFormerId(asset: Pick<Asset, 'trashed'>): boolean {
  return asset.trashed !== undefined && !isInTrash(asset);
}

/** Whether there is such an asset outside the trash. */
export function isOutsideTrash<Found extends Pick<Asset, 'trashed'>>(
  asset: Found | undefined,
): asset is Found {
  return asset !== undefined && asset.trashed === undefined;
}

/** The asset in the trash: withdrawn from all servers, its intent kept for when it comes back. */
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

/** The asset back in its folder. */
export function afterRestoring(asset: Asset): Asset {
  const { trashed, ...restored } = asset;
  return restored;
}
