import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { environment } from '../../functions/send-notification/env.ts';
import type { Config } from '../config.ts';
import {
  bucket,
  eventBusToPutOn,
  mailSender,
  plainText,
  queueToSendTo,
  stateMachineToStart,
  table,
} from '../constructs/binding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import type { ApiStack } from './api-stack.ts';
import { type DataStack, sendNotificationTimeout } from './data-stack.ts';
import type { PublishingStack } from './publishing-stack.ts';

export interface NotificationStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly api: ApiStack;
  readonly publishing: PublishingStack;
}

/** Notifications about jobs: signed HTTP requests, and mail. */
export class NotificationStack extends Stack {
  readonly sendNotification: PressroomFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, data, api, publishing, ...props }: NotificationStackProps,
  ) {
    super(scope, id, props);
    const sendNotification = new PressroomFunction(this, 'SendNotification', {
      config,
      folder: 'send-notification',
      contract: environment,
      bind: {
        // It reads members for their addresses, and turns notifications of schedules off.
        JOB_TABLE: table(data.jobTable, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']),
        SECRET_TABLE: table(data.secretTable, ['GetItem', 'PutItem']),
        JOBS_BUCKET: bucket(data.jobs, { objects: ['PutObject'], keys: '*/log/notify/*' }),
        NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
        // It starts the publish jobs that follow uploads.
        PUBLISH_STATE_MACHINE: stateMachineToStart(publishing.stateMachineArn),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        API_URL: plainText(api.url),
        MAIL_FROM: mailSender(config.mailFrom, this.identities(config.mailFrom)),
        NOTIFY_LOOPBACK: plainText(config.notifyLoopback),
      },
      memory: 256,
      timeout: sendNotificationTimeout,
    });
    this.sendNotification = sendNotification;
    sendNotification.lambda.addEventSource(
      new SqsEventSource(data.notifications.queue, {
        // All of a batch are sent at once, and wait together for the slowest.
        batchSize: 5,
        reportBatchItemFailures: true,
        maxConcurrency: 20,
      }),
    );
  }

  private identities(address: string | undefined): string[] {
    const domain = address?.split('@')[1];
    return [address, domain]
      .filter((name) => name !== undefined)
      .map((resourceName) =>
        this.formatArn({
          service: 'ses',
          resource: 'identity',
          resourceName,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      );
  }
}
