import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { documentClient, s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { mapResults } from '../../adapters/s3/map-results.ts';
import { planFiles } from '../../adapters/s3/plan-files.ts';
import { environment } from './env.ts';
import { findRefusedParts } from './find-refused-parts.ts';

const { JOB_TABLE, JOBS_BUCKET } = readEnvironment(environment);

const dependencies = {
  ...jobStore(documentClient(), JOB_TABLE),
  ...mapResults(s3Client(), JOBS_BUCKET),
  ...planFiles(s3Client(), JOBS_BUCKET),
  clock: () => Date.now(),
};

export const handler = logged((event: unknown) => findRefusedParts(event, dependencies));
