import { ArnFormat, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnBucket, HttpMethods, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { assetTable, jobDays, jobTable, secretTable } from '../../adapters/dynamodb/keys.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { zipDays, zipPrefix } from '../../domain/library/zip-download.ts';
import { maxReceives as fetchReceives } from '../../functions/fetch-files/fetch-files.contract.ts';
import { actionReceives } from '../../functions/run-action/run-action.contract.ts';
import { type Config, webOrigins } from '../config.ts';
import { exportOutput, keepExports } from '../constructs/export-output.ts';
import { edgePrefix, edgeRegion } from '../constructs/global-name.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { deadLetterDays, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { recordSettings } from '../constructs/recorded-settings.ts';
import { SignIn } from '../constructs/sign-in.ts';

/** Plans, and what the maps over them report, serve nobody once their job has ended; a log put together can be made again. */
const shortLivedDays = 30;

/** Keys of CloudFront's access logs begin with it. */
export const cloudFrontLogPrefix = 'cloudfront';

/** Requests to buckets and to the distribution, for the investigation of incidents. */
const accessLogDays = 90;

const string = AttributeType.STRING;

/** A notification has 15 seconds; mails go out beside it, and what they wait for may have to be asked for again. */
export const sendNotificationTimeout = Duration.minutes(1);

/** A large file is fetched in several calls, if its source is slow. */
export const fetchFilesTimeout = Duration.minutes(15);

/** A job that needs longer gets further calls; jobs take turns. */
export const runActionTimeout = Duration.minutes(5);

export interface DataStackProps extends StackProps {
  readonly config: Config;
  /** Web origin of the console. */
  readonly consoleOrigin: string;
}

/** All that must not be lost: media, records, and who may sign in. Of other stacks it knows the console's address only. */
export class DataStack extends Stack {
  readonly consoleOrigin: string;
  readonly accessLogs: IBucket;
  readonly uploads: IBucket;
  readonly masters: IBucket;
  readonly jobs: IBucket;
  readonly origins: Readonly<Record<Server, IBucket>>;
  readonly assetTable: ITable;
  readonly jobTable: ITable;
  /** What has happened, for others to build on. */
  readonly eventBus: IEventBus;
  /** What companies' notifications are signed with: a table of its own, so that only who signs can read it. */
  readonly secretTable: ITable;
  /** Jobs that have begun or ended, to be told of. Here, since who fills it and who reads it know nothing of each other. */
  readonly notifications: QueueWithDeadLetters;
  /** Sources to be listed and files to be fetched by fetch-files. Here, since three functions fill it. */
  readonly fetches: QueueWithDeadLetters;
  /** Action jobs that run-action works on. Here, since three functions fill it. */
  readonly actions: QueueWithDeadLetters;
  readonly userPool: UserPool;
  readonly userPoolClient: UserPoolClient;
  /** Address of the login pages and of the token endpoint, without a slash at its end. */
  readonly loginAddress: string;

  constructor(scope: Construct, id: string, { config, consoleOrigin, ...props }: DataStackProps) {
    super(scope, id, props);
    this.consoleOrigin = consoleOrigin;

    this.accessLogs = this.makeAccessLogBucket(config);
    const common = { config, accessLogs: this.accessLogs };
    this.uploads = this.makeUploadBucket(config);
    this.masters = new PrivateBucket(this, 'Masters', { ...common, versioned: true }).bucket;
    this.jobs = new PrivateBucket(this, 'Jobs', {
      ...common,
      lifecycle: [
        { id: 'drop-old-logs', expiration: Duration.days(jobDays) },
        {
          id: 'drop-plans-and-exports',
          prefix: shortLivedPrefix,
          expiration: Duration.days(shortLivedDays),
        },
        { id: 'drop-zip-files', prefix: zipPrefix, expiration: Duration.days(zipDays) },
      ],
    }).bucket;
    this.origins = this.makeOrigins(config);

    this.assetTable = this.inUse(
      'AssetTableInUse',
      this.makeAssetTable(config),
      config.assetTableName,
      config.assetTableStreamArn,
    );
    this.jobTable = this.inUse('JobTableInUse', this.makeJobTable(config), config.jobTableName);

    // As the interface: the class is not assignable to it under `exactOptionalPropertyTypes`.
    this.eventBus = new EventBus(this, 'Events', {
      eventBusName: config.prefix,
      description: 'Publish jobs that changed, and assets that went live',
    }) as unknown as IEventBus;
    this.secretTable = this.inUse(
      'SecretTableInUse',
      this.makeTable('SecretTable', config, secretTable),
      config.secretTableName,
    );
    this.notifications = new QueueWithDeadLetters(this, 'Notifications', {
      name: `${config.prefix}-send-notification`,
      functionTimeout: sendNotificationTimeout,
    });

    this.fetches = new QueueWithDeadLetters(this, 'Fetches', {
      name: `${config.prefix}-fetch-files`,
      functionTimeout: fetchFilesTimeout,
      // As of ingest-upload: docs/decisions/0022.
      visibility: fetchFilesTimeout.plus(Duration.minutes(1)),
      maxReceives: fetchReceives,
    });

    this.actions = new QueueWithDeadLetters(this, 'Actions', {
      name: `${config.prefix}-run-action`,
      functionTimeout: runActionTimeout,
      // A call claims its job until it ends. A message that comes back before would find the claim, and be lost.
      visibility: runActionTimeout.plus(Duration.minutes(1)),
      maxReceives: actionReceives,
    });

    const signIn = new SignIn(this, config, consoleOrigin);
    this.userPool = signIn.userPool;
    this.userPoolClient = signIn.userPoolClient;
    this.loginAddress = signIn.loginAddress;

    const outputs = {
      UploadBucket: this.uploads.bucketName,
      MastersBucket: this.masters.bucketName,
      JobsBucket: this.jobs.bucketName,
      ...Object.fromEntries(
        servers.map((server) => [`${pascalCase(server)}Bucket`, this.origins[server].bucketName]),
      ),
      AssetTable: this.assetTable.tableName,
      JobTable: this.jobTable.tableName,
      EventBus: this.eventBus.eventBusName,
      UserPoolId: this.userPool.userPoolId,
      UserPoolClientId: this.userPoolClient.userPoolClientId,
      LoginAddress: this.loginAddress,
    };
    for (const [name, value] of Object.entries(outputs)) exportOutput(this, config, name, value);
    recordSettings(this, config);
  }

  private makeAccessLogBucket(config: Config): IBucket {
    const { bucket } = new PrivateBucket(this, 'AccessLogs', {
      config,
      lifecycle: [{ id: 'drop-old-logs', expiration: Duration.days(accessLogDays) }],
    });
    // The permission that CloudWatch Logs would add by itself: written here, so that a deployment does not remove it.
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`${cloudFrontLogPrefix}/*`)],
        conditions: {
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': this.account },
          // Deliveries of CloudFront's logs exist in us-east-1 only.
          ArnLike: {
            'aws:SourceArn': this.formatArn({
              service: 'logs',
              region: edgeRegion,
              resource: 'delivery-source',
              resourceName: `${edgePrefix(config, this.region)}-distribution`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    // count-usage adds up the log files of CloudFront.
    emitEvents(bucket);
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'The bucket that access logs go to: logging its own requests into itself would never end.',
    });
    return bucket;
  }

  private makeUploadBucket(config: Config): IBucket {
    const { bucket } = new PrivateBucket(this, 'Uploads', {
      config,
      accessLogs: this.accessLogs,
      // Ingest removes a file within minutes. What stays waits for operators to send its event again: as long as that is kept.
      lifecycle: [{ id: 'drop-what-was-not-ingested', expiration: Duration.days(deadLetterDays) }],
      cors: [
        {
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: [...webOrigins(config, this.consoleOrigin)],
          allowedHeaders: ['*'],
          // A browser needs the ETag of each part to complete a multipart upload.
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
    });
    emitEvents(bucket);
    return bucket;
  }

  private makeOrigins(config: Config): Record<Server, IBucket> {
    const origins = Object.fromEntries(
      servers.map((server) => [
        server,
        new PrivateBucket(this, pascalCase(server), { config, accessLogs: this.accessLogs }).bucket,
      ]),
    ) as Record<Server, IBucket>;
    // index-server-directory writes an index of what is there.
    emitEvents(origins['server-directory']);
    // Pictures are read by serve-image, which has a role of its own: CloudFront itself reads files and video only.
    // `_/` has the modules of the viewers.
    this.letCloudFrontRead(origins['image-serving'], ['*/content/*', '_/*']);
    this.letCloudFrontRead(origins.video, ['*']);
    return origins;
  }

  /**
   * Any distribution of this account may read, not only ours: naming ours would make this stack depend on the delivery
   * stack, which depends on this one. Other distributions of the account have no origin that points here.
   */
  private letCloudFrontRead(origin: IBucket, keys: readonly string[]): void {
    const shared = {
      principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
      conditions: {
        ArnLike: {
          'AWS:SourceArn': this.formatArn({
            service: 'cloudfront',
            region: '',
            resource: 'distribution',
            resourceName: '*',
          }),
        },
      },
    };
    origin.addToResourcePolicy(
      new PolicyStatement({
        ...shared,
        actions: ['s3:GetObject'],
        resources: keys.map((pattern) => origin.arnForObjects(pattern)),
      }),
    );
    // Without it S3 says 403 for a missing key, to hide whether it exists; a visitor should see 404.
    origin.addToResourcePolicy(
      new PolicyStatement({ ...shared, actions: ['s3:ListBucket'], resources: [origin.bucketArn] }),
    );
  }

  private makeAssetTable(config: Config): Table {
    const warm = warmThroughputOf(config);
    // The search indexes follow it. What is deleted needs only its keys.
    const stream = StreamViewType.NEW_IMAGE;
    const table = this.makeTable('AssetTable', config, assetTable, { ...warm, stream });
    const { pending, ...keysOnly } = assetTable.indexes;
    for (const { name, partitionKey, sortKey } of Object.values(keysOnly)) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: string },
        sortKey: { name: sortKey, type: sortKey === 'bytes' ? AttributeType.NUMBER : string },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    table.addGlobalSecondaryIndex({
      indexName: pending.name,
      partitionKey: { name: pending.partitionKey, type: string },
      sortKey: { name: pending.sortKey, type: string },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...pending.includes],
      // The other indexes are not written by publishing.
      ...warm,
    });
    return table;
  }

  private makeJobTable(config: Config): Table {
    const table = this.makeTable('JobTable', config, jobTable);
    for (const { name, partitionKey, sortKey, includes } of Object.values(jobTable.indexes)) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: string },
        sortKey: { name: sortKey, type: string },
        projectionType: ProjectionType.INCLUDE,
        // The keys are there in any case, and may not be named twice.
        nonKeyAttributes: includes.filter((attribute) => attribute !== sortKey),
      });
    }
    return table;
  }

  /**
   * The table that the functions use: the stack's own, or one that was restored from a backup. The own table stays in the
   * stack with its exports, so that the switch replaces nothing and can be taken back.
   * @param restored its name
   * @param stream ARN of its stream
   */
  private inUse(id: string, own: Table, restored: string | undefined, stream?: string): ITable {
    keepExports(this, own.tableName, own.tableArn, ...(own.tableStreamArn ? [own.tableStreamArn] : []));
    // As the interface: the class is not assignable to it under `exactOptionalPropertyTypes`.
    if (restored === undefined) return own as unknown as ITable;
    return Table.fromTableAttributes(this, id, {
      tableName: restored,
      ...(stream !== undefined && { tableStreamArn: stream }),
    }) as unknown as ITable;
  }

  private makeTable(
    id: string,
    config: Config,
    keys: { partitionKey: string; sortKey: string; timeToLive?: string },
    more: Pick<TableProps, 'warmThroughput' | 'stream'> = {},
  ): Table {
    return new Table(this, id, {
      partitionKey: { name: keys.partitionKey, type: string },
      sortKey: { name: keys.sortKey, type: string },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Keys that AWS owns: no key of ours to pay for per request, or to lose.
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.data === 'retain',
      // Not RetainExceptOnCreate: CloudFormation cannot delete what refuses deletion, and the failed creation would stay.
      removalPolicy: config.data === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(keys.timeToLive && { timeToLiveAttribute: keys.timeToLive }),
      ...more,
    });
  }
}

/** Set on the L1: the L2's flag would add a custom resource with a Lambda function of its own. */
function emitEvents(bucket: IBucket): void {
  (bucket.node.defaultChild as CfnBucket).addPropertyOverride('NotificationConfiguration', {
    EventBridgeConfiguration: { EventBridgeEnabled: true },
  });
}

type WarmTable = Pick<TableProps, 'warmThroughput'>;

/** What a table on demand reads from its first moment on. */
const usualReadUnits = 12_000;

function warmThroughputOf({ warmThroughput }: Config): WarmTable {
  if (warmThroughput === undefined) return {};
  return { warmThroughput: { readUnitsPerSecond: usualReadUnits, writeUnitsPerSecond: warmThroughput } };
}

function pascalCase(words: string): string {
  return words.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
