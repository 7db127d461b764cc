import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ulid } from 'ulid';
import { isInvalidationCompleted, startInvalidation } from '../../adapters/cloudfront/invalidation.ts';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { accessTokenStore } from '../../adapters/dynamodb/companies/access-token-store.ts';
import { auditStore } from '../../adapters/dynamodb/companies/audit-store.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { invalidationStore } from '../../adapters/dynamodb/delivery/invalidation-store.ts';
import { cloudFrontClient, documentClient, s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { temporaryFiles } from '../../adapters/runtime/temporary-files.ts';
import { imageSettingsStore } from '../../adapters/s3/image-settings.ts';
import { indexFiles } from '../../adapters/s3/index-files.ts';
import { openAssetIndex } from '../../adapters/sqlite/asset-index.ts';
import { userPoolKeys, verifyUserPoolToken } from '../../adapters/tokens/user-pool-tokens.ts';
import { identifyCaller } from '../../application/companies/identify-caller.ts';
import { librarySearch } from '../../application/library/library-search.ts';
import { environment } from './env.ts';
import { type InvalidateCdnDependencies, invalidateCdn } from './invalidate-cdn.ts';

const {
  ASSET_TABLE,
  JOB_TABLE,
  MASTERS_BUCKET,
  JOBS_BUCKET,
  DELIVERY_DOMAIN,
  DISTRIBUTION_ID,
  USER_POOL_CLIENT,
  TOKEN_ISSUER,
} = readEnvironment(environment);

const assets = assetStore(documentClient(), ASSET_TABLE);

const { readCompanyImages } = imageSettingsStore(s3Client(), MASTERS_BUCKET);

const userPool = { issuer: TOKEN_ISSUER, clientId: USER_POOL_CLIENT };
const poolKeys = userPoolKeys(TOKEN_ISSUER, process.env);

const dependencies: InvalidateCdnDependencies = {
  findMember: memberStore(documentClient(), JOB_TABLE).findMember,
  identify: (token) =>
    identifyCaller(token, {
      ...accessTokenStore(documentClient(), JOB_TABLE),
      verifyUserPoolToken: (jwt) => verifyUserPoolToken(jwt, userPool, poolKeys),
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      clock: Date.now,
    }),
  audit: auditStore(documentClient(), JOB_TABLE, { newId: ulid, clock: Date.now }),
  ...invalidationStore(documentClient(), JOB_TABLE),
  // The search that gave the count of a scope has built the index.
  ...librarySearch({
    ...indexFiles(s3Client(), JOBS_BUCKET),
    ...temporaryFiles('search'),
    openIndex: openAssetIndex,
    buildIndex: async () => undefined,
    requestIndex: async () => undefined,
    clock: Date.now,
  }),
  deliveryDomain: DELIVERY_DOMAIN,
  listImagePresets: async (company) => (await readCompanyImages(company)).presets,
  getAssets: (company, ids) => assets.getAssets(company, ids, { consistent: true }),
  startInvalidation: (tags, reference) =>
    startInvalidation(cloudFrontClient(), DISTRIBUTION_ID, tags, reference),
  isInvalidationCompleted: (id) => isInvalidationCompleted(cloudFrontClient(), DISTRIBUTION_ID, id),
  newId: ulid,
  now: () => new Date(),
  pause: (milliseconds) => setTimeout(milliseconds),
  log: logger,
};

export const handler = (event: APIGatewayProxyEventV2) => invalidateCdn(event, dependencies);
