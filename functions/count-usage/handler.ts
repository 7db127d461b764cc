import type { Context } from 'aws-lambda';
import { readAccessLog } from '../../adapters/cloudfront/read-access-log.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { countAssets, usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { documentClient, s3Client, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { readLogFile } from '../../adapters/s3/access-logs.ts';
import { originBuckets } from '../../adapters/s3/origin-copies.ts';
import { storedBytes } from '../../adapters/s3/stored-bytes.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { countCompanies, countUsage } from './count-usage.ts';
import { environment } from './env.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const origins = originBuckets(env);
const { masterBytes, objectBytes } = storedBytes(s3, env.MASTERS_BUCKET);

const dependencies = {
  ...usageStore(documents, env.JOB_TABLE),
  accessLogBucket: env.ACCESS_LOG_BUCKET,
  listCompanies: memberStore(documents, env.JOB_TABLE).listCompanies,
  readLog: async (key: string, companies: ReadonlySet<string>) => {
    const file = await readLogFile(s3, env.ACCESS_LOG_BUCKET, key);
    return file && readAccessLog(file, companies);
  },
  countAssets: (company: string) => countAssets(documents, env.ASSET_TABLE, company),
  masterBytes,
  originBytes: (server: Server, company: string, from: Parameters<typeof objectBytes>[2]) =>
    objectBytes(origins[server], company, from),
  request: sendJson(sqsClient(), env.USAGE_QUEUE),
  now: () => new Date().toISOString(),
  log: logger,
};

/** Called by its queue, one message at a time, and by the clock. */
export const handler = logged(async (event: unknown, context: Context) => {
  const working = { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() };
  const messages = queueMessages(event);
  if (!messages) return countCompanies(working);
  for (const message of messages) await countUsage(message, working);
});
