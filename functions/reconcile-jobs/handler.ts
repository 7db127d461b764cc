import type { Context } from 'aws-lambda';
import { activeJobStore } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { permitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { failedExecutionEvents } from '../../adapters/eventbridge/failed-execution-events.ts';
import { documentClient, eventsClient, sfnClient, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { executionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { environment } from './env.ts';
import { reconcileJobs } from './reconcile-jobs.ts';

const { ASSET_TABLE, JOB_TABLE, PUBLISH_STATE_MACHINE, NOTIFICATION_QUEUE, MAX_RUNNING_JOBS } =
  readEnvironment(environment);
const jobs = jobStore(documentClient(), JOB_TABLE);

const dependencies = {
  ...jobs,
  ...queueStore(documentClient(), JOB_TABLE),
  ...permitStore(documentClient(), JOB_TABLE),
  ...activeJobStore(documentClient(), JOB_TABLE),
  ...uploadStore(documentClient(), JOB_TABLE, ASSET_TABLE, jobs),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  ...executionControl(sfnClient(), PUBLISH_STATE_MACHINE),
  ...failedExecutionEvents(eventsClient(), PUBLISH_STATE_MACHINE),
  maxRunningJobs: Number(MAX_RUNNING_JOBS),
  now: () => new Date().toISOString(),
  log: logger,
};

export const handler = logged(async (_event: unknown, context: Context) => {
  const timeLeft = () => context.getRemainingTimeInMillis();
  const report = await reconcileJobs({ ...dependencies, timeLeft });
  const { started, ended, notified, freed, closed, failed } = report;
  const counts = { JobsRepaired: started + ended + notified + freed + closed, NotReconciled: failed };
  emitMetrics(context.functionName, counts, Date.now());
  return report;
});
