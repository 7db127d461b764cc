import { readFileSync } from 'node:fs';
import { ArnFormat, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jobTable } from '../../adapters/dynamodb/keys.ts';
import { environment as beginJobEnvironment } from '../../functions/begin-job/env.ts';
import { environment as exportLogEnvironment } from '../../functions/export-log/env.ts';
import { environment as findRefusedPartsEnvironment } from '../../functions/find-refused-parts/env.ts';
import { environment as finishJobEnvironment } from '../../functions/finish-job/env.ts';
import { environment as planJobEnvironment } from '../../functions/plan-job/env.ts';
import { environment as publishPartEnvironment } from '../../functions/publish-part/env.ts';
import { environment as reconcileJobsEnvironment } from '../../functions/reconcile-jobs/env.ts';
import { environment as storePlanEnvironment } from '../../functions/store-plan/env.ts';
import type { Config } from '../config.ts';
import {
  bucket,
  eventBusToPutOn,
  plainText,
  queueToSendTo,
  stateMachineToStart,
  table,
} from '../constructs/binding.ts';
import { findingOf } from '../constructs/finding.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { deadLetterQueue, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';

const definition = new URL('../../statemachines/publish-job.asl.json', import.meta.url);

export interface PublishingStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly delivery: DeliveryStack;
}

/** Seconds that a worker keeps back, of its time, to write down what its part came to when the storage is busy. */
const partReserve = 20;

/**
 * The publish job: its state machine, the functions that do the work, one that repairs lost work, one that exports logs,
 * and one that stores plans.
 */
export class PublishingStack extends Stack {
  readonly functions: readonly PressroomFunction[];
  /** Names are given, not generated: finish-job starts executions of the machine that calls it, an endless circle else. */
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  /** Of its executions, as a pattern; those that a map of it starts have others. */
  readonly executionArns: string;
  readonly deadLetters: Queue;
  /** Logs that are to be put together for download. */
  readonly exports: Queue;
  /** Plans that are too large for a call of the API. */
  readonly plans: Queue;

  constructor(scope: Construct, id: string, { config, data, delivery, ...props }: PublishingStackProps) {
    super(scope, id, props);
    this.stateMachineName = `${config.prefix}-publish-job`;
    this.stateMachineArn = this.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: this.stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const [own = ''] = this.allExecutionArns();
    this.executionArns = own;
    this.deadLetters = deadLetterQueue(this, 'FinishJobDeadLetters', `${config.prefix}-finish-job`);

    const beginJob = new PressroomFunction(this, 'BeginJob', {
      config,
      folder: 'begin-job',
      contract: beginJobEnvironment,
      bind: {
        JOB_TABLE: table(data.jobTable, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']),
        JOBS_BUCKET: bucket(data.jobs, { objects: ['PutObject'], keys: '*/log/*' }),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
        MAX_RUNNING_JOBS: plainText(String(config.maxRunningJobs)),
      },
      memory: 256,
      timeout: Duration.minutes(1),
    });
    const planJob = new PressroomFunction(this, 'PlanJob', {
      config,
      folder: 'plan-job',
      contract: planJobEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, ['BatchGetItem', 'Query'], ['pending', 'byFolder']),
        // The parts of a job that is undone.
        JOB_TABLE: table(data.jobTable, ['GetItem', 'Query', 'UpdateItem']),
        // The log of another job, where this one does again what failed there, or undoes it.
        JOBS_BUCKET: bucket(data.jobs, { objects: ['GetObject', 'PutObject'], list: true }),
        // Records of sets: their members are planned with them.
        MASTERS_BUCKET: bucket(data.masters, { objects: ['GetObject', 'GetObjectVersion'] }),
        PART_ENTRIES: plainText(String(config.partEntries)),
      },
      // One vCPU: planning waits for CPU, so more of it for a shorter time costs the same.
      memory: 1769,
      // It works while time is left and is then called again: the longer, the fewer transitions.
      timeout: Duration.minutes(15),
    });
    const origin = { objects: ['PutObject', 'DeleteObject', 'AbortMultipartUpload'] } as const;
    const publishPart = new PressroomFunction(this, 'PublishPart', {
      config,
      folder: 'publish-part',
      contract: publishPartEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, [
          'GetItem',
          'BatchGetItem',
          'UpdateItem',
          'PartiQLUpdate',
          'BatchWriteItem',
        ]),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'PutItem', 'UpdateItem']),
        JOBS_BUCKET: bucket(data.jobs, { objects: ['GetObject', 'PutObject'] }),
        MASTERS_BUCKET: bucket(data.masters, { objects: ['GetObject', 'GetObjectVersion'], list: true }),
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], origin),
        IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], origin),
        VIDEO_BUCKET: bucket(data.origins.video, origin),
        SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], origin),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        // An asset that has become of another type leaves an address that the CDN may know.
        INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
        COPIES_AT_A_TIME: plainText(String(config.copiesAtATime)),
        BATCHED_UPDATES: plainText(config.batchedUpdates),
        RESERVE_SECONDS: plainText(String(partReserve)),
      },
      // It waits for S3 and DynamoDB most of the time; below 512 MB its 25 connections starve for CPU.
      memory: config.partMemory,
      // The map's children are Express executions, which end after five minutes: a worker that hangs, or gives up on a
      // busy storage, can then be run once more with all of its time.
      timeout: Duration.seconds(135),
      reservedConcurrency: config.publishConcurrency,
    });
    const findRefusedParts = new PressroomFunction(this, 'FindRefusedParts', {
      config,
      folder: 'find-refused-parts',
      contract: findRefusedPartsEnvironment,
      bind: {
        JOB_TABLE: table(data.jobTable, ['GetItem']),
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: ['*/map/*', '*/plan/*'],
        }),
      },
      // 50,000 refused parts are 50 MB of results.
      memory: 512,
      timeout: Duration.minutes(1),
    });
    const finishJob = new PressroomFunction(this, 'FinishJob', {
      config,
      folder: 'finish-job',
      contract: finishJobEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, ['BatchGetItem', 'PutItem']),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']),
        JOBS_BUCKET: bucket(data.jobs, { objects: ['GetObject', 'PutObject'], list: true }),
        PUBLISH_STATE_MACHINE: stateMachineToStart(this.stateMachineArn),
        // What a job replaced or withdrew, where it is to be flushed from the CDN.
        INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
        EVENT_BUS: eventBusToPutOn(data.eventBus),
        NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
        MAX_RUNNING_JOBS: plainText(String(config.maxRunningJobs)),
      },
      memory: 1024,
      // A failed job of ten million assets leaves 100,000 parts to be read and logged as not reached.
      timeout: Duration.minutes(15),
      deadLetters: this.deadLetters,
    });
    const reconcileJobs = this.makeReconcileJobs(config, data);
    const exportLog = this.makeExportLog(config, data);
    this.exports = exportLog.queue;
    const storePlan = this.makeStorePlan(config, data);
    this.plans = storePlan.queue;
    this.functions = [
      beginJob,
      planJob,
      publishPart,
      findRefusedParts,
      finishJob,
      reconcileJobs,
      exportLog.function,
      storePlan.function,
    ];

    this.makeStateMachine(config, data, { beginJob, planJob, publishPart, findRefusedParts, finishJob });

    // An execution that fails, runs out of time or is aborted from outside runs no Catch of its own: this ends its job.
    new Rule(this, 'ExecutionFailed', {
      ruleName: `${config.prefix}-execution-failed`,
      description: 'An execution of the publish job ended without having finished its job',
      eventPattern: {
        // reconcile-jobs tells of those whose own event was lost.
        source: ['aws.states', 'pressroom.reconcile-jobs'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [this.stateMachineArn] },
      },
      targets: [
        new FunctionTarget(finishJob.lambda, { deadLetterQueue: this.deadLetters, retryAttempts: 20 }),
      ],
    });
  }

  private makeExportLog(config: Config, data: DataStack): { function: PressroomFunction; queue: Queue } {
    const timeout = Duration.minutes(15);
    const { queue } = new QueueWithDeadLetters(this, 'ExportLogQueue', {
      name: `${config.prefix}-export-log`,
      functionTimeout: timeout,
    });
    const exportLog = new PressroomFunction(this, 'ExportLog', {
      config,
      folder: 'export-log',
      contract: exportLogEnvironment,
      bind: {
        JOB_TABLE: table(data.jobTable, ['Query']),
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: ['*/log/*', '*/export/*'],
          list: true,
        }),
        // Where its time does not suffice it asks for the rest itself.
        EXPORT_QUEUE: queueToSendTo(queue),
      },
      // More for its share of a CPU than for its memory: lines are read and written.
      memory: 1024,
      timeout,
    });
    // One log at a time in a function, and a few of them: nobody waits for one but who asked.
    exportLog.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
    return { function: exportLog, queue };
  }

  private makeStorePlan(config: Config, data: DataStack): { function: PressroomFunction; queue: Queue } {
    const timeout = Duration.minutes(15);
    const { queue } = new QueueWithDeadLetters(this, 'StorePlanQueue', {
      name: `${config.prefix}-store-plan`,
      functionTimeout: timeout,
    });
    const storePlan = new PressroomFunction(this, 'StorePlan', {
      config,
      folder: 'store-plan',
      contract: storePlanEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, ['BatchGetItem', 'Query'], ['pending', 'byFolder']),
        JOB_TABLE: table(data.jobTable, ['GetItem']),
        JOBS_BUCKET: bucket(data.jobs, { objects: ['GetObject', 'PutObject'], keys: '*/plan/*', list: true }),
        // Records of sets: their members are planned with them.
        MASTERS_BUCKET: bucket(data.masters, { objects: ['GetObject', 'GetObjectVersion'] }),
        // Where its time does not suffice it asks for the rest itself.
        PLAN_QUEUE: queueToSendTo(queue),
        PART_ENTRIES: plainText(String(config.partEntries)),
      },
      // As plan-job, whose work it does.
      memory: 1769,
      timeout,
    });
    // One plan at a time in a function, and a few of them: nobody waits for one but who asked.
    storePlan.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
    return { function: storePlan, queue };
  }

  /** What events should have done, had they not been lost, is done by the clock: company by company, through a queue. */
  private makeReconcileJobs(config: Config, data: DataStack): PressroomFunction {
    // A thousand jobs that run are a DescribeExecution each, of which AWS takes 15 a second.
    const timeout = Duration.minutes(4);
    const { queue } = new QueueWithDeadLetters(this, 'CompaniesToReconcile', {
      name: `${config.prefix}-reconcile-jobs`,
      functionTimeout: timeout,
    });
    const reconcileJobs = new PressroomFunction(this, 'ReconcileJobs', {
      config,
      folder: 'reconcile-jobs',
      contract: reconcileJobsEnvironment,
      bind: {
        // Only its name: uploads that are closed record no asset.
        ASSET_TABLE: plainText(data.assetTable.tableName),
        JOB_TABLE: table(
          data.jobTable,
          ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
          [jobTable.indexes.active.name],
        ),
        // That of uploads that are closed.
        NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
        // For uploads whose source was never listed.
        FETCH_QUEUE: queueToSendTo(data.fetches.queue),
        // For action jobs without progress.
        ACTION_QUEUE: queueToSendTo(data.actions.queue),
        COMPANY_QUEUE: queueToSendTo(queue),
        PUBLISH_STATE_MACHINE: stateMachineToStart(this.stateMachineArn, {
          arns: this.executionArns,
          actions: ['DescribeExecution'],
        }),
        MAX_RUNNING_JOBS: plainText(String(config.maxRunningJobs)),
      },
      memory: 256,
      timeout,
    });
    reconcileJobs.lambda.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        // More would not be faster: see the limit above.
        maxConcurrency: 4,
      }),
    );
    reconcileJobs.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [this.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
      }),
    );
    new Rule(this, 'EveryFiveMinutes', {
      ruleName: `${config.prefix}-reconcile-jobs`,
      description: 'Repairs publish jobs and uploads that lost a worker or an event',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new FunctionTarget(reconcileJobs.lambda, { retryAttempts: 0 })],
    });
    return reconcileJobs;
  }

  private makeStateMachine(
    config: Config,
    data: DataStack,
    functions: Readonly<
      Record<'beginJob' | 'planJob' | 'publishPart' | 'findRefusedParts' | 'finishJob', PressroomFunction>
    >,
  ): void {
    const role = new Role(this, 'PublishJobRole', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
    });
    // All versions: an execution calls those that it began with, also after later deployments. The functions themselves
    // are called by executions that began before there were versions.
    const arns = Object.values(functions).map(({ lambda }) => lambda.functionArn);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: arns.flatMap((arn) => [arn, `${arn}:*`]),
      }),
    );
    // A Distributed Map reads its items from the jobs bucket, starts the machine itself once for each, and writes what
    // became of them below <company>/<job>/map/.
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [data.jobs.arnForObjects('*/plan/*')] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
        resources: [data.jobs.arnForObjects('*/map/*')],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachineArn] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: this.allExecutionArns(),
      }),
    );

    new StateMachine(this, 'PublishJob', {
      stateMachineName: this.stateMachineName,
      definitionBody: DefinitionBody.fromString(readFileSync(definition, 'utf8')),
      definitionSubstitutions: {
        // An execution keeps the definition that it began with, and so the code of its functions.
        beginJobArn: functions.beginJob.lambda.currentVersion.functionArn,
        planJobArn: functions.planJob.lambda.currentVersion.functionArn,
        publishPartArn: functions.publishPart.lambda.currentVersion.functionArn,
        findRefusedPartsArn: functions.findRefusedParts.lambda.currentVersion.functionArn,
        finishJobArn: functions.finishJob.lambda.currentVersion.functionArn,
        partConcurrency: String(config.partConcurrency),
        jobsBucket: data.jobs.bucketName,
      },
      role,
      tracingEnabled: true,
      logs: {
        // This prefix keeps the log group's name out of the one resource policy that all such logs of an account share,
        // which has room for about ten of them.
        destination: new LogGroup(this, 'PublishJobLog', {
          logGroupName: `/aws/vendedlogs/states/${this.stateMachineName}`,
          retention: config.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // Inputs and outputs would be most of the bytes; the job's own log says what became of each asset.
        includeExecutionData: false,
      },
    });
    this.acknowledgeWildcards(role, data, arns);
  }

  /** Its executions, and those that a map of it starts. */
  private allExecutionArns(): string[] {
    return [':', '/'].map((separator) =>
      this.formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${this.stateMachineName}${separator}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
  }

  private acknowledgeWildcards(role: Role, data: DataStack, functionArns: readonly string[]): void {
    const jobs = findingOf(this, data.jobs, data.jobs.bucketArn);
    const keys = 'Keys begin with the company and the job, which are not known before.';
    const names =
      'Executions are named by the jobs, those of a map by Step Functions: they do not exist yet.';
    const reasons = {
      [`${jobs}/*/plan/*`]: keys,
      [`${jobs}/*/map/*`]: keys,
      ...Object.fromEntries(
        functionArns.map((arn) => [
          findingOf(this, this, `${arn}:*`),
          'Versions of the function, past and future.',
        ]),
      ),
      ...Object.fromEntries(this.allExecutionArns().map((arn) => [findingOf(this, this, arn), names])),
      '*': 'X-Ray, and the delivery of logs that Step Functions sets up, know no resources.',
    };
    for (const [finding, reason] of Object.entries(reasons))
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
  }
}
