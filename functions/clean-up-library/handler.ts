import type { Context } from 'aws-lambda';
import { assetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/companies/settings-records.ts';
import { purgeShards } from '../../adapters/dynamodb/keys.ts';
import { cleanUpRecords } from '../../adapters/dynamodb/library/clean-up-records.ts';
import { folderRecords } from '../../adapters/dynamodb/library/folder-records.ts';
import { libraryWrites } from '../../adapters/dynamodb/library/library-writes.ts';
import { metadataRecords } from '../../adapters/dynamodb/library/metadata-records.ts';
import { trashRecords } from '../../adapters/dynamodb/library/trash-records.ts';
import { builtRecords } from '../../adapters/dynamodb/sets/built-records.ts';
import { relationRecords } from '../../adapters/dynamodb/sets/relation-records.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { documentClient, eventsClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { forgetByQueue } from '../../adapters/sqs/forget-by-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { announced } from '../../application/assets/announced.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import { flushInBatches } from '../../application/library/flush-in-batches.ts';
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
  ...announced(assetRecords(documents, env.ASSET_TABLE), bus),
  ...relationRecords(documents, env.ASSET_TABLE),
  ...setFiles(s3, env.MASTERS_BUCKET),
  ...originCopies(s3, env.MASTERS_BUCKET, buckets),
  forget: forgetByQueue(sqsClient(), env.WITHDRAWN_QUEUE),
  now,
  clock: Date.now,
};
const keeping = {
  ...library,
  ...builtRecords(documents, env.ASSET_TABLE),
  ...libraryWrites(documents, env.ASSET_TABLE),
  ...trashRecords(documents, env.ASSET_TABLE),
  ...metadataRecords(documents, env.ASSET_TABLE),
  ...libraryObjects(s3, env.MASTERS_BUCKET, buckets),
  publishAlone: publishSaved(library, 60_000).publishAlone,
  flush: (company: string, ids: readonly string[]) =>
    flushInBatches(company, ids, sendJson(sqsClient(), env.WITHDRAWN_QUEUE)),
};

export const handler = logged((_event: unknown, context: Context) =>
  cleanUpLibrary({
    ...keeping,
    ...folderRecords(documents, env.ASSET_TABLE),
    ...settingsRecords(documents, env.JOB_TABLE),
    ...cleanUpRecords(documents, env.ASSET_TABLE),
    purge: async (asset, purging) => {
      const gone = await purgeAsset(asset, purging, keeping);
      // A former id led somewhere until now.
      if (asset.trashed?.renamedTo !== undefined) await keeping.flush(asset.company, [asset.id]);
      return gone;
    },
    shards: purgeShards,
    timeLeft: () => context.getRemainingTimeInMillis(),
    log: logger,
  }).finally(bus.flush),
);
