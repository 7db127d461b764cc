import type { Context } from 'aws-lambda';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { documentClient, schedulerClient } from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { slotTarget } from '../../adapters/scheduler/slot-target.ts';
import { slots } from '../../adapters/scheduler/slots.ts';
import { environment } from './env.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';

const env = readEnvironment(environment);

export const handler = logged(async (_event: unknown, context: Context) => {
  const reconciled = await reconcileSchedules({
    ...scheduleStore(documentClient(), env.JOB_TABLE),
    ...slots(schedulerClient(), slotTarget(env)),
    now: () => new Date().toISOString(),
    timeLeft: () => context.getRemainingTimeInMillis(),
    log: logger,
  });
  const { repaired, failed, complete } = reconciled;
  const SchedulesRepaired = repaired + failed + (complete ? 0 : 1);
  emitMetrics(context.functionName, { SchedulesRepaired }, Date.now());
  return reconciled;
});
