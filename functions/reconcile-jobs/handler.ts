import type { Context } from 'aws-lambda';
import { progressStore } from '../../adapters/dynamodb/companies/progress-store.ts';
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
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { isQueueEmpty } from '../../adapters/sqs/is-queue-empty.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { executionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { environment } from './env.ts';
import { findCompanies } from './find-companies.ts';
import { companyToReconcile } from './reconcile-jobs.contract.ts';
import { type ReconcileReport, reconcileJobs } from './reconcile-jobs.ts';
import { reconcilePermits } from './reconcile-permits.ts';

const {
  ASSET_TABLE,
  JOB_TABLE,
  PUBLISH_STATE_MACHINE,
  NOTIFICATION_QUEUE,
  FETCH_QUEUE,
  ACTION_QUEUE,
  COMPANY_QUEUE,
  MAX_RUNNING_JOBS,
} = readEnvironment(environment);
const jobs = jobStore(documentClient(), JOB_TABLE);

const dependencies = {
  ...jobs,
  ...queueStore(documentClient(), JOB_TABLE),
  ...permitStore(documentClient(), JOB_TABLE),
  ...activeJobStore(documentClient(), JOB_TABLE),
  ...progressStore(documentClient(), JOB_TABLE, 'reconcile-jobs'),
  isQueueEmpty: isQueueEmpty(sqsClient(), COMPANY_QUEUE),
  requestCompany: sendJson(sqsClient(), COMPANY_QUEUE),
  ...uploadStore(documentClient(), JOB_TABLE, ASSET_TABLE, jobs),
  ...notificationQueue(sqsClient(), NOTIFICATION_QUEUE),
  ...fetchQueue(sqsClient(), FETCH_QUEUE),
  requestAction: sendJson(sqsClient(), ACTION_QUEUE),
  ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
  ...executionControl(sfnClient(), PUBLISH_STATE_MACHINE),
  ...failedExecutionEvents(eventsClient(), PUBLISH_STATE_MACHINE),
  maxRunningJobs: Number(MAX_RUNNING_JOBS),
  now: () => new Date().toISOString(),
  log: logger,
};

/**
 * The clock calls it without a message: it looks at the permits and finds the companies. The queue calls it with messages about companies, operators
 * with such a message as the event.
 */
export const handler = logged(async (event: unknown, context: Context) => {
  const messages = queueMessages(event);
  for (const message of messages ?? []) await reconcile(companyToReconcile.parse(message), context);
  // What a queue's function returns is about messages that failed.
  if (messages) return undefined;
  const asked = companyToReconcile.safeParse(event);
  if (asked.success) return reconcile(asked.data, context);
  const permits = await reconcilePermits(dependencies);
  emitCounts({ ...permits, ended: 0, notified: 0, closed: 0 }, context);
  return { ...permits, companies: await findCompanies({ ...dependencies, timeLeft: timeLeftIn(context) }) };
});

async function reconcile({ company }: { company: string }, context: Context): Promise<ReconcileReport> {
  const report = await reconcileJobs(company, { ...dependencies, timeLeft: timeLeftIn(context) });
  emitCounts(report, context);
  logger.info('Reconciled a company', { company, ...report });
  return report;
}

function emitCounts(report: Omit<ReconcileReport, 'looked'>, context: Context): void {
  const { started, ended, notified, freed, closed, failed } = report;
  const counts = { JobsRepaired: started + ended + notified + freed + closed, NotReconciled: failed };
  emitMetrics(context.functionName, counts, Date.now());
}

function timeLeftIn(context: Context): () => number {
  return () => context.getRemainingTimeInMillis();
}
