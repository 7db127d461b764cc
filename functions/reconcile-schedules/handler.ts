import type { Context } from 'aws-lambda';
import { scheduleRecords } from '../../adapters/dynamodb/schedules/schedule-records.ts';
import { documentClient, schedulerClient } from '../../adapters/runtime/aws-clients.ts';
import { emitMetrics } from '../../adapters/runtime/emit-metrics.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { scheduleTarget } from '../../adapters/scheduler/schedule-target.ts';
import { schedules } from '../../adapters/scheduler/schedules.ts';
import { environment } from './env.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';

const env = readEnvironment(environment);

export const handler = logged(async (_event: unknown, context: Context) => {
  const reconciled = await reconcileSchedules({
    ...scheduleRecords(documentClient(), env.JOB_TABLE),
    ...schedules(schedulerClient(), scheduleTarget(env)),
    now: () => new Date().toISOString(),
    timeLeft: () => context.getRemainingTimeInMillis(),
    log: logger,
  });
  const { mended, failed, complete } = reconciled;
  const SchedulesMended = mended + failed + (complete ? 0 : 1);
  emitMetrics(context.functionName, { SchedulesMended }, Date.now());
  return reconciled;
});
