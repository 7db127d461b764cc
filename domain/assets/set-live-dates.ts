import { type Asset, isPublished, timeAfter } from './asset.ts';
import { type LiveDates, livePhase } from './live-dates.ts';
import { afterWithdrawal, stateAfter } from './publish-state.ts';

/**
 * The asset with other dates. It is held while it waits for its beginning, so that no job publishes it. `due` says when apply-dates has
 * to look at it: at the next date; or at once, where the change itself publishes or withdraws it.
 * @param at ISO 8601, UTC
 * @returns the same object if the dates are the same
 */
export function withLiveDates(
  asset: Asset,
  { liveFrom, liveUntil }: { readonly [name in keyof LiveDates]: string | undefined },
  { by, at }: { readonly by: string; readonly at: string },
): Asset {
  if (asset.liveFrom === liveFrom && asset.liveUntil === liveUntil) return asset;
  const { liveFrom: _from, liveUntil: _until, due: _due, datesBy: _by, ...rest } = asset;
  const dates = {
    ...(liveFrom === undefined ? {} : { liveFrom }),
    ...(liveUntil === undefined ? {} : { liveUntil }),
  };
  const isWaiting = livePhase(asset, at) === 'before' && asset.intent === 'held';
  const { intent, due } = stateFor();
  return {
    ...rest,
    ...dates,
    intent,
    ...(due === undefined ? {} : { due }),
    datesBy: by,
    stateAt: stateAfter(asset, at),
    modified: timeAfter(asset.modified, at),
    modifiedBy: by,
  };

  function stateFor(): Pick<Asset, 'intent'> & { readonly due: string | undefined } {
    const isLive = isPublished(asset);
    switch (livePhase(dates, at)) {
      case 'before':
        return { intent: isLive ? asset.intent : 'held', due: isLive ? at : liveFrom };
      case 'between':
        if (!isWaiting) return { intent: asset.intent, due: liveUntil };
        return liveFrom === undefined ? { intent: 'pending', due: liveUntil } : { intent: 'held', due: at };
      case 'after':
        return { intent: asset.intent, due: isLive || asset.intent !== 'held' ? at : undefined };
    }
  }
}

/** What apply-dates does with an asset that is due. */
export type DueAction = 'publish' | 'withdraw' | 'none';

/** @param now ISO 8601, UTC: its `due` or later */
export function dueAction(asset: Asset, now: string): DueAction {
  if (asset.trashed) return 'none';
  switch (livePhase(asset, now)) {
    case 'before':
      return isPublished(asset) ? 'withdraw' : 'none';
    case 'between':
      return asset.liveFrom === undefined ? 'none' : 'publish';
    case 'after':
      return 'withdraw';
  }
}

/** The asset that the next job can publish, and which is due until a job has it. In the trash it waits to be restored. */
export function afterBeginning(asset: Asset, at: string): Asset {
  return asset.intent === 'live' ? asset : { ...asset, intent: 'live', stateAt: stateAfter(asset, at) };
}

/** The asset after everything that was due is done. */
export function afterDue(asset: Asset, now: string): Asset {
  const { due: _due, ...rest } = asset;
  const phase = livePhase(asset, now);
  const next = phase === 'before' ? asset.liveFrom : phase === 'between' ? asset.liveUntil : undefined;
  const done: Asset = {
    ...rest,
    stateAt: stateAfter(asset, now),
    ...(next === undefined ? {} : { due: next }),
  };
  if (phase === 'between' && asset.liveFrom !== undefined) return { ...done, intent: 'live' };
  return phase === 'after' && !isPublished(asset)
    ? { ...afterWithdrawal(done, now), stateAt: done.stateAt ?? now }
    : done;
}
