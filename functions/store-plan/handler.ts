import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { planStores } from '../../adapters/runtime/plan-stores.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { environment } from './env.ts';
import { storePlan } from './store-plan.ts';

const env = readEnvironment(environment);

const dependencies = {
  ...planStores(env),
  requestPlan: sendJson(sqsClient(), env.PLAN_QUEUE),
  newPlanner: randomUUID,
  now: () => new Date().toISOString(),
};

export const handler = logged((event: unknown, context: Context) =>
  storePlan(event as SQSEvent, {
    ...dependencies,
    clock: Date.now,
    timeLeft: () => context.getRemainingTimeInMillis(),
  }),
);
