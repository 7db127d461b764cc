import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { monotonicFactory } from 'ulid';
import { assetListing } from '../../adapters/dynamodb/asset-listing.ts';
import { assetRecords } from '../../adapters/dynamodb/asset-records.ts';
import { jobRecords } from '../../adapters/dynamodb/job-records.ts';
import { memberRecords } from '../../adapters/dynamodb/member-records.ts';
import { retryConflicts } from '../../adapters/dynamodb/retry-conflicts.ts';
import { settingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import { uploadRecords } from '../../adapters/dynamodb/upload-records.ts';
import { answerRequest } from '../../adapters/http/answer-request.ts';
import { cancelPublishJob } from '../../adapters/publication/cancel-publish-job.ts';
import { publishAsset, withdrawAsset } from '../../adapters/publication/publish-asset.ts';
import { submitPublishJob } from '../../adapters/publication/submit-publish-job.ts';
import { documentClient, s3Client, sfnClient, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { jobFiles } from '../../adapters/s3/job-files.ts';
import { originBuckets, originCopies } from '../../adapters/s3/origin-copies.ts';
import { beginParts, completeParts, dropParts } from '../../adapters/s3/upload-parts.ts';
import { signPart, signUpload } from '../../adapters/s3/upload-urls.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { environment } from './env.ts';
import { apiRoutes } from './serve-api.ts';

const env = readEnvironment(environment);
const documents = documentClient();
const s3 = s3Client();
const uploads = env.UPLOAD_BUCKET;
const assets = assetRecords(documents, env.ASSET_TABLE);
const jobs = jobRecords(documents, env.JOB_TABLE);
/** Ids of one environment keep the order of their making also within a millisecond. */
const nextId = monotonicFactory();
const files = jobFiles(s3, env.JOBS_BUCKET);
const publishing = { ...assets, ...originCopies(s3, env.MASTERS_BUCKET, originBuckets(env)) };
const jobEngine = { ...jobs, ...files, ...executions(sfnClient(), env.PUBLISH_STATE_MACHINE) };

const routes = apiRoutes({
  ...assets,
  ...assetListing(documents, env.ASSET_TABLE, assets.getAssets, Date.now),
  ...uploadRecords(documents, env.JOB_TABLE, env.ASSET_TABLE, jobs),
  ...settingsRecords(documents, env.JOB_TABLE),
  getJob: jobs.getJob,
  listJobs: jobs.listJobs,
  requestStop: (company, jobId, by) => retryConflicts(() => jobs.requestStop(company, jobId, by)),
  readLog: files.readLog,
  submit: (job) => submitPublishJob(job, jobEngine),
  cancelPublishJob: (company, jobId, by, at) => cancelPublishJob(company, jobId, { by, at }, jobEngine),
  publish: (asset, servers, options) => publishAsset(asset, servers, options, publishing),
  withdraw: (asset, withdrawal) => withdrawAsset(asset, withdrawal, publishing),
  flush: async (withdrawn) => {
    await sqsClient().send(
      new SendMessageCommand({ QueueUrl: env.WITHDRAWN_QUEUE, MessageBody: JSON.stringify(withdrawn) }),
    );
  },
  signUpload: (upload) => signUpload(s3, uploads, upload),
  signPart: (part) => signPart(s3, uploads, part),
  beginParts: (key, type) => beginParts(s3, uploads, key, type),
  dropParts: (key, uploadId) => dropParts(s3, uploads, key, uploadId),
  completeParts: (key, uploadId, parts) => completeParts(s3, uploads, key, uploadId, parts),
  deliveryDomain: env.DELIVERY_DOMAIN,
  newId: () => nextId(),
  now: () => new Date().toISOString(),
  log: logger,
});
const { findRole } = memberRecords(documents, env.JOB_TABLE);

export const handler = (event: APIGatewayProxyEventV2WithJWTAuthorizer) =>
  answerRequest(event, routes, { findRole, log: logger });
