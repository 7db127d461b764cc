import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { assetKey, assetTable, memberOfKey } from '../../adapters/dynamodb/keys.ts';
import { directoryIndexPrefix } from '../../domain/delivery/directory-index.ts';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { zipPrefix } from '../../domain/library/zip-download.ts';
import { environment } from '../../functions/clean-up-library/env.ts';
import { environment as countUsageEnvironment } from '../../functions/count-usage/env.ts';
import { environment as indexLibraryEnvironment } from '../../functions/index-library/env.ts';
import { environment as indexServerDirectoryEnvironment } from '../../functions/index-server-directory/env.ts';
import { environment as rebuildIndexEnvironment } from '../../functions/rebuild-index/env.ts';
import { environment as runActionEnvironment } from '../../functions/run-action/env.ts';
import { environment as zipAssetsEnvironment } from '../../functions/zip-assets/env.ts';
import type { Config } from '../config.ts';
import { bucket, eventBusToPutOn, queueToSendTo, table } from '../constructs/binding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { searchDisk } from '../search-disk.ts';
import { cloudFrontLogPrefix, type DataStack, runActionTimeout } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';

export interface LibraryStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly delivery: DeliveryStack;
}

/**
 * What keeps the library clean and findable: the daily clean-up, the search indexes, and the indexes of Server Directory; its downloads
 * as ZIP files; actions on many assets; and the count of what companies use.
 */
export class LibraryStack extends Stack {
  readonly cleanUpLibrary: PressroomFunction;
  readonly indexLibrary: PressroomFunction;
  readonly rebuildIndex: PressroomFunction;
  /** Companies whose search index is to be built or stored. */
  readonly indexes: Queue;
  readonly zipAssets: PressroomFunction;
  /** ZIP files that are to be written. */
  readonly zipFiles: Queue;
  readonly countUsage: PressroomFunction;
  readonly indexServerDirectory: PressroomFunction;
  readonly runAction: PressroomFunction;

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

    this.indexLibrary = this.makeIndexLibrary(config, data);
    const { function: rebuildIndex, queue: indexes } = this.makeRebuildIndex(config, data);
    this.rebuildIndex = rebuildIndex;
    this.indexes = indexes;
    const { function: zipAssets, queue: zipFiles } = this.makeZipAssets(config, data);
    this.zipAssets = zipAssets;
    this.zipFiles = zipFiles;
    this.countUsage = this.makeCountUsage(config, data);
    this.indexServerDirectory = this.makeIndexServerDirectory(config, data);
    this.runAction = this.makeRunAction(config, data, delivery);
  }

  /** Does the same with each asset of a list: trash, move, unpublish, change metadata or dates. */
  private makeRunAction(config: Config, data: DataStack, delivery: DeliveryStack): PressroomFunction {
    const origin = { objects: ['PutObject', 'DeleteObject', 'AbortMultipartUpload'] } as const;
    const runAction = new PressroomFunction(this, 'RunAction', {
      config,
      folder: 'run-action',
      contract: runActionEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, [
          'GetItem',
          'BatchGetItem',
          'Query',
          'PutItem',
          'UpdateItem',
          'DeleteItem',
          'ConditionCheckItem',
        ]),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'PutItem', 'UpdateItem']),
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: ['*/log/*', '*/action.json'],
          list: true,
        }),
        // An asset that is live is copied again when its end changes.
        MASTERS_BUCKET: bucket(data.masters, { objects: ['GetObject', 'GetObjectVersion'], list: true }),
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], origin),
        IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], origin),
        VIDEO_BUCKET: bucket(data.origins.video, origin),
        // There an asset that moves is copied from its old place.
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], {
          objects: [...origin.objects, 'GetObject'],
          list: true,
        }),
        INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
        ACTION_QUEUE: queueToSendTo(data.actions.queue),
      },
      memory: 1_024,
      // What it does not come to in this time it passes on to another call, so that jobs take turns.
      timeout: runActionTimeout,
    });
    runAction.lambda.addEventSource(
      new SqsEventSource(data.actions.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: 10,
      }),
    );
    return runAction;
  }

  /** Counts what companies have stored, every night, and what was delivered, when a log file of CloudFront arrives. */
  private makeCountUsage(config: Config, data: DataStack): PressroomFunction {
    const timeout = Duration.minutes(15);
    const { queue, deadLetters } = new QueueWithDeadLetters(this, 'UsageToCount', {
      name: `${config.prefix}-count-usage`,
      functionTimeout: timeout,
    });
    const listed = { objects: [], list: true } as const;
    const countUsage = new PressroomFunction(this, 'CountUsage', {
      config,
      folder: 'count-usage',
      contract: countUsageEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, [], [assetTable.indexes.byName.name]),
        JOB_TABLE: table(data.jobTable, ['Query', 'PutItem', 'UpdateItem']),
        MASTERS_BUCKET: bucket(data.masters, { objects: [], listVersions: true }),
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], listed),
        IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], listed),
        VIDEO_BUCKET: bucket(data.origins.video, listed),
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], listed),
        ACCESS_LOG_BUCKET: bucket(data.accessLogs, {
          objects: ['GetObject'],
          keys: `${cloudFrontLogPrefix}/*`,
          list: true,
        }),
        // Where its time does not suffice it asks for the rest itself.
        USAGE_QUEUE: queueToSendTo(queue),
      },
      memory: 512,
      timeout,
    });
    countUsage.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 4 }),
    );
    new Rule(this, 'LogArrived', {
      ruleName: `${config.prefix}-log-arrived`,
      description: 'CloudFront has written a log file',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [data.accessLogs.bucketName] },
          object: { key: [{ prefix: `${cloudFrontLogPrefix}/` }] },
        },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    new Rule(this, 'Nightly', {
      ruleName: `${config.prefix}-count-usage`,
      description: 'What companies have stored is counted once a day',
      // Early in the day, so that the count belongs to it.
      schedule: Schedule.cron({ hour: '1', minute: '10' }),
      targets: [new FunctionTarget(countUsage.lambda, { retryAttempts: 2 })],
    });
    return countUsage;
  }

  /** Writes a company's index of Server Directory when its files have changed. */
  private makeIndexServerDirectory(config: Config, data: DataStack): PressroomFunction {
    const timeout = Duration.minutes(15);
    const { queue, deadLetters } = new QueueWithDeadLetters(this, 'DirectoriesToIndex', {
      name: `${config.prefix}-index-server-directory`,
      functionTimeout: timeout,
    });
    const indexServerDirectory = new PressroomFunction(this, 'IndexServerDirectory', {
      config,
      folder: 'index-server-directory',
      contract: indexServerDirectoryEnvironment,
      bind: {
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], {
          objects: ['GetObject', 'PutObject'],
          list: true,
        }),
        // Where its time does not suffice it asks for the rest itself.
        DIRECTORY_QUEUE: queueToSendTo(queue),
      },
      // The index of a million files has 300 MB, and is in memory as it was and as it will be.
      memory: 1_769,
      timeout,
    });
    indexServerDirectory.lambda.addEventSource(
      new SqsEventSource(queue, {
        // A job publishes thousands of files: each call works for all that arrived in this time.
        batchSize: 10_000,
        maxBatchingWindow: Duration.seconds(15),
        reportBatchItemFailures: true,
        maxConcurrency: 2,
      }),
    );
    new Rule(this, 'DirectoryChanged', {
      ruleName: `${config.prefix}-directory-changed`,
      description: 'A file was published to Server Directory or withdrawn',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: {
          bucket: { name: [data.origins['server-directory'].bucketName] },
          object: { key: [{ 'anything-but': { prefix: directoryIndexPrefix } }] },
        },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    return indexServerDirectory;
  }

  /** Writes the changes of the asset table into files that searches read. */
  private makeIndexLibrary(config: Config, data: DataStack): PressroomFunction {
    const indexLibrary = new PressroomFunction(this, 'IndexLibrary', {
      config,
      folder: 'index-library',
      contract: indexLibraryEnvironment,
      bind: {
        JOBS_BUCKET: bucket(data.jobs, { objects: ['PutObject'], keys: `${shortLivedPrefix}*/search/*` }),
      },
      memory: 512,
      // Readers look back for `maxLagMs` (domain/library/index-places.ts), which is longer.
      timeout: Duration.minutes(1),
    });
    const stream = data.assetTable.tableStreamArn;
    if (stream === undefined) throw new Error('The asset table has no stream');
    const { lambda } = indexLibrary;
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [stream],
      }),
    );
    // Lists know no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    lambda.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
    const mapping = new EventSourceMapping(this, 'AssetStream', {
      target: lambda,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 1_000,
      maxBatchingWindow: Duration.seconds(1),
      // A batch that fails is tried again until its records expire, after 24 hours: nothing is left out of the indexes.
      filters: [
        FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual(assetKey('', '').sk) } } } }),
        FilterCriteria.filter({
          dynamodb: { Keys: { sk: { S: FilterRule.beginsWith(memberOfKey('', '', '').sk) } } },
        }),
      ],
    });
    const policy = lambda.role?.node.tryFindChild('DefaultPolicy');
    // Lambda checks the permissions when the mapping is made.
    if (policy) mapping.node.addDependency(policy);
    return indexLibrary;
  }

  /** Writes the originals of many assets into a ZIP file. */
  private makeZipAssets(config: Config, data: DataStack): { function: PressroomFunction; queue: Queue } {
    const timeout = Duration.minutes(15);
    const { queue } = new QueueWithDeadLetters(this, 'ZipFilesToWrite', {
      name: `${config.prefix}-zip-assets`,
      functionTimeout: timeout,
    });
    const zipAssets = new PressroomFunction(this, 'ZipAssets', {
      config,
      folder: 'zip-assets',
      contract: zipAssetsEnvironment,
      bind: {
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: `${zipPrefix}*`,
          list: true,
        }),
        MASTERS_BUCKET: bucket(data.masters, { objects: ['GetObject', 'GetObjectVersion'], list: true }),
        // Where its time does not suffice it asks for the rest itself.
        ZIP_QUEUE: queueToSendTo(queue),
      },
      // More for its share of CPU and network than for its memory: it holds two upload parts of 16 MiB.
      memory: 1_024,
      timeout,
    });
    zipAssets.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
    return { function: zipAssets, queue };
  }

  /** Builds search indexes, and stores new snapshots when enough has changed. */
  private makeRebuildIndex(config: Config, data: DataStack): { function: PressroomFunction; queue: Queue } {
    const timeout = Duration.minutes(15);
    const { queue } = new QueueWithDeadLetters(this, 'IndexesToRebuild', {
      name: `${config.prefix}-rebuild-index`,
      functionTimeout: timeout,
    });
    const rebuildIndex = new PressroomFunction(this, 'RebuildIndex', {
      config,
      folder: 'rebuild-index',
      contract: rebuildIndexEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, ['BatchGetItem'], [assetTable.indexes.byName.name]),
        JOB_TABLE: table(data.jobTable, ['Query']),
        MASTERS_BUCKET: bucket(data.masters, { objects: ['GetObject', 'GetObjectVersion'] }),
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: ['_search/*', `${shortLivedPrefix}*/search/*`],
          list: true,
        }),
        INDEX_QUEUE: queueToSendTo(queue),
      },
      // One vCPU: SQLite works in one thread.
      memory: 1_769,
      disk: searchDisk,
      timeout,
    });
    rebuildIndex.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 4 }),
    );
    new Rule(this, 'Hourly', {
      ruleName: `${config.prefix}-rebuild-index`,
      description: 'Search indexes are stored when enough has changed',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new FunctionTarget(rebuildIndex.lambda, { retryAttempts: 2 })],
    });
    return { function: rebuildIndex, queue };
  }
}
