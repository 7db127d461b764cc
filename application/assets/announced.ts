import type { AssetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { Server } from '../../domain/delivery/server.ts';

/** Records that announce what they record as live. */
export function announced<Records extends Pick<AssetRecords, 'recordPublication'>>(
  records: Records,
  { announcePublished }: Pick<EventBus, 'announcePublished'>,
): Records {
  return {
    ...records,
    async recordPublication(before, after, settings) {
      const isRecorded = await records.recordPublication(before, after, settings);
      if (!isRecorded) return false;
      for (const server of Object.keys(after.publications) as Server[]) {
        const publication = after.publications[server];
        if (!publication || publication.at === before.publications[server]?.at) continue;
        announcePublished(after, [server], publication);
      }
      return true;
    },
  };
}

/** As {@link announced}, of a worker that may be run again: what an earlier run has recorded is announced once more. */
export function announcedAgain<Records extends Pick<AssetRecords, 'recordPublication' | 'confirmHistory'>>(
  records: Records,
  bus: Pick<EventBus, 'announcePublished'>,
): Records {
  return {
    ...announced(records, bus),
    async confirmHistory(asset, servers) {
      await records.confirmHistory(asset, servers);
      for (const server of servers) {
        const publication = asset.publications[server];
        if (publication) bus.announcePublished(asset, [server], publication);
      }
    },
  };
}
