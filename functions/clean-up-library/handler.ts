import type { Context } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { progressStore } from '../../adapters/dynamodb/companies/progress-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { purgeShards } from '../../adapters/dynamodb/keys.ts';
import { cleanUpStore } from '../../adapters/dynamodb/library/clean-up-store.ts';
import { folderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import { libraryStore } from '../../adapters/dynamodb/library/library-store.ts';
import { trashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import { builtAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import { relationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { documentClient, eventsClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { libraryObjects } from '../../adapters/s3/library-objects.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { publishSaved } from '../../application/assets/publish-saved.ts';
import { type Purging, purgeAsset } from '../../application/library/purge-asset.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { type CleanUpWork, cleanUpWork } from './clean-up-library.contract.ts';
import { cleanUpLibrary } from './clean-up-library.ts';
import { environment } from './env.ts';
import { findDueCompanies } from './find-due-companies.ts';
import { purgeCompany } from './purge-company.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const buckets = originBuckets(env);
const now = () => new Date().toISOString();
const bus = eventBus(eventsClient(), env.EVENT_BUS, (message, facts) => logger.warn(message, facts));
const library = {
  ...assetStore(documents, env.ASSET_TABLE),
  getVersion: versionStore(documents, env.ASSET_TABLE).getVersion,
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
  ...libraryObjects(s3, env.MASTERS_BUCKET, buckets),
  publishAlone: publishSaved(library, 60_000).publishAlone,
};

const dependencies = {
  ...keeping,
  ...folderStore(documents, env.ASSET_TABLE),
  ...settingsStore(documents, env.JOB_TABLE),
  ...cleanUpStore(documents, env.ASSET_TABLE),
  ...progressStore(documents, env.ASSET_TABLE, 'clean-up-library'),
  purge: async (asset: Asset, purging: Purging) => {
    const purgedIds = await purgeAsset(asset, purging, keeping);
    // A former id was a redirect until now.
    if (asset.trashed?.renamedTo !== undefined) await keeping.invalidateAssets(asset.company, [asset.id]);
    return purgedIds;
  },
  request: sendJson(sqsClient(), env.COMPANY_QUEUE),
  shards: purgeShards,
  log: logger,
};

/** The clock calls it without a message, once a day. The queue calls it with a company, or the rest of the list of them. */
export const handler = logged(async (event: unknown, context: Context) => {
  const timeLeft = () => context.getRemainingTimeInMillis();
  const messages = queueMessages(event);
  try {
    if (!messages) return await cleanUpLibrary({ ...dependencies, timeLeft });
    for (const message of messages) await workOn(cleanUpWork.parse(message), timeLeft, context.functionName);
    return undefined;
  } finally {
    await bus.flush();
  }
});

async function workOn(work: CleanUpWork, timeLeft: () => number, functionName: string): Promise<void> {
  if ('all' in work) {
    const until = Date.now() + timeLeft() - 60_000;
    await findDueCompanies(work, dependencies, () => Date.now() < until);
    return;
  }
  const { purged, failed } = await purgeCompany(work, { ...dependencies, timeLeft });
  logger.info('The library of a company was cleaned up', { company: work.company, purged, failed });
  emitMetrics(functionName, { NotDeleted: failed }, Date.now());
}
