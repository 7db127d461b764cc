import type { CompanySettings } from '../companies/settings.ts';
import type { Server } from '../delivery/server.ts';
import type { Asset } from './asset.ts';
import { isCurrentOn, serversFor, whyNotLive } from './publish-state.ts';

export const publishOutcomes = ['published', 'already-live', 'refused', 'error', 'not-reached'] as const;

/**
 * What became of an asset. `refused`: it may not go live as it is, the message says why; `error`: something failed, or
 * somebody changed it meanwhile, and doing it again may help; `not-reached`: the time was up.
 */
export type PublishOutcome = (typeof publishOutcomes)[number];

/** What publishing does with one asset of a closure. */
export type PublishStep =
  | { readonly action: 'publish'; readonly servers: readonly Server[] }
  /** It is live everywhere as it is, and wanted live. */
  | { readonly action: 'none'; readonly servers: readonly Server[] }
  /** `member`: the one that keeps the set from going live. */
  | { readonly action: 'refuse'; readonly because: string; readonly member?: string };

/**
 * @param members what the set shows; nothing for what is no set
 * @param recordOf the members as they are after their own steps
 */
export function publishStep(
  asset: Asset,
  members: readonly string[],
  recordOf: (id: string) => Asset | undefined,
  settings: Pick<CompanySettings, 'servers'>,
): PublishStep {
  if (asset.trashed) return { action: 'refuse', because: whyTrashed(asset.trashed) };
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

/** Why what is in the trash cannot go live. */
export function whyTrashed({ renamedTo, purging }: NonNullable<Asset['trashed']>): string {
  if (renamedTo !== undefined) return `It is ${renamedTo} now`;
  return purging ? 'It is being deleted' : 'It is in the trash; restore it first';
}
