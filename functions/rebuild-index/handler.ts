import type { Context } from 'aws-lambda';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { assetIdStore } from '../../adapters/dynamodb/library/asset-id-store.ts';
import { documentClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { temporaryFiles } from '../../adapters/runtime/temporary-files.ts';
import { indexFiles } from '../../adapters/s3/index-files.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { createAssetIndex, openAssetIndex } from '../../adapters/sqlite/asset-index.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { environment } from './env.ts';
import { indexRequest } from './rebuild-index.contract.ts';
import { rebuildIndex } from './rebuild-index.ts';

const { ASSET_TABLE, JOB_TABLE, MASTERS_BUCKET, JOBS_BUCKET, INDEX_QUEUE } = readEnvironment(environment);

const dependencies = {
  ...assetStore(documentClient(), ASSET_TABLE),
  ...assetIdStore(documentClient(), ASSET_TABLE),
  ...setFiles(s3Client(), MASTERS_BUCKET),
  ...indexFiles(s3Client(), JOBS_BUCKET),
  ...temporaryFiles('index'),
  createIndex: createAssetIndex,
  openIndex: openAssetIndex,
  clock: Date.now,
  warn: (message: string, facts: Record<string, unknown>) => logger.warn(message, facts),
};
const { listCompanies } = memberStore(documentClient(), JOB_TABLE);
const request = sendJson(sqsClient(), INDEX_QUEUE);

/** Messages that are sent in parallel. */
const sendsAtATime = 10;

/** The clock calls it without a message, once an hour: then it sends a message for each company. */
export const handler = logged(async (event: unknown, context: Context) => {
  const messages = queueMessages(event);
  if (!messages) {
    await inParallel(await listCompanies(), sendsAtATime, (company) => request({ company, rebuild: false }));
    return;
  }
  for (const message of messages) {
    const asked = indexRequest.parse(message);
    const result = await rebuildIndex(asked, {
      ...dependencies,
      timeLeft: () => context.getRemainingTimeInMillis(),
    });
    if (result !== 'unchanged') logger.info('The search index of a company was stored', { ...asked, result });
  }
});
