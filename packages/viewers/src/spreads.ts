import type { MediaItem } from './media.ts';

/** Pages that lie open together, in the order in which they are read. */
export interface Spread {
  readonly pages: readonly MediaItem[];
  /** Number of the first page, from 1. */
  readonly first: number;
}

/** The cover alone, then two pages at a time; one page at a time where only one fits. */
export function spreadsOf(pages: readonly MediaItem[], isSingle: boolean): Spread[] {
  const spreads: Spread[] = [];
  for (let index = 0; index < pages.length; ) {
    const count = isSingle || index === 0 ? 1 : 2;
    spreads.push({ pages: pages.slice(index, index + count), first: index + 1 });
    index += count;
  }
  return spreads;
}
