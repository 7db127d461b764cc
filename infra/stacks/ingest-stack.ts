import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { assetTable } from '../../adapters/dynamodb/keys.ts';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { environment as fetchEnvironment } from '../../functions/fetch-files/env.ts';
import { environment } from '../../functions/ingest-upload/env.ts';
import { maxReceives } from '../../functions/ingest-upload/ingest-upload.contract.ts';
import type { Config } from '../config.ts';
import {
  type Binding,
  bucket,
  eventBusToPutOn,
  plainText,
  queueToSendTo,
  sourceBuckets,
  table,
} from '../constructs/binding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { type DataStack, fetchFilesTimeout } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';

export interface IngestStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly delivery: DeliveryStack;
}

/** Of ingest-upload. Publishing an image with hundreds of derived images takes minutes; everything else takes seconds. */
const timeout = Duration.minutes(5);

/** Of the function for large files. A video of 50 GiB is copied twice, to its master and its origin: two minutes at 1 GB/s. */
const largeTimeout = Duration.minutes(15);

/** A large file takes 16 connections to S3, and its copies are done by S3 itself. */
const largeFilesAtATime = 5;

/** Files that are fetched from sources at a time, in the whole installation. */
const fetchesAtATime = 20;

/**
 * How much longer than the function's timeout a message is hidden. AWS advises six times the timeout, so that throttled
 * invocations are repeated meanwhile; then a file whose function died would wait for half an hour. See docs/decisions/0022.
 */
const visibilityMargin = Duration.minutes(1);

interface Ingest {
  readonly function: PressroomFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/**
 * From a file in the upload bucket to an asset: S3's event, a queue, ingest-upload. Files that are copied in parts are passed
 * on to a second queue and a second deployment of the function, with more time.
 */
export class IngestStack extends Stack {
  readonly ingestUpload: PressroomFunction;
  readonly ingestLarge: PressroomFunction;
  readonly fetchFiles: PressroomFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { config, data, delivery, ...props }: IngestStackProps) {
    super(scope, id, props);

    const large = this.makeIngest(config, data, delivery, {
      id: 'Large',
      variant: 'large',
      // It decodes no image: the largest is far below the size from which files are passed on.
      memory: 1024,
      timeout: largeTimeout,
      atATime: largeFilesAtATime,
      passOn: plainText('off'),
    });
    this.ingestLarge = large.function;
    const ingest = this.makeIngest(config, data, delivery, {
      id: '',
      // One picture of 100 megapixels decodes to 300–400 MB; a vCPU comes at 1,769 MB.
      memory: 2048,
      timeout,
      atATime: config.ingestConcurrency,
      passOn: queueToSendTo(large.queue),
    });
    this.ingestUpload = ingest.function;
    this.queue = ingest.queue;
    this.deadLetters = ingest.deadLetters;

    this.fetchFiles = this.makeFetchFiles(config, data, ingest.queue);

    new Rule(this, 'UploadArrived', {
      ruleName: `${config.prefix}-upload-arrived`,
      description: 'A file has arrived in the upload bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [data.uploads.bucketName] } },
      },
      targets: [new SqsQueue(ingest.queue, { deadLetterQueue: ingest.deadLetters })],
    });
  }

  /** From a bucket or from URLs into the upload bucket. */
  private makeFetchFiles(config: Config, data: DataStack, uploaded: Queue): PressroomFunction {
    const fetchFiles = new PressroomFunction(this, 'FetchFiles', {
      config,
      folder: 'fetch-files',
      contract: fetchEnvironment,
      bind: {
        // It counts the assets of a company near its quota, and records none.
        ASSET_TABLE: table(data.assetTable, [], [assetTable.indexes.byName.name]),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem']),
        UPLOAD_BUCKET: bucket(data.uploads, {
          // It deletes archives that are unpacked.
          objects: [
            'GetObject',
            'PutObject',
            'DeleteObject',
            'AbortMultipartUpload',
            'ListMultipartUploadParts',
          ],
          list: true,
        }),
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: `${shortLivedPrefix}*/source.json`,
          list: true,
        }),
        SOURCE_BUCKETS: sourceBuckets(config.sourceBuckets),
        // It asks itself for each file of a source.
        FETCH_QUEUE: queueToSendTo(data.fetches.queue),
        UPLOADED_QUEUE: queueToSendTo(uploaded),
        NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
        NOTIFY_LOOPBACK: plainText(config.notifyLoopback),
      },
      // A file of 100 MiB is in memory, or four parts of up to 52 MiB.
      memory: 1024,
      timeout: fetchFilesTimeout,
    });
    fetchFiles.lambda.addEventSource(
      new SqsEventSource(data.fetches.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        // Servers of others are not to be flooded.
        maxConcurrency: fetchesAtATime,
      }),
    );
    return fetchFiles;
  }

  private makeIngest(
    config: Config,
    data: DataStack,
    delivery: DeliveryStack,
    own: {
      readonly id: string;
      readonly variant?: string;
      readonly memory: number;
      readonly timeout: Duration;
      readonly atATime: number;
      readonly passOn: Binding;
    },
  ): Ingest {
    const folder = 'ingest-upload';
    const { queue, deadLetters } = new QueueWithDeadLetters(this, `Uploaded${own.id}`, {
      name: [config.prefix, folder, own.variant].filter((part) => part !== undefined).join('-'),
      functionTimeout: own.timeout,
      visibility: own.timeout.plus(visibilityMargin),
      maxReceives,
    });
    // An asset that is wanted live goes to its server as soon as it is recorded; one whose type changed leaves its old key.
    const origin = {
      objects: ['PutObject', 'DeleteObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'],
    } as const;
    const ingestUpload = new PressroomFunction(this, `Ingest${own.id || 'Upload'}`, {
      config,
      folder,
      ...(own.variant !== undefined && { variant: own.variant }),
      contract: environment,
      bind: {
        // Queries find ids that differ by case, and what is derived from an image.
        ASSET_TABLE: table(
          data.assetTable,
          ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'],
          [assetTable.indexes.byName.name],
        ),
        // It puts the lines of sets that batch set presets build, deletes those of copies that are done, and reads which metadata
        // files of a source have changed.
        JOB_TABLE: table(data.jobTable, [
          'GetItem',
          'BatchGetItem',
          'Query',
          'PutItem',
          'UpdateItem',
          'DeleteItem',
        ]),
        UPLOAD_BUCKET: bucket(data.uploads, { objects: ['GetObject', 'DeleteObject'], list: true }),
        MASTERS_BUCKET: bucket(data.masters, {
          // It deletes the version it has just written where that was overtaken by a later upload.
          objects: [
            'GetObject',
            'GetObjectVersion',
            'PutObject',
            'DeleteObjectVersion',
            'AbortMultipartUpload',
            'ListMultipartUploadParts',
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
        // Archives are unpacked by fetch-files.
        FETCH_QUEUE: queueToSendTo(data.fetches.queue),
        HEIC: plainText(config.heic),
        // The event source grants what it takes to give a message back.
        UPLOADED_QUEUE: plainText(queue.queueUrl),
        LARGE_FILES_QUEUE: own.passOn,
      },
      memory: own.memory,
      timeout: own.timeout,
      sharp: true,
      heic: config.heic === 'on',
    });
    ingestUpload.lambda.addEventSource(
      new SqsEventSource(queue, {
        // A file that needs all of the time takes none from another one, and one that fails is repeated alone.
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: own.atATime,
      }),
    );
    return { function: ingestUpload, queue, deadLetters };
  }
}
