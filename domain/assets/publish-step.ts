import type { CompanySettings } from '../companies/settings.ts';
import type { Server } from '../delivery/server.ts';
import type { Asset } from './asset.ts';
import { isCurrentOn, serversFor, whyNotAllowed, whyNotLive } from './publish-state.ts';

export const publishOutcomes = ['published', 'already-live', 'refused', 'error', 'not-reached'] as const;

/**
 * The outcome of publishing one asset. `refused`: a rule prevents it, and the message names the rule; `error`: a call
 * failed or the asset changed meanwhile, and a repetition may help; `not-reached`: the time was up.
 */
export type PublishOutcome = (typeof publishOutcomes)[number];

/** The action for one asset of a closure. */
export type PublishStep =
  | { readonly action: 'publish'; readonly servers: readonly Server[] }
  /** The intent is live, and the current version is live on all servers. */
  | { readonly action: 'none'; readonly servers: readonly Server[] }
  /** `member`: the member that prevents the set from going live. */
  | { readonly action: 'refuse'; readonly because: string; readonly member?: string };

/**
 * Decides what publishing does with one asset.
 * @param members member ids of a set; empty for other assets
 * @param recordOf the members' records after their own steps
 * @param now ISO 8601, UTC
 */
export function publishStep(
  asset: Asset,
  members: readonly string[],
  recordOf: (id: string) => Asset | undefined,
  settings: Pick<CompanySettings, 'servers' | 'allowActiveContent'>,
  now: string,
): PublishStep {
  if (asset.trashed) return { action: 'refuse', because: whyTrashed(asset.trashed) };
  const notAllowed = whyNotAllowed(asset, settings, now);
  if (notAllowed !== undefined) return { action: 'refuse', because: notAllowed };
  const servers = serversFor(asset.type, settings);
  if (asset.intent === 'live' && servers.every((server) => isCurrentOn(asset, server))) {
    return { action: 'none', servers };
  }
  for (const server of servers) {
    for (const member of members) {
      const because = whyNotLive(recordOf(member), server, settings);
      if (because !== undefined) return { action: 'refuse', because, member };
    }
  }
  return { action: 'publish', servers };
}

/** Why a trashed asset cannot go live: a sentence about "it", without a full stop. */
export function whyTrashed({ renamedTo, purging }: NonNullable<Asset['trashed']>): string {
  if (renamedTo !== undefined) return `It was renamed to ${renamedTo}`;
  return purging ? 'It is being deleted' : 'It is in the trash. Restore it first';
}
