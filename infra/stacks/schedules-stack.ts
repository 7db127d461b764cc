import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { assetTable } from '../../adapters/dynamodb/keys.ts';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { environment as datesEnvironment } from '../../functions/apply-dates/env.ts';
import { environment as reconcileEnvironment } from '../../functions/reconcile-schedules/env.ts';
import { environment as startEnvironment } from '../../functions/start-job/env.ts';
import type { Config } from '../config.ts';
import {
  type Binding,
  bucket,
  eventBusToPutOn,
  plainText,
  queueToSendTo,
  roleToPass,
  type ScheduleAction,
  scheduleGroup,
  stateMachineToStart,
  table,
} from '../constructs/binding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { deadLetterQueue, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';
import type { PublishingStack } from './publishing-stack.ts';

export interface SchedulesStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly publishing: PublishingStack;
  readonly delivery: DeliveryStack;
}

/**
 * From a schedule to its jobs: a group of EventBridge Scheduler, what it calls, and what keeps both in step. And from the dates of
 * assets to what happens then.
 */
export class SchedulesStack extends Stack {
  readonly startJob: PressroomFunction;
  readonly reconcileSchedules: PressroomFunction;
  readonly applyDates: PressroomFunction;
  /** What a function needs to set schedules, by the names of its environment. */
  readonly bindScheduler: (
    actions: readonly ScheduleAction[],
  ) => Readonly<Record<'SCHEDULE_GROUP' | 'SCHEDULE_ROLE' | 'SCHEDULE_DEAD_LETTERS' | 'START_JOB', Binding>>;

  constructor(
    scope: Construct,
    id: string,
    { config, data, publishing, delivery, ...props }: SchedulesStackProps,
  ) {
    super(scope, id, props);
    this.applyDates = this.makeApplyDates({ config, data, publishing, delivery });

    const deadLetters = deadLetterQueue(this, 'StartJobDeadLetters', `${config.prefix}-start-job`);
    const startJob = new PressroomFunction(this, 'StartJob', {
      config,
      folder: 'start-job',
      contract: startEnvironment,
      bind: {
        // Only its name: it records no asset.
        ASSET_TABLE: plainText(data.assetTable.tableName),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'PutItem', 'UpdateItem']),
        // The URLs of an upload.
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: `${shortLivedPrefix}*/source.json`,
        }),
        FETCH_QUEUE: queueToSendTo(data.fetches.queue),
        PUBLISH_STATE_MACHINE: stateMachineToStart(publishing.stateMachineArn),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
      },
      memory: 256,
      timeout: Duration.minutes(1),
      deadLetters,
    });
    this.startJob = startJob;

    const group = new CfnScheduleGroup(this, 'Group', { name: config.prefix });
    const role = new Role(this, 'SchedulerRole', {
      description: 'EventBridge Scheduler starts the jobs of schedules',
      // Only for schedules of this group, so that nobody else has Scheduler call on his behalf.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': this.account,
            'aws:SourceArn': this.formatArn({
              service: 'scheduler',
              resource: 'schedule-group',
              resourceName: config.prefix,
            }),
          },
        },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [startJob.lambda.functionArn] }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );

    this.bindScheduler = (actions) => ({
      SCHEDULE_GROUP: scheduleGroup(group, config.prefix, actions),
      SCHEDULE_ROLE: roleToPass(role, 'scheduler.amazonaws.com'),
      SCHEDULE_DEAD_LETTERS: plainText(deadLetters.queueArn),
      START_JOB: plainText(startJob.lambda.functionArn),
    });

    const timeout = Duration.minutes(15);
    const { queue } = new QueueWithDeadLetters(this, 'SchedulesToReconcile', {
      name: `${config.prefix}-reconcile-schedules`,
      functionTimeout: timeout,
    });
    this.reconcileSchedules = new PressroomFunction(this, 'ReconcileSchedules', {
      config,
      folder: 'reconcile-schedules',
      contract: reconcileEnvironment,
      bind: {
        JOB_TABLE: table(data.jobTable, ['GetItem', 'Query', 'UpdateItem']),
        ...this.bindScheduler([
          'ListSchedules',
          'GetSchedule',
          'CreateSchedule',
          'UpdateSchedule',
          'DeleteSchedule',
        ]),
        RECONCILE_QUEUE: queueToSendTo(queue),
      },
      memory: 512,
      // What it does not come to in this time it passes on to another call.
      timeout,
    });
    this.reconcileSchedules.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 4 }),
    );
    new Rule(this, 'Daily', {
      ruleName: `${config.prefix}-reconcile-schedules`,
      description: 'Schedules are compared with EventBridge Scheduler once a day',
      // Apart from the clean-up of the library; any time would do.
      schedule: Schedule.cron({ hour: '3', minute: '50' }),
      targets: [new FunctionTarget(this.reconcileSchedules.lambda, { retryAttempts: 2 })],
    });
  }

  /** Publishes and withdraws assets at their dates. */
  private makeApplyDates({ config, data, publishing, delivery }: SchedulesStackProps): PressroomFunction {
    const timeout = Duration.minutes(5);
    const { queue } = new QueueWithDeadLetters(this, 'DatesToApply', {
      name: `${config.prefix}-apply-dates`,
      functionTimeout: timeout,
      // Repeating changes nothing. A withdrawal that failed must not wait for half an hour.
      visibility: timeout,
    });
    const withdrawn = { objects: ['DeleteObject'] } as const;
    const applyDates = new PressroomFunction(this, 'ApplyDates', {
      config,
      folder: 'apply-dates',
      contract: datesEnvironment,
      bind: {
        ASSET_TABLE: table(
          data.assetTable,
          ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
          [assetTable.indexes.due.name],
        ),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'PutItem', 'UpdateItem']),
        // The lists of the jobs that it makes.
        JOBS_BUCKET: bucket(data.jobs, { objects: ['PutObject'] }),
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], withdrawn),
        IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], withdrawn),
        VIDEO_BUCKET: bucket(data.origins.video, withdrawn),
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], withdrawn),
        PUBLISH_STATE_MACHINE: stateMachineToStart(publishing.stateMachineArn),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
        DATES_QUEUE: queueToSendTo(queue),
      },
      memory: 512,
      // What it does not come to in this time it passes on to another call.
      timeout,
    });
    applyDates.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 4 }),
    );
    new Rule(this, 'EveryMinute', {
      ruleName: `${config.prefix}-apply-dates`,
      description: 'Assets are published and withdrawn at their dates',
      schedule: Schedule.rate(Duration.minutes(1)),
      // The next look follows in a minute.
      targets: [new FunctionTarget(applyDates.lambda, { retryAttempts: 0 })],
    });
    return applyDates;
  }
}
