import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { type AlarmRule, addAlarms, metric, period } from '../constructs/add-alarms.ts';
import { edgeRegion, globalName } from '../constructs/global-name.ts';
import type { PressroomFunction } from '../constructs/pressroom-function.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';
import type { IngestStack } from './ingest-stack.ts';
import type { LibraryStack } from './library-stack.ts';
import type { NotificationStack } from './notification-stack.ts';
import type { PublishingStack } from './publishing-stack.ts';
import type { SchedulesStack } from './schedules-stack.ts';

/** Functions that leave what they cannot do in a queue. */
const withDeadLetters = [
  'ingest-upload',
  'ingest-upload-large',
  'fetch-files',
  'finish-job',
  'send-invalidations',
  'start-job',
  'apply-dates',
  'send-notification',
  'export-log',
  'store-plan',
  'reconcile-jobs',
  'reconcile-schedules',
  'clean-up-library',
  'rebuild-index',
  'zip-assets',
  'run-action',
  'count-usage',
  'index-server-directory',
];

/** Queues that a function reads, with the minutes that a message may wait in them. */
const queues = [
  { name: 'ingest-upload', maxMinutes: 15, description: 'Uploaded files have' },
  { name: 'ingest-upload-large', maxMinutes: 60, description: 'Large uploaded files have' },
  { name: 'fetch-files', maxMinutes: 120, description: 'Files that are to be fetched have' },
  { name: 'send-invalidations', maxMinutes: 15, description: 'Invalidations of withdrawn assets have' },
  // A later attempt of a notification waits in the queue for 15 minutes at a time.
  { name: 'send-notification', maxMinutes: 30, description: 'Notifications about jobs have' },
  { name: 'export-log', maxMinutes: 30, description: 'Requested log files have' },
  { name: 'store-plan', maxMinutes: 30, description: 'Plans of large scopes have' },
  { name: 'reconcile-jobs', maxMinutes: 30, description: 'Companies whose jobs are to be checked have' },
  { name: 'reconcile-schedules', maxMinutes: 120, description: 'Schedules that are to be compared have' },
  { name: 'clean-up-library', maxMinutes: 120, description: 'Companies whose trash is to be emptied have' },
  // A message waits for its minute, which is less than one away.
  { name: 'apply-dates', maxMinutes: 15, description: 'Assets that are to be published or withdrawn have' },
  { name: 'rebuild-index', maxMinutes: 60, description: 'Search indexes that are to be stored have' },
  { name: 'zip-assets', maxMinutes: 60, description: 'Requested ZIP files have' },
  { name: 'run-action', maxMinutes: 30, description: 'Action jobs have' },
  {
    name: 'count-usage',
    maxMinutes: 120,
    description: 'Log files and companies whose usage is to be counted have',
  },
  {
    name: 'index-server-directory',
    maxMinutes: 60,
    description: 'Files of Server Directory that are to be indexed have',
  },
];

/** Rules of EventBridge, without the prefix. */
const eventRules = [
  'upload-arrived',
  'execution-failed',
  'reconcile-jobs',
  'clean-up-library',
  'reconcile-schedules',
  'rebuild-index',
  'apply-dates',
  'log-arrived',
  'count-usage',
  'directory-changed',
];

/** Functions whose durations and concurrent executions the dashboard shows: those that wait for many or work long. */
const busyFunctions = [
  'serve-api',
  'serve-api-search',
  'serve-image',
  'ingest-upload',
  'plan-job',
  'publish-part',
];

/** Percent of the account's concurrent executions of Lambda. */
const maxConcurrencyPercent = 80;

/** Shares of all mails. From 5 % bounces and 0.1 % complaints on, SES puts an account under review. */
const maxBounceRate = 0.04;
const maxComplaintRate = 0.0008;

export interface ObservabilityStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly ingest: IngestStack;
  readonly publishing: PublishingStack;
  readonly delivery: DeliveryStack;
  readonly api: ApiStack;
  readonly library: LibraryStack;
  readonly schedules: SchedulesStack;
  readonly notification: NotificationStack;
}

/**
 * Alarms, each with an entry in the runbook, and the dashboards.
 * It takes names, not references, where names are given ones, so that few exports tie the other stacks to it.
 */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...rest }: ObservabilityStackProps) {
    const { data, ingest, publishing, delivery, api, library, schedules, notification, ...props } = rest;
    super(scope, id, props);
    const functions = [
      api.serveApi,
      api.serveSearch,
      delivery.serveImage,
      delivery.invalidateCdn,
      delivery.sendInvalidations,
      ingest.ingestUpload,
      ingest.ingestLarge,
      ingest.fetchFiles,
      library.cleanUpLibrary,
      library.indexLibrary,
      library.rebuildIndex,
      library.zipAssets,
      library.runAction,
      library.countUsage,
      library.indexServerDirectory,
      schedules.startJob,
      schedules.applyDates,
      schedules.reconcileSchedules,
      notification.sendNotification,
      ...publishing.functions,
    ];
    const apiErrors = metric('ApiGateway', '5xx', { ApiId: api.api.apiId });
    const edge = (name: string, statistic: string) =>
      metric(
        'CloudFront',
        name,
        { DistributionId: delivery.distribution.distributionId, Region: 'Global' },
        statistic,
      ).with({ region: edgeRegion });

    const rules: AlarmRule[] = [
      ...functions.map((subject) => ({
        subject: subject.folder,
        name: 'errors',
        description: `${subject.folder} keeps failing`,
        metric: functionMetric(subject, 'Errors'),
        // They run once a day, and are tried three times within minutes: there is no second period to wait for.
        ...([library.cleanUpLibrary, schedules.reconcileSchedules].includes(subject) && {
          periods: [1, 1] as const,
        }),
      })),
      // Where a throttle is seen by a person or slows a job down; the others are retried until they get through.
      ...[
        api.serveApi,
        api.serveSearch,
        delivery.serveImage,
        ...publishing.functions.filter(({ folder }) => folder === 'publish-part'),
      ].map((subject) => ({
        subject: subject.folder,
        name: 'throttles',
        description: `${subject.folder} is refused executions`,
        metric: functionMetric(subject, 'Throttles'),
      })),
      ...withDeadLetters.map((subject) => ({
        subject,
        name: 'dead-letters',
        description: `${subject} gave up on something, which waits in ${config.prefix}-${subject}-dead-letters`,
        metric: queueMetric(`${config.prefix}-${subject}-dead-letters`, 'ApproximateNumberOfMessagesVisible'),
        periods: [1, 1] as const,
      })),
      {
        subject: 'reconcile-schedules',
        name: 'repaired',
        description: 'Schedules were not set as their records say',
        metric: ownMetric('SchedulesRepaired', schedules.reconcileSchedules.name),
        periods: [1, 1],
      },
      {
        subject: 'clean-up-library',
        name: 'not-deleted',
        description: 'Assets or folders that are due could not be deleted for good',
        metric: ownMetric('NotDeleted', library.cleanUpLibrary.name),
        periods: [1, 1],
      },
      {
        subject: 'index-library',
        name: 'behind',
        description: 'The search indexes are more than 5 minutes behind the assets',
        metric: functionMetric(library.indexLibrary, 'IteratorAge', 'Maximum'),
        above: 5 * 60_000,
        periods: [2, 2],
      },
      {
        subject: 'publish-part',
        name: 'refused-statements',
        description: 'DynamoDB does not accept the statements of batched updates',
        metric: ownMetric('RefusedStatements', `${config.prefix}-publish-part`),
        periods: [1, 1],
      },
      ...queues.map(({ name, maxMinutes, description }) => ({
        subject: name,
        name: 'backlog',
        description: `${description} been waiting for more than ${maxMinutes} minutes`,
        metric: queueMetric(`${config.prefix}-${name}`, 'ApproximateAgeOfOldestMessage'),
        above: maxMinutes * 60,
        periods: [3, 3] as const,
      })),
      {
        subject: 'publish-job',
        name: 'failed',
        description: 'An execution of the publish job failed',
        metric: executionMetric(publishing, 'ExecutionsFailed'),
        periods: [1, 1],
      },
      {
        subject: 'publish-job',
        name: 'timed-out',
        description: 'An execution of the publish job ran out of time',
        metric: executionMetric(publishing, 'ExecutionsTimedOut'),
        periods: [1, 1],
      },
      {
        subject: 'publish-job',
        name: 'throttled',
        description: 'Step Functions slows the publish jobs down',
        metric: executionMetric(publishing, 'ExecutionThrottled'),
        periods: [3, 3],
      },
      {
        subject: 'reconcile-jobs',
        name: 'not-reconciled',
        description: 'A job that something went wrong with could not be read or reconciled',
        metric: ownMetric('NotReconciled', `${config.prefix}-reconcile-jobs`),
      },
      {
        subject: 'http-api',
        name: 'server-errors',
        description: 'The API answers with server errors',
        metric: apiErrors,
        above: 5,
      },
    ];
    rules.push(...this.serviceRules(config, data, delivery));
    const { prefix } = config;
    addAlarms(this, config, { prefix, topicName: `${prefix}-alarms` }, rules);

    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 12, period });
    new Dashboard(this, 'Dashboard', {
      // Dashboards belong to the account, not to a region.
      dashboardName: globalName(this, config, 'overview'),
      widgets: [
        [
          new SingleValueWidget({
            title: 'Publish jobs',
            width: 24,
            period: Duration.days(1),
            setPeriodToTimeRange: true,
            metrics: [
              'ExecutionsStarted',
              'ExecutionsSucceeded',
              'ExecutionsFailed',
              'ExecutionsTimedOut',
            ].map((name) => executionMetric(publishing, name)),
          }),
        ],
        [
          graph('Delivery: requests', edge('Requests', 'Sum')),
          graph('Delivery: bytes', edge('BytesDownloaded', 'Sum')),
        ],
        [graph('Delivery: errors, %', edge('4xxErrorRate', 'Average'), edge('5xxErrorRate', 'Average'))],
        [
          graph('API: requests', metric('ApiGateway', 'Count', { ApiId: api.api.apiId })),
          graph('API: errors', metric('ApiGateway', '4xx', { ApiId: api.api.apiId }), apiErrors),
        ],
        [graph('Lambda: executions at work, % of the account', concurrencyPercent())],
      ],
    });
    // Dashboards of their own: the free ones show up to 50 metrics each.
    new Dashboard(this, 'QueuesDashboard', {
      dashboardName: globalName(this, config, 'queues'),
      widgets: [
        [
          graph(
            'Queues: waiting',
            ...queues.map(({ name }) =>
              labelled(name, queueMetric(`${config.prefix}-${name}`, 'ApproximateNumberOfMessagesVisible')),
            ),
          ),
          graph(
            'Queues: dead letters',
            ...withDeadLetters.map((name) =>
              labelled(
                name,
                queueMetric(`${config.prefix}-${name}-dead-letters`, 'ApproximateNumberOfMessagesVisible'),
              ),
            ),
          ),
        ],
        [
          graph(
            'Queues: age of the oldest message, s',
            ...queues.map(({ name }) =>
              labelled(name, queueMetric(`${config.prefix}-${name}`, 'ApproximateAgeOfOldestMessage')),
            ),
          ),
        ],
      ],
    });
    const busy = functions.filter(({ folder }) => busyFunctions.includes(folder));
    new Dashboard(this, 'FunctionsDashboard', {
      dashboardName: globalName(this, config, 'functions'),
      widgets: [
        [
          graph(
            'Functions: errors',
            ...functions.map((subject) => labelled(subject.folder, functionMetric(subject, 'Errors'))),
          ),
          graph(
            'Functions: invocations',
            ...busy.map((subject) => labelled(subject.folder, functionMetric(subject, 'Invocations'))),
          ),
        ],
        [
          graph(
            'Functions: 95 % are done within, ms',
            ...busy.map((subject) => labelled(subject.folder, functionMetric(subject, 'Duration', 'p95'))),
          ),
          graph(
            'Functions: at work at a time',
            ...busy.map((subject) =>
              labelled(subject.folder, functionMetric(subject, 'ConcurrentExecutions', 'Maximum')),
            ),
          ),
        ],
      ],
    });
  }

  /** What the other services refuse or drop, and limits of the account. */
  private serviceRules(config: Config, data: DataStack, delivery: DeliveryStack): AlarmRule[] {
    const group = (name: string) => metric('Scheduler', name, { ScheduleGroup: config.prefix });
    return [
      {
        subject: 'serve-image',
        name: 'url-errors',
        description: 'The function URL of the image server responds with server errors',
        metric: functionMetric(delivery.serveImage, 'Url5xxCount'),
        above: 5,
      },
      {
        subject: 'lambda',
        name: 'concurrency',
        description: `More than ${maxConcurrencyPercent} % of the account's concurrent executions are in use`,
        metric: concurrencyPercent(),
        above: maxConcurrencyPercent,
        periods: [3, 3],
      },
      ...throttleRules('asset-table', data.assetTable),
      ...throttleRules('job-table', data.jobTable),
      {
        subject: 'schedules',
        name: 'dropped',
        description:
          'EventBridge Scheduler gave up on runs of schedules, or could not keep them as dead letters',
        metric: sum({
          dropped: group('InvocationDroppedCount'),
          lost: group('InvocationsFailedToBeSentToDeadLetterCount'),
        }),
        periods: [1, 1],
      },
      {
        subject: 'events',
        name: 'failed',
        description: 'EventBridge could not deliver an event to a function or a queue',
        metric: sum(
          Object.fromEntries(
            eventRules.map((rule, index) => [
              `rule${index}`,
              metric('Events', 'FailedInvocations', { RuleName: `${config.prefix}-${rule}` }),
            ]),
          ),
        ),
        periods: [1, 1],
      },
      // The reputation of the account, which SES reports to the whole account.
      ...(config.mailFrom === undefined
        ? []
        : [
            {
              subject: 'mail',
              name: 'bounces',
              description: 'Too many mails of this account come back',
              metric: metric('SES', 'Reputation.BounceRate', {}, 'Maximum'),
              above: maxBounceRate,
              periods: [1, 1] as const,
            },
            {
              subject: 'mail',
              name: 'complaints',
              description: 'Too many recipients mark mails of this account as spam',
              metric: metric('SES', 'Reputation.ComplaintRate', {}, 'Maximum'),
              above: maxComplaintRate,
              periods: [1, 1] as const,
            },
          ]),
    ];
  }
}

/**
 * A query instead of one metric for the table and each of its indexes: new indexes are included, and metrics of throttles
 * exist, and are paid for, only while there are throttles.
 */
function throttleRules(subject: string, { tableName }: ITable): AlarmRule[] {
  return (['Read', 'Write'] as const).map((kind) => ({
    subject,
    name: `${kind.toLowerCase()}-throttles`,
    description: `DynamoDB throttles ${kind.toLowerCase()}s of the ${subject.replace('-', ' ')} or of an index`,
    metric: new MathExpression({
      expression: `SELECT SUM(${kind}ThrottleEvents) FROM "AWS/DynamoDB" WHERE TableName = '${tableName}'`,
      period,
      label: `${subject}: ${kind.toLowerCase()} throttles`,
    }),
    periods: [3, 3] as const,
  }));
}

/** Concurrent executions of all functions of the account, of those that its quota allows. */
function concurrencyPercent(): MathExpression {
  return new MathExpression({
    expression: 'used / SERVICE_QUOTA(used) * 100',
    usingMetrics: {
      used: metric(
        'Usage',
        'ResourceCount',
        { Service: 'Lambda', Resource: 'ConcurrentExecutions', Type: 'Resource', Class: 'None' },
        'Maximum',
      ),
    },
    period,
    label: 'of the quota',
  });
}

/** Several counts as one. */
function sum(usingMetrics: Readonly<Record<string, Metric>>): MathExpression {
  const terms = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: terms.join(' + '), usingMetrics: { ...usingMetrics }, period });
}

/** A metric that a function emits itself (adapters/runtime/emit-metrics.ts). */
function ownMetric(metricName: string, functionName: string): Metric {
  const dimensionsMap = { FunctionName: functionName };
  return new Metric({ namespace: 'Pressroom', metricName, dimensionsMap, statistic: 'Sum', period });
}

/** For graphs only: a label turns the metric of an alarm into metric math, which is more than it needs. */
function labelled(label: string, of: Metric): Metric {
  return of.with({ label });
}

function functionMetric(of: PressroomFunction, name: string, statistic?: string): Metric {
  return metric('Lambda', name, { FunctionName: of.name }, statistic);
}

function queueMetric(queueName: string, name: string): Metric {
  return metric('SQS', name, { QueueName: queueName }, 'Maximum');
}

function executionMetric(publishing: PublishingStack, name: string): Metric {
  return metric('States', name, { StateMachineArn: publishing.stateMachineArn });
}
