import type { Context } from 'aws-lambda';
import { activeJobs } from '../../adapters/dynamodb/jobs/active-jobs.ts';
import { jobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import { uploadRecords } from '../../adapters/dynamodb/uploads/upload-records.ts';
import { brokenExecutions } from '../../adapters/eventbridge/broken-executions.ts';
import { documentClient, eventsClient, sfnClient, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { tellingEnds } from '../../application/uploads/telling-ends.ts';
import { environment } from './env.ts';
import { reconcileJobs } from './reconcile-jobs.ts';

const { ASSET_TABLE, JOB_TABLE, PUBLISH_STATE_MACHINE, NOTIFICATION_QUEUE } = readEnvironment(environment);
const jobs = jobRecords(documentClient(), JOB_TABLE);

const dependencies = {
  ...jobs,
  ...activeJobs(documentClient(), JOB_TABLE),
  ...tellingEnds(uploadRecords(documentClient(), JOB_TABLE, ASSET_TABLE, jobs), {
    ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
    noteTold: jobs.noteTold,
  }),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  ...executionControl(sfnClient(), PUBLISH_STATE_MACHINE),
  ...brokenExecutions(eventsClient(), PUBLISH_STATE_MACHINE),
  now: () => new Date().toISOString(),
  log: logger,
};

export const handler = logged(async (_event: unknown, context: Context) => {
  const timeLeft = () => context.getRemainingTimeInMillis();
  const report = await reconcileJobs({ ...dependencies, timeLeft });
  const { started, ended, told, freed, closed, failed } = report;
  const counts = { Mended: started + ended + told + freed + closed, NotMended: failed };
  emitMetrics(context.functionName, counts, Date.now());
  return report;
});
