import { setTimeout as wait } from 'node:timers/promises';
import { assetRecords } from '../../adapters/dynamodb/asset-records.ts';
import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import { announcedAgain } from '../../adapters/eventbridge/announced.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { documentClient, eventBridgeClient, s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { setFiles } from '../../adapters/s3/set-files.ts';
import { environment } from './env.ts';
import { publishPart } from './publish-part.ts';

const names = readEnvironment(environment);

const warn = (message: string, facts: Record<string, unknown>) => logger.warn(message, facts);
const bus = eventBus(eventBridgeClient(), names.EVENT_BUS, warn);

const dependencies = {
  ...announcedAgain(assetRecords(documentClient(), names.ASSET_TABLE), bus),
  ...jobRecords(documentClient(), names.JOB_TABLE),
  ...settingsRecords(documentClient(), names.JOB_TABLE),
  ...jobFiles(s3Client(), names.JOBS_BUCKET),
  ...originCopies(s3Client(), names.MASTERS_BUCKET, originBuckets(names)),
  readSetRecord: setFiles(s3Client(), names.MASTERS_BUCKET).readSetRecord,
  now: () => new Date().toISOString(),
  wait: (milliseconds: number) => wait(milliseconds),
  warn,
};

export const handler = logged((event: unknown) => publishPart(event, dependencies).finally(bus.flush));
