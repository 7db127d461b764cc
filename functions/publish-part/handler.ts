import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { assetRecords } from '../../adapters/dynamodb/assets/asset-records.ts';
import { countedAfterHistory, gatheredHistory } from '../../adapters/dynamodb/assets/gathered-history.ts';
import { settingsRecords } from '../../adapters/dynamodb/companies/settings-records.ts';
import { jobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import { gatheredChanges } from '../../adapters/dynamodb/table/gathered-changes.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import {
  eventsClient,
  pacedDocumentClient,
  pacedS3Client,
  s3Client,
  sqsClient,
} from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { forgetByQueue } from '../../adapters/sqs/forget-by-queue.ts';
import { announcedAgain } from '../../application/assets/announced.ts';
import { environment } from './env.ts';
import { publishPart } from './publish-part.ts';

const names = readEnvironment(environment);

const warn = (message: string, facts: Record<string, unknown>) => logger.warn(message, facts);
const bus = eventBus(eventsClient(), names.EVENT_BUS, warn);
const history = gatheredHistory(pacedDocumentClient(), names.ASSET_TABLE);
const { together, change } = gatheredChanges(pacedDocumentClient(), names.ASSET_TABLE);

const dependencies = {
  ...announcedAgain(
    assetRecords(pacedDocumentClient(), names.ASSET_TABLE, { putLines: history.put, change }),
    bus,
  ),
  together,
  ...countedAfterHistory(jobRecords(pacedDocumentClient(), names.JOB_TABLE), history),
  ...settingsRecords(pacedDocumentClient(), names.JOB_TABLE),
  ...jobFiles(pacedS3Client(), names.JOBS_BUCKET),
  ...originCopies(pacedS3Client(), names.MASTERS_BUCKET, originBuckets(names), s3Client()),
  forget: forgetByQueue(sqsClient(), names.WITHDRAWN_QUEUE),
  readSetRecord: setFiles(pacedS3Client(), names.MASTERS_BUCKET).readSetRecord,
  copiesAtATime: Number(names.COPIES_AT_A_TIME),
  reserve: Number(names.RESERVE_SECONDS) * 1_000,
  random: Math.random,
  clock: Date.now,
  now: () => new Date().toISOString(),
  wait: (milliseconds: number) => wait(milliseconds),
  warn,
};

export const handler = logged((event: unknown, context: Context) =>
  publishPart(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }).finally(
    bus.flush,
  ),
);
