import type { Context } from 'aws-lambda';
import { versionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { documentClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { planStores } from '../../adapters/runtime/plan-stores.ts';
import { environment } from './env.ts';
import { planJob } from './plan-job.ts';

const env = readEnvironment(environment);

const dependencies = {
  ...planStores(env),
  ...jobStore(documentClient(), env.JOB_TABLE),
  ...partStore(documentClient(), env.JOB_TABLE),
  getVersions: versionStore(documentClient(), env.ASSET_TABLE).getVersions,
  clock: () => Date.now(),
};

export const handler = logged((event: unknown, context: Context) =>
  planJob(event, { ...dependencies, timeLeft: () => context.getRemainingTimeInMillis() }),
);
