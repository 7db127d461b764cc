import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { assetTable } from '../../adapters/dynamodb/keys.ts';
import { environment } from '../../functions/ingest-upload/env.ts';
import type { Config } from '../config.ts';
import { bucket, eventBusToPutOn, plainText, queueToSendTo, table } from '../constructs/binding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';

export interface IngestStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly delivery: DeliveryStack;
}

/** From a file in the upload bucket to an asset: S3's event, a queue, ingest-upload. */
export class IngestStack extends Stack {
  readonly ingestUpload: PressroomFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { config, data, delivery, ...props }: IngestStackProps) {
    super(scope, id, props);

    // An asset that is wanted live goes to its server as soon as it is recorded; one whose type changed leaves its old key.
    const origin = { objects: ['PutObject', 'DeleteObject', 'AbortMultipartUpload'] } as const;
    const ingestUpload = new PressroomFunction(this, 'IngestUpload', {
      config,
      folder: 'ingest-upload',
      contract: environment,
      bind: {
        // Queries find ids that differ by case, and what is derived from an image.
        ASSET_TABLE: table(
          data.assetTable,
          ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'],
          [assetTable.indexes.byName.name],
        ),
        // It puts the lines of sets that batch set presets build.
        JOB_TABLE: table(data.jobTable, ['GetItem', 'Query', 'PutItem', 'UpdateItem']),
        UPLOAD_BUCKET: bucket(data.uploads, { objects: ['GetObject', 'DeleteObject'], list: true }),
        MASTERS_BUCKET: bucket(data.masters, {
          // It deletes the version it has just written where that was overtaken by a later upload.
          objects: [
            'GetObject',
            'GetObjectVersion',
            'PutObject',
            'DeleteObjectVersion',
            'AbortMultipartUpload',
          ],
          list: true,
        }),
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], origin),
        IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], origin),
        VIDEO_BUCKET: bucket(data.origins.video, origin),
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], origin),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        // An asset that becomes of another type, or is withdrawn by an upload, leaves an address that the CDN may know.
        INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
        NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
        HEIC: plainText(config.heic),
      },
      // One picture of 100 megapixels decodes to 300–400 MB; a vCPU comes at 1,769 MB.
      memory: 2048,
      timeout: Duration.minutes(5),
      sharp: true,
      heic: config.heic === 'on',
    });
    this.ingestUpload = ingestUpload;

    const { queue, deadLetters } = new QueueWithDeadLetters(this, 'Uploaded', {
      name: ingestUpload.name,
      functionTimeout: ingestUpload.timeout,
    });
    this.queue = queue;
    this.deadLetters = deadLetters;

    new Rule(this, 'UploadArrived', {
      ruleName: `${config.prefix}-upload-arrived`,
      description: 'A file has arrived in the upload bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [data.uploads.bucketName] } },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    ingestUpload.lambda.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 5,
        reportBatchItemFailures: true,
        maxConcurrency: config.ingestConcurrency,
      }),
    );
  }
}
