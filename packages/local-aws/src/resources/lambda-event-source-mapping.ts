import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { CloudServices } from '../cloud-services.ts';
import { openTableStream } from '../dynamodb/table-stream.ts';
import { type FunctionFacts, functionFacts } from '../lambda/function-facts.ts';
import { findFunction, functionReference } from '../lambda/function-reference.ts';
import { type QueuePollerDependencies, startQueuePoller } from '../lambda/queue-poller.ts';
import { parseFilter } from '../lambda/stream-filter.ts';
import { startStreamPoller } from '../lambda/stream-poller.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

/** Concurrent batches of a mapping without MaximumConcurrency: the number that Lambda starts with before it scales. */
const defaultConcurrency = 5;

/** Actions that the function's role needs before Lambda accepts a mapping. */
const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const streamActions = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

const defaultQueueBatch = 10;
const defaultStreamBatch = 100;

const propertiesSchema = z
  .object({
    EventSourceArn: z
      .string()
      .regex(
        /^arn:aws:(sqs:|dynamodb:.*\/stream\/)/,
        'the local cloud supports queues and streams of tables',
      ),
    FunctionName: z.string(),
    BatchSize: z.coerce.number().int().min(1).max(10_000).optional(),
    MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
    Enabled: z.boolean().default(true),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: z
      .object({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() })
      .optional(),
    StartingPosition: z.literal('TRIM_HORIZON').optional(),
    FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  })
  .refine((mapping) => (mapping.BatchSize ?? 0) <= 10 || mapping.MaximumBatchingWindowInSeconds >= 1, {
    message: 'a BatchSize above 10 needs a MaximumBatchingWindowInSeconds of at least 1',
  })
  .refine((mapping) => isStream(mapping.EventSourceArn) || !mapping.FilterCriteria, {
    message: 'the local cloud filters the records of streams only',
  })
  .refine((mapping) => isStream(mapping.EventSourceArn) === (mapping.StartingPosition !== undefined), {
    message: 'a stream has a StartingPosition, and a queue has none',
  })
  .refine((mapping) => !isStream(mapping.EventSourceArn) || mapping.FunctionResponseTypes.length === 0, {
    message: 'the local cloud sends the batches of streams again as a whole',
  });

type Mapping = z.output<typeof propertiesSchema>;

function isStream(arn: string): boolean {
  return arn.startsWith('arn:aws:dynamodb:');
}

/** Feeds a function from a queue or a stream, see lambda/queue-poller.ts and lambda/stream-poller.ts. */
export const lambdaEventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  honours: [
    'EventSourceArn',
    'FunctionName',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'Enabled',
    'FunctionResponseTypes',
    'ScalingConfig.MaximumConcurrency',
    'StartingPosition',
    'FilterCriteria.Filters.Pattern',
  ],
  async create({ properties, generatedName, region, services }) {
    const mapping = parseProperties(propertiesSchema, properties);
    let stop: (() => Promise<void>) | undefined;
    return {
      ref: generatedName,
      attributes: { Id: generatedName },
      async activate() {
        if (!mapping.Enabled) return;
        stop = isStream(mapping.EventSourceArn)
          ? await readStream(services, mapping, region)
          : await readQueue(services, mapping, region);
      },
      stop: async () => stop?.(),
    };
  },
};

async function readStream(
  services: CloudServices,
  mapping: Mapping,
  region: string,
): Promise<() => Promise<void>> {
  const streamArn = mapping.EventSourceArn;
  await checkPermissions(services, streamActions, streamArn, mapping.FunctionName);
  const target = findFunction(services, mapping.FunctionName);
  return startStreamPoller(
    {
      streamArn,
      region,
      batchSize: mapping.BatchSize ?? defaultStreamBatch,
      windowSeconds: mapping.MaximumBatchingWindowInSeconds,
      filters: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => parseFilter(Pattern)),
    },
    {
      ...(await openTableStream(services, streamArn, target.name)),
      invoke: (event) => target.invoke(event),
      log: (line) => services.log(line),
    },
  );
}

async function readQueue(
  services: CloudServices,
  mapping: Mapping,
  region: string,
): Promise<() => Promise<void>> {
  const queueArn = mapping.EventSourceArn;
  const queueUrl = await queueUrlOf(services, queueArn);
  await checkMapping(services, queueArn, queueUrl, mapping.FunctionName);
  const target = findFunction(services, mapping.FunctionName);
  return startQueuePoller(
    {
      queueArn,
      region,
      batchSize: mapping.BatchSize ?? defaultQueueBatch,
      windowSeconds: mapping.MaximumBatchingWindowInSeconds,
      concurrency: mapping.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency,
      reportsFailures: mapping.FunctionResponseTypes.length > 0,
    },
    {
      ...queueCalls(services, queueUrl),
      invoke: (event) => target.invoke(event),
      log: (line) => services.log(line),
    },
  );
}

async function queueUrlOf(services: CloudServices, queueArn: string): Promise<string> {
  const name = queueArn.split(':')[5];
  const { QueueUrl } = await ministackClients(services).sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  if (!QueueUrl) throw new Error(`The queue ${queueArn} does not exist`);
  return QueueUrl;
}

/** Checks what CreateEventSourceMapping checks on AWS; MiniStack's queues do not. */
async function checkMapping(
  services: CloudServices,
  queueArn: string,
  queueUrl: string,
  functionName: string,
): Promise<void> {
  const { arn, facts } = await checkPermissions(services, queueActions, queueArn, functionName);
  const { Attributes } = await ministackClients(services).sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  const visibility = Number(Attributes?.VisibilityTimeout);
  if (visibility < facts.timeoutSeconds) {
    throw new Error(
      `The visibility timeout of ${queueArn} (${visibility} s) is less than the timeout of ${arn} (${facts.timeoutSeconds} s)`,
    );
  }
}

/** @returns the function */
async function checkPermissions(
  services: CloudServices,
  actions: readonly string[],
  sourceArn: string,
  functionName: string,
): Promise<{ arn: string; facts: FunctionFacts }> {
  const { arn } = functionReference(functionName, services);
  const facts = functionFacts(services).get(arn);
  if (!facts) throw new Error(`There is no Lambda function "${functionName}"`);
  for (const action of actions) {
    // Lists know no resources.
    const resource = action.includes(':List') ? '*' : sourceArn;
    if (await services.permissions.allows(facts.roleArn, action, resource)) continue;
    throw new Error(
      `The role ${facts.roleArn} of ${arn} needs the permission ${action} on ${resource} for ${sourceArn}, the event source of the function`,
    );
  }
  return { arn, facts };
}

function queueCalls(
  services: CloudServices,
  queueUrl: string,
): Pick<QueuePollerDependencies, 'receive' | 'remove'> {
  const { sqs } = ministackClients(services);
  return {
    async receive(limit, waitSeconds, signal) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: limit,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
        { abortSignal: signal },
      );
      return Messages;
    },
    async remove(messages) {
      // One call deletes at most 10 messages.
      for (let at = 0; at < messages.length; at += 10) {
        const Entries = messages
          .slice(at, at + 10)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        const { Failed = [] } = await sqs.send(
          new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
        );
        for (const { Code, Message } of Failed)
          services.log(`${queueUrl}: a message could not be deleted: ${Code} ${Message}`);
      }
    },
  };
}
