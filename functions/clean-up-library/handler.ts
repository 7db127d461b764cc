import type { Context } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { purgeShards } from '../../adapters/dynamodb/keys.ts';
import { cleanUpStore } from '../../adapters/dynamodb/library/clean-up-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import { metadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import { trashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { builtAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { documentClient, eventsClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import { purgeAsset } from '../../application/library/purge-asset.ts';
import { cleanUpLibrary } from './clean-up-library.ts';
import { environment } from './env.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const buckets = originBuckets(env);
const now = () => new Date().toISOString();
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const library = {
  ...assetStore(documents, env.ASSET_TABLE),
  emitPublished: bus.emitPublished,
  ...relationStore(documents, env.ASSET_TABLE),
  ...setFiles(s3, env.MASTERS_BUCKET),
  ...originCopies(s3, env.MASTERS_BUCKET, buckets),
  ...invalidationQueue(sqsClient(), env.INVALIDATION_QUEUE),
  now,
  clock: Date.now,
};
const keeping = {
  ...library,
  ...builtAssetStore(documents, env.ASSET_TABLE),
  ...libraryStore(documents, env.ASSET_TABLE),
  ...trashStore(documents, env.ASSET_TABLE),
  ...metadataStore(documents, env.ASSET_TABLE),
  ...libraryObjects(s3, env.MASTERS_BUCKET, buckets),
  publishAlone: publishSaved(library, 60_000).publishAlone,
};

export const handler = logged((_event: unknown, context: Context) =>
  cleanUpLibrary({
    ...keeping,
    ...folderStore(documents, env.ASSET_TABLE),
    ...settingsStore(documents, env.JOB_TABLE),
    ...cleanUpStore(documents, env.ASSET_TABLE),
    purge: async (asset, purging) => {
      const purgedIds = await purgeAsset(asset, purging, keeping);
      // A former id was a redirect until now.
      if (asset.trashed?.renamedTo !== undefined) await keeping.invalidateAssets(asset.company, [asset.id]);
      return purgedIds;
    },
    shards: purgeShards,
    timeLeft: () => context.getRemainingTimeInMillis(),
    log: logger,
  }).finally(bus.flush),
);
