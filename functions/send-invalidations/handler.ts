import type { SQSEvent } from 'aws-lambda';
import { startInvalidation } from '../../adapters/cloudfront/invalidation.ts';
import { invalidationStore } from '../../adapters/dynamodb/delivery/invalidation-store.ts';
import { cloudFrontClient, documentClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { environment } from './env.ts';
import { type SendInvalidationsDependencies, sendInvalidations } from './send-invalidations.ts';

const { DISTRIBUTION_ID, JOB_TABLE } = readEnvironment(environment);

const dependencies: SendInvalidationsDependencies = {
  startInvalidation: (tags, reference) =>
    startInvalidation(cloudFrontClient(), DISTRIBUTION_ID, tags, reference),
  countInvalidatedTags: invalidationStore(documentClient(), JOB_TABLE).countInvalidatedTags,
  now: () => new Date().toISOString(),
  report: (messageIds, error) => logger.error('Assets could not be invalidated yet', { messageIds, error }),
  reportUncounted: (error) => logger.warn('Invalidated tags were not counted', { error }),
};

export const handler = (event: SQSEvent) => sendInvalidations(event, dependencies);
