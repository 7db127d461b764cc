import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { assetTable } from '../../adapters/dynamodb/keys.ts';
import { environment } from '../../functions/clean-up-library/env.ts';
import type { Config } from '../config.ts';
import { bucket, eventBusToPutOn, queueToSendTo, table } from '../constructs/binding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';

export interface LibraryStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly delivery: DeliveryStack;
}

/** What keeps the library clean: once a day all that is over is removed for good. */
export class LibraryStack extends Stack {
  readonly cleanUpLibrary: PressroomFunction;

  constructor(scope: Construct, id: string, { config, data, delivery, ...props }: LibraryStackProps) {
    super(scope, id, props);

    const timeout = Duration.minutes(15);
    const { queue } = new QueueWithDeadLetters(this, 'CompaniesToCleanUp', {
      name: `${config.prefix}-clean-up-library`,
      functionTimeout: timeout,
    });
    // It deletes what nobody names any more, and ends renames that broke off: then it publishes, too.
    const origin = { objects: ['PutObject', 'DeleteObject', 'AbortMultipartUpload'], list: true } as const;
    this.cleanUpLibrary = new PressroomFunction(this, 'CleanUpLibrary', {
      config,
      folder: 'clean-up-library',
      contract: environment,
      bind: {
        ASSET_TABLE: table(
          data.assetTable,
          ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
          [assetTable.indexes.byFolder.name, assetTable.indexes.purge.name],
        ),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'UpdateItem']),
        MASTERS_BUCKET: bucket(data.masters, {
          objects: ['GetObject', 'GetObjectVersion', 'PutObject', 'DeleteObjectVersion'],
          list: true,
        }),
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], origin),
        IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], origin),
        VIDEO_BUCKET: bucket(data.origins.video, origin),
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], origin),
        INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        COMPANY_QUEUE: queueToSendTo(queue),
      },
      memory: 512,
      // What it does not come to in this time it passes on to another call.
      timeout,
    });
    this.cleanUpLibrary.lambda.addEventSource(
      // A company that trashed a million assets takes one of them, whatever the others have to wait for.
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 4 }),
    );

    new Rule(this, 'Daily', {
      ruleName: `${config.prefix}-clean-up-library`,
      description: 'The library is cleaned up once a day',
      // At night in Europe and America; any time would do.
      schedule: Schedule.cron({ hour: '3', minute: '20' }),
      targets: [new FunctionTarget(this.cleanUpLibrary.lambda, { retryAttempts: 2 })],
    });
  }
}
