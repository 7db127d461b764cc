import { logins } from '../../adapters/cognito/logins.ts';
import { machineClients } from '../../adapters/cognito/machine-clients.ts';
import { cognitoClient, schedulerClient, sfnClient, sqsClient } from '../../adapters/runtime/aws-clients.ts';
import { slotTarget } from '../../adapters/scheduler/slot-target.ts';
import { slots } from '../../adapters/scheduler/slots.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { invalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { sendJson } from '../../adapters/sqs/send-json.ts';
import { executionControl } from '../../adapters/stepfunctions/execution-control.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import type { environment } from './env.ts';

export type Environment = Readonly<Record<(typeof environment.names)[number], string>>;

/** The adapters of Cognito, EventBridge Scheduler, SQS and Step Functions. */
export function serviceAdapters(env: Environment) {
  const { put, remove } = slots(schedulerClient(), slotTarget(env));
  return {
    logins: logins(cognitoClient(), env.USER_POOL),
    machines: machineClients(cognitoClient(), env.USER_POOL),
    scheduler: { put, remove },
    invalidations: invalidationQueue(sqsClient(), env.INVALIDATION_QUEUE),
    notifications: notificationQueue(sqsClient(), env.NOTIFICATION_QUEUE),
    requests: {
      requestExport: sendJson(sqsClient(), env.EXPORT_QUEUE),
      requestIndex: sendJson(sqsClient(), env.INDEX_QUEUE),
      requestPlan: sendJson(sqsClient(), env.PLAN_QUEUE),
      ...fetchQueue(sqsClient(), env.FETCH_QUEUE),
      requestZip: sendJson(sqsClient(), env.ZIP_QUEUE),
      requestAction: sendJson(sqsClient(), env.ACTION_QUEUE),
    },
    executions: {
      ...executions(sfnClient(), env.PUBLISH_STATE_MACHINE),
      ...executionControl(sfnClient(), env.PUBLISH_STATE_MACHINE),
    },
  };
}
