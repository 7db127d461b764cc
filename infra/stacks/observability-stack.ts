import { Annotations, Duration, Stack, type StackProps, Token } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  Metric,
  type MetricProps,
  SingleValueWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { globalName } from '../constructs/global-name.ts';
import type { PressroomFunction } from '../constructs/pressroom-function.ts';
import type { ApiStack } from './api-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';
import type { IngestStack } from './ingest-stack.ts';
import type { LibraryStack } from './library-stack.ts';
import type { NotificationStack } from './notification-stack.ts';
import type { PublishingStack } from './publishing-stack.ts';
import type { SchedulesStack } from './schedules-stack.ts';

const period = Duration.minutes(5);

/** Functions that leave what they cannot do in a queue. */
const withDeadLetters = [
  'ingest-upload',
  'ingest-upload-large',
  'finish-job',
  'send-invalidations',
  'start-job',
  'send-notification',
  'export-log',
  'reconcile-jobs',
  'reconcile-schedules',
  'clean-up-library',
];

export interface ObservabilityStackProps extends StackProps {
  readonly config: Config;
  readonly ingest: IngestStack;
  readonly publishing: PublishingStack;
  readonly delivery: DeliveryStack;
  readonly api: ApiStack;
  readonly library: LibraryStack;
  readonly schedules: SchedulesStack;
  readonly notification: NotificationStack;
}

interface AlarmRule {
  /** A function's folder, or the one word of what else is watched. */
  readonly subject: string;
  /** With `of` the name of the alarm and the heading of its entry in docs/operations.md. */
  readonly name: string;
  /** A description of the incident for the operator. */
  readonly description: string;
  readonly metric: Metric;
  /** Above it is too much. Default 0. */
  readonly above?: number;
  /** How many of how many periods of five minutes. Default 2 of 3: a single retried hiccup wakes nobody. */
  readonly periods?: readonly [number, number];
}

/**
 * Alarms, each with an entry in the runbook, and one dashboard.
 * It takes names, not references, where names are given ones, so that few exports tie the other stacks to it.
 */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...rest }: ObservabilityStackProps) {
    const { ingest, publishing, delivery, api, library, schedules, notification, ...props } = rest;
    super(scope, id, props);
    const functions = [
      api.serveApi,
      delivery.serveImage,
      delivery.invalidateCdn,
      delivery.sendInvalidations,
      ingest.ingestUpload,
      ingest.ingestLarge,
      library.cleanUpLibrary,
      schedules.startJob,
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
      );

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
        metric: new Metric({
          namespace: 'Pressroom',
          metricName: 'SchedulesRepaired',
          dimensionsMap: { FunctionName: schedules.reconcileSchedules.name },
          statistic: 'Sum',
          period,
        }),
        periods: [1, 1],
      },
      {
        subject: 'clean-up-library',
        name: 'not-deleted',
        description: 'Assets or folders that are due could not be deleted for good',
        metric: new Metric({
          namespace: 'Pressroom',
          metricName: 'NotDeleted',
          dimensionsMap: { FunctionName: library.cleanUpLibrary.name },
          statistic: 'Sum',
          period,
        }),
        periods: [1, 1],
      },
      {
        subject: 'publish-part',
        name: 'refused-statements',
        description: 'DynamoDB does not accept the statements of batched updates',
        metric: new Metric({
          namespace: 'Pressroom',
          metricName: 'RefusedStatements',
          dimensionsMap: { FunctionName: `${config.prefix}-publish-part` },
          statistic: 'Sum',
          period,
        }),
        periods: [1, 1],
      },
      {
        subject: 'ingest-upload',
        name: 'backlog',
        description: 'Uploaded files have been waiting for more than 15 minutes',
        metric: queueMetric(`${config.prefix}-ingest-upload`, 'ApproximateAgeOfOldestMessage'),
        above: 900,
        periods: [3, 3],
      },
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
        subject: 'reconcile-jobs',
        name: 'not-reconciled',
        description: 'A job that something went wrong with could not be read or reconciled',
        metric: new Metric({
          namespace: 'Pressroom',
          metricName: 'NotReconciled',
          dimensionsMap: { FunctionName: `${config.prefix}-reconcile-jobs` },
          statistic: 'Sum',
          period,
        }),
      },
      {
        subject: 'http-api',
        name: 'server-errors',
        description: 'The API answers with server errors',
        metric: apiErrors,
        above: 5,
      },
    ];
    // CloudFront reports to us-east-1 wherever the rest lives, and an alarm can only watch its own region.
    if (Token.isUnresolved(this.region) || this.region === 'us-east-1')
      rules.push({
        subject: 'distribution',
        name: 'server-errors',
        description: 'More than 1 % of the deliveries end with a server error',
        metric: edge('5xxErrorRate', 'Average'),
        above: 1,
        periods: [3, 3],
      });
    else
      Annotations.of(this).addInfo(
        'The alarm on the distribution is left out: CloudFront reports its metrics in us-east-1 only.',
      );

    const mail = config.alarmEmail && this.makeTopic(config.prefix, config.alarmEmail);
    const alarms = rules.map((rule) => this.addAlarm(config, rule));
    if (mail) for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(mail));

    const graph = (title: string, ...left: Metric[]) => new GraphWidget({ title, left, width: 12, period });
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
          graph('Delivery: errors, %', edge('4xxErrorRate', 'Average'), edge('5xxErrorRate', 'Average')),
        ],
        [
          graph('API: requests', metric('ApiGateway', 'Count', { ApiId: api.api.apiId })),
          graph('API: errors', metric('ApiGateway', '4xx', { ApiId: api.api.apiId }), apiErrors),
        ],
        [
          graph(
            'Functions: invocations',
            ...functions.map((subject) => labelled(subject.folder, functionMetric(subject, 'Invocations'))),
          ),
          graph(
            'Functions: errors',
            ...functions.map((subject) => labelled(subject.folder, functionMetric(subject, 'Errors'))),
          ),
        ],
        [
          graph(
            'Functions: 95 % are done within, ms',
            ...functions.map((subject) =>
              labelled(subject.folder, functionMetric(subject, 'Duration', 'p95')),
            ),
          ),
          graph(
            'Functions: at work at a time',
            ...functions.map((subject) =>
              labelled(subject.folder, functionMetric(subject, 'ConcurrentExecutions', 'Maximum')),
            ),
          ),
        ],
        [
          graph(
            'Queues: waiting',
            ...['ingest-upload', 'send-invalidations', 'send-notification', 'export-log'].map((name) =>
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
      ],
    });
  }

  private addAlarm(
    config: Config,
    { subject, name, description, metric: watched, above = 0, periods = [2, 3] }: AlarmRule,
  ): Alarm {
    return new Alarm(this, `${subject}-${name}`, {
      alarmName: `${config.prefix}/${subject}/${name}`,
      alarmDescription: `${description}. What to do: docs/operations.md#${subject}-${name}`,
      metric: watched,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: periods[0],
      evaluationPeriods: periods[1],
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private makeTopic(prefix: string, email: string): Topic {
    const topic = new Topic(this, 'Alarms', { topicName: `${prefix}-alarms`, enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}

function metric(
  service: string,
  metricName: string,
  dimensionsMap: NonNullable<MetricProps['dimensionsMap']>,
  statistic = 'Sum',
): Metric {
  return new Metric({ namespace: `AWS/${service}`, metricName, dimensionsMap, statistic, period });
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
