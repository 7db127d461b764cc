/** What a company uses. Bytes and counts; times ISO 8601, UTC. */

/** What a company has stored, as it was counted at a time. */
export interface StoredUsage {
  /** Assets in the library: files, sets and derived images, without the trash. */
  readonly assets: number;
  /** Of the masters bucket: all versions, renditions, reductions, also of the trash. */
  readonly masterBytes: number;
  /** Of the origins of all servers. */
  readonly publishedBytes: number;
  readonly counted: string;
}

/** What the CDN delivered. */
export interface DeliveredUsage {
  readonly requests: number;
  readonly bytes: number;
}

/** Files and bytes that uploads have announced since the last count. */
export interface AnnouncedUsage {
  readonly assets: number;
  readonly bytes: number;
}

/** What an upload announces where its company has a quota, and the day that it counts for: `2026-11-24`, UTC. */
export interface QuotaReservation extends AnnouncedUsage {
  readonly day: string;
}

export interface DayUsage extends DeliveredUsage {
  /** `2026-11-24`, UTC. */
  readonly day: string;
  readonly stored?: StoredUsage;
  /** By the uploads of the day. */
  readonly announced: AnnouncedUsage;
  /** Those of them that came before the stored usage was counted. */
  readonly announcedBefore: AnnouncedUsage;
}

export interface PeriodUsage extends DeliveredUsage {
  /** A day (`2026-11-24`) or a month (`2026-11`), UTC. */
  readonly period: string;
  /** The last count of the period. */
  readonly stored?: StoredUsage;
}

/** @param days in order */
export function usageByPeriod(days: readonly DayUsage[], by: 'day' | 'month'): PeriodUsage[] {
  const periods = Map.groupBy(days, ({ day }) => (by === 'day' ? day : day.slice(0, 7)));
  return [...periods].map(([period, here]) => {
    const stored = here.findLast((day) => day.stored !== undefined)?.stored;
    return {
      period,
      requests: sum(here, ({ requests }) => requests),
      bytes: sum(here, ({ bytes }) => bytes),
      ...(stored && { stored }),
    };
  });
}

/**
 * What a company has now, to compare with its quota: the last count, and what uploads have announced since. Announced files that
 * never came count until the next night. A file that was announced before the count and refused after it was never counted.
 * @param days in order, to today
 */
export function presentUsage(days: readonly DayUsage[]): AnnouncedUsage & { readonly counted?: string } {
  const last = days.findLastIndex(({ stored }) => stored !== undefined);
  const since = days.slice(Math.max(0, last));
  const { stored, announcedBefore } = days[last] ?? {};
  return {
    assets:
      (stored?.assets ?? 0) +
      Math.max(0, sum(since, ({ announced }) => announced.assets) - (announcedBefore?.assets ?? 0)),
    bytes:
      (stored?.masterBytes ?? 0) +
      Math.max(0, sum(since, ({ announced }) => announced.bytes) - (announcedBefore?.bytes ?? 0)),
    ...(stored && { counted: stored.counted }),
  };
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
