import type { Context } from 'aws-lambda';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { documentClient, schedulerClient, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { queueMessages } from '../../adapters/runtime/queue-messages.ts';
import { slotTarget } from '../../adapters/scheduler/slot-target.ts';
import { slots } from '../../adapters/scheduler/slots.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { type SchedulesToReconcile, schedulesToReconcile } from './reconcile-schedules.contract.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';

const env = readEnvironment(environment);

const dependencies = {
  ...scheduleStore(documentClient(), env.JOB_TABLE),
  ...slots(schedulerClient(), slotTarget(env)),
  request: sendJson(sqsClient(), env.RECONCILE_QUEUE),
  now: () => new Date().toISOString(),
  log: logger,
};

/** What the clock asks for once a day; the queue asks for the pieces of it. */
const everything: readonly SchedulesToReconcile[] = [{ all: 'companies' }, { all: 'slots' }];

export const handler = logged(async (event: unknown, context: Context) => {
  const timeLeft = () => context.getRemainingTimeInMillis();
  const messages = queueMessages(event);
  if (!messages) {
    for (const work of everything) await dependencies.request(work);
    return;
  }
  for (const message of messages) {
    const work = schedulesToReconcile.parse(message);
    const { repaired, failed } = await reconcileSchedules(work, { ...dependencies, timeLeft });
    emitMetrics(context.functionName, { SchedulesRepaired: repaired + failed }, Date.now());
  }
});
