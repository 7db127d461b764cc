import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { Server } from '../../domain/delivery/server.ts';

/** Records that announce what they record as live. */
export function emittingPublications<Records extends Pick<AssetStore, 'recordPublication'>>(
  records: Records,
  { emitPublished }: Pick<EventBus, 'emitPublished'>,
): Records {
  return {
    ...records,
    async recordPublication(before, after, settings) {
      const isRecorded = await records.recordPublication(before, after, settings);
      if (!isRecorded) return false;
      for (const server of Object.keys(after.publications) as Server[]) {
        const publication = after.publications[server];
        if (!publication || publication.at === before.publications[server]?.at) continue;
        emitPublished(after, [server], publication);
      }
      return true;
    },
  };
}

/** As {@link emittingPublications}, of a worker that may be run again: what an earlier run has recorded is announced once more. */
export function emittingPublicationsAgain<
  Records extends Pick<AssetStore, 'recordPublication' | 'confirmHistory'>,
>(records: Records, bus: Pick<EventBus, 'emitPublished'>): Records {
  return {
    ...emittingPublications(records, bus),
    async confirmHistory(asset, servers) {
      await records.confirmHistory(asset, servers);
      for (const server of servers) {
        const publication = asset.publications[server];
        if (publication) bus.emitPublished(asset, [server], publication);
      }
    },
  };
}
