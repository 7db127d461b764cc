/** SQS, Step Functions, EventBridge with its Scheduler, SES and CloudFront in memory, as far as the adapters call them. */
import { type CreateInvalidationCommandInput, NoSuchInvalidation } from '@aws-sdk/client-cloudfront';
import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import {
  ConflictException,
  type CreateScheduleCommandInput,
  type ListSchedulesCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-scheduler';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  type StartExecutionCommandInput,
  type StopExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import type { CalledService, Service } from './calls.ts';

export interface SentMessage {
  readonly queueUrl: string;
  readonly body: unknown;
  /** Seconds that it is held back. */
  readonly delay: number;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxMessageBytes = 1024 ** 2;
const maxDelaySeconds = 900;

/** @returns `messages`: what was sent and not taken yet, in order */
export function memorySqs() {
  const messages: SentMessage[] = [];
  const service: CalledService = {
    service: 'sqs',
    execute(command, input) {
      if (command !== 'SendMessage') throw unknownCommand('sqs', command);
      const {
        QueueUrl = '',
        MessageBody = '',
        DelaySeconds = 0,
      } = input as unknown as SendMessageCommandInput;
      if (MessageBody === '' || Buffer.byteLength(MessageBody) > maxMessageBytes)
        throw new Error('SQS takes messages of 1 to 1,048,576 bytes');
      if (DelaySeconds < 0 || DelaySeconds > maxDelaySeconds)
        throw new Error('SQS holds a message back for 0 to 900 seconds');
      messages.push({ queueUrl: QueueUrl, body: JSON.parse(MessageBody), delay: DelaySeconds });
      return { MessageId: String(messages.length) };
    },
    targets: (_, { QueueUrl }) => [String(QueueUrl)],
  };
  return { service, messages };
}

export interface MemoryExecution {
  readonly name: string;
  readonly input: unknown;
  readonly status: ExecutionStatus;
  readonly stopped?: Date;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * Records executions. A test that runs one reports its end by `end`.
 * @param now milliseconds since 1970
 */
export function memoryStepFunctions(now: () => number) {
  /** By name. */
  const executions = new Map<string, MemoryExecution>();
  /** Names in the order of their starts. */
  const started: string[] = [];
  const nameOf = (arn = '') => arn.slice(arn.lastIndexOf(':') + 1);
  const found = (arn: string | undefined): MemoryExecution => {
    const execution = executions.get(nameOf(arn));
    if (!execution) {
      const message = `Execution Does Not Exist: '${arn}'`;
      throw new ExecutionDoesNotExist({ message, $metadata: { httpStatusCode: 400 } });
    }
    return execution;
  };
  const service: CalledService = {
    service: 'stepfunctions',
    execute(command, input) {
      if (command === 'StartExecution') {
        const { name = '', input: text = '{}' } = input as unknown as StartExecutionCommandInput;
        const before = executions.get(name);
        // The same input again is no error while it runs.
        if (before?.status === 'RUNNING' && JSON.stringify(before.input) === text) return {};
        if (before) {
          const message = `Execution Already Exists: '${name}'`;
          throw new ExecutionAlreadyExists({ message, $metadata: { httpStatusCode: 400 } });
        }
        executions.set(name, { name, input: JSON.parse(text), status: 'RUNNING' });
        started.push(name);
        return {};
      }
      const { executionArn, cause } = input as unknown as StopExecutionCommandInput;
      const execution = found(executionArn);
      if (command === 'StopExecution') {
        if (execution.status === 'RUNNING')
          end(execution.name, { status: 'ABORTED', ...(cause === undefined ? {} : { cause }) });
        return {};
      }
      if (command !== 'DescribeExecution') throw unknownCommand('stepfunctions', command);
      const { status, stopped, error, cause: why } = execution;
      return { status, stopDate: stopped, error, cause: why };
    },
    targets: (_, { name, executionArn }) => [String(name ?? nameOf(String(executionArn)))],
  };
  return { service, executions, started, end };

  function end(name: string, outcome: Pick<MemoryExecution, 'status' | 'stopped' | 'error' | 'cause'>): void {
    const execution = executions.get(name) ?? { name, input: {}, status: 'RUNNING' };
    const stopped = outcome.status === 'RUNNING' ? {} : { stopped: new Date(now()) };
    executions.set(name, { ...execution, ...stopped, ...outcome });
  }
}

export interface SentEvent {
  /** Missing for the account's default bus. */
  readonly bus?: string;
  readonly source: string;
  readonly type: string;
  readonly detail: unknown;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const maxEntries = 10;

/** @returns `events`: all that the buses took, in order */
export function memoryEventBridge() {
  const events: SentEvent[] = [];
  const service: CalledService = {
    service: 'eventbridge',
    execute(command, input) {
      if (command !== 'PutEvents') throw unknownCommand('eventbridge', command);
      const { Entries = [] } = input as unknown as PutEventsCommandInput;
      if (Entries.length < 1 || Entries.length > maxEntries)
        throw new Error('PutEvents takes 1 to 10 entries');
      for (const { EventBusName, Source = '', DetailType = '', Detail = '{}' } of Entries) {
        const bus = EventBusName === undefined ? {} : { bus: EventBusName };
        events.push({ ...bus, source: Source, type: DetailType, detail: JSON.parse(Detail) });
      }
      return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
    },
    targets: (_, input) => {
      const { Entries = [] } = input as unknown as PutEventsCommandInput;
      return Entries.map(({ EventBusName, DetailType }) => `${EventBusName ?? 'default'} ${DetailType}`);
    },
  };
  return { service, events };
}

/** @returns `slots`: the schedules of all groups as they were set, by name */
export function memoryScheduler() {
  const slots = new Map<string, CreateScheduleCommandInput>();
  const checkPresence = (name: string) => {
    if (slots.has(name)) return;
    const message = `Schedule ${name} does not exist.`;
    throw new ResourceNotFoundException({ message, Message: message, $metadata: { httpStatusCode: 404 } });
  };
  const service: CalledService = {
    service: 'scheduler',
    execute(command, input) {
      const asked = input as unknown as CreateScheduleCommandInput;
      const { Name = '' } = asked;
      switch (command) {
        case 'CreateSchedule':
          if (slots.has(Name)) {
            const message = `Schedule ${Name} already exists.`;
            throw new ConflictException({ message, Message: message, $metadata: { httpStatusCode: 409 } });
          }
          if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(Name)) throw new Error(`${Name} is no name of a schedule`);
          slots.set(Name, asked);
          return {};
        case 'UpdateSchedule':
          checkPresence(Name);
          slots.set(Name, asked);
          return {};
        case 'DeleteSchedule':
          checkPresence(Name);
          slots.delete(Name);
          return {};
        case 'GetSchedule':
          checkPresence(Name);
          return { ...slots.get(Name) };
        case 'ListSchedules':
          return list(input as unknown as ListSchedulesCommandInput);
        default:
          throw unknownCommand('scheduler', command);
      }
    },
    targets: (_, { Name, NamePrefix }) => [String(Name ?? NamePrefix ?? '')],
  };
  return { service, slots };

  function list({ NamePrefix = '', MaxResults = 100, NextToken }: ListSchedulesCommandInput): object {
    const names = [...slots.keys()].filter(
      (name) => name.startsWith(NamePrefix) && (NextToken === undefined || name > NextToken),
    );
    const page = names.sort().slice(0, MaxResults);
    return {
      Schedules: page.map((Name) => ({ Name })),
      ...(page.length < names.length ? { NextToken: page.at(-1) } : {}),
    };
  }
}

export interface SentMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** @returns `mails`: what was sent, in order */
export function memorySes() {
  const mails: SentMail[] = [];
  const service: CalledService = {
    service: 'ses',
    execute(command, input) {
      if (command !== 'SendEmail') throw unknownCommand('ses', command);
      const { FromEmailAddress = '', Destination, Content } = input as unknown as SendEmailCommandInput;
      mails.push({
        from: FromEmailAddress,
        to: Destination?.ToAddresses ?? [],
        subject: Content?.Simple?.Subject?.Data ?? '',
        text: Content?.Simple?.Body?.Text?.Data ?? '',
      });
      return { MessageId: String(mails.length) };
    },
    targets: (_, input) => (input as unknown as SendEmailCommandInput).Destination?.ToAddresses ?? [],
  };
  return { service, mails };
}

export interface MemoryInvalidation {
  readonly id: string;
  readonly reference: string;
  readonly paths: readonly string[];
  status: 'InProgress' | 'Completed';
}

/** @returns `invalidations`: what was asked for, in order; a test may complete them */
export function memoryCloudFront() {
  const invalidations: MemoryInvalidation[] = [];
  const service: CalledService = {
    service: 'cloudfront',
    execute(command, input) {
      if (command === 'CreateInvalidation') {
        const { InvalidationBatch } = input as unknown as CreateInvalidationCommandInput;
        const { CallerReference: reference = '', Paths } = InvalidationBatch ?? {};
        const known = invalidations.find((one) => one.reference === reference);
        if (known) return { Invalidation: { Id: known.id, Status: known.status } };
        const id = `I${invalidations.length + 1}`;
        invalidations.push({ id, reference, paths: Paths?.Items ?? [], status: 'InProgress' });
        return { Invalidation: { Id: id, Status: 'InProgress' } };
      }
      if (command !== 'GetInvalidation') throw unknownCommand('cloudfront', command);
      const known = invalidations.find(({ id }) => id === input.Id);
      if (!known) {
        const message = 'The specified invalidation does not exist.';
        throw new NoSuchInvalidation({ message, $metadata: { httpStatusCode: 404 } });
      }
      return { Invalidation: { Id: known.id, Status: known.status } };
    },
    targets: (_, { DistributionId }) => [String(DistributionId)],
  };
  return { service, invalidations };
}

function unknownCommand(service: Service, command: string): Error {
  return new Error(`This ${service} does not know ${command}`);
}
