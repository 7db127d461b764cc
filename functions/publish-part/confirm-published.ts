import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { Server } from '../../domain/delivery/server.ts';

/** The run that published the asset may have died before its history was written and its event was emitted. */
export async function confirmPublished(
  asset: Asset,
  servers: readonly Server[],
  { confirmHistory, emitPublished }: Pick<AssetStore, 'confirmHistory'> & Pick<EventBus, 'emitPublished'>,
): Promise<void> {
  await confirmHistory(asset, servers);
  for (const server of servers) {
    const publication = asset.publications[server];
    if (publication) emitPublished(asset, [server], publication);
  }
}
