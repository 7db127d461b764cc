import type { SQSEvent } from 'aws-lambda';
import { startInvalidation } from '../../adapters/cloudfront/invalidation.ts';
import { cloudFrontClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { environment } from './env.ts';
import { type SendInvalidationsDependencies, sendInvalidations } from './send-invalidations.ts';

const { DISTRIBUTION_ID } = readEnvironment(environment);

const dependencies: SendInvalidationsDependencies = {
  startInvalidation: (tags, reference) =>
    startInvalidation(cloudFrontClient(), DISTRIBUTION_ID, tags, reference),
  report: (messageIds, error) => logger.error('Assets could not be invalidated yet', { messageIds, error }),
};

export const handler = (event: SQSEvent) => sendInvalidations(event, dependencies);
