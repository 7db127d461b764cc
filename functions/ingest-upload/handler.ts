import type { SQSEvent } from 'aws-lambda';
import { assetRecords } from '../../adapters/dynamodb/asset-records.ts';
import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import { uploadRecords } from '../../adapters/dynamodb/upload-records.ts';
import { publishAsset } from '../../adapters/publication/publish-asset.ts';
import { documentClient, s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import {
  copyToMasters,
  deleteUploadObject,
  findStaged,
  readStaged,
} from '../../adapters/s3/upload-object.ts';
import { headBytes, readMedia } from '../../adapters/sharp/read-media.ts';
import { environment } from './env.ts';
import { ingestBatch } from './ingest-batch.ts';
import { type IngestDependencies, ingestUpload } from './ingest-upload.ts';
import { withdrawUploaded } from './withdraw-uploaded.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const assets = assetRecords(documents, env.ASSET_TABLE);
const jobs = jobRecords(documents, env.JOB_TABLE);
const publishing = { ...assets, ...originCopies(s3, env.MASTERS_BUCKET, originBuckets(env)) };
const buckets = { uploads: env.UPLOAD_BUCKET, masters: env.MASTERS_BUCKET };

const dependencies: IngestDependencies = {
  ...uploadRecords(documents, env.JOB_TABLE, env.ASSET_TABLE, jobs),
  getJob: jobs.getJob,
  getAsset: assets.getAsset,
  getSettings: settingsRecords(documents, env.JOB_TABLE).getSettings,
  findStaged: (key) => findStaged(s3, env.UPLOAD_BUCKET, key),
  readMedia: async (key, { name, type, bytes }) =>
    readMedia({
      fileName: name,
      declaredType: type,
      bytes,
      head:
        bytes === 0 ? new Uint8Array() : await readStaged(s3, env.UPLOAD_BUCKET, key, { first: headBytes }),
      readAll: () => readStaged(s3, env.UPLOAD_BUCKET, key),
    }),
  copyToMasters: (source, target, bytes, type) => copyToMasters(s3, buckets, { source, target, bytes, type }),
  deleteMaster: (key, versionId) => deleteUploadObject(s3, env.MASTERS_BUCKET, key, versionId),
  deleteStaged: (key) => deleteUploadObject(s3, env.UPLOAD_BUCKET, key),
  publish: (asset, servers, options) => publishAsset(asset, servers, options, publishing),
  withdraw: (asset, withdrawal) => withdrawUploaded(asset, withdrawal, publishing),
  now: () => new Date().toISOString(),
  log: logger,
};

export const handler = (event: SQSEvent) =>
  ingestBatch(event, {
    bucket: env.UPLOAD_BUCKET,
    ingest: (arrival) => ingestUpload(arrival, dependencies),
    log: logger,
  });
