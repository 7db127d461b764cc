import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { ministackClients } from '../ministack/ministack-clients.ts';
import type { Properties, ResourceType } from './resource.ts';

/** Properties with the same name as the queue's attribute. */
const attributes = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'RedrivePolicy',
  'RedriveAllowPolicy',
] as const;

/** Defaults of SQS, to reset a property that was removed from the template. */
const defaults: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  RedrivePolicy: '',
};

export const sqsQueue: ResourceType = {
  type: 'AWS::SQS::Queue',
  honours: ['QueueName', 'FifoQueue', ...attributes],
  async create({ properties, generatedName, region, account, services }) {
    const isFifo = String(properties.FifoQueue) === 'true';
    const name = String(properties.QueueName ?? `${generatedName}${isFifo ? '.fifo' : ''}`);
    const url = await ensureQueue(ministackClients(services).sqs, name, queueAttributes(properties), isFifo);
    return {
      ref: url,
      attributes: { Arn: `arn:aws:sqs:${region}:${account}:${name}`, QueueName: name, QueueUrl: url },
    };
  },
};

/**
 * Creates a queue, or sets the attributes of an existing one.
 * @returns URL of the queue
 */
export async function ensureQueue(
  sqs: SQSClient,
  name: string,
  wanted: Readonly<Record<string, string>>,
  isFifo = false,
): Promise<string> {
  const found = await sqs.send(new GetQueueUrlCommand({ QueueName: name })).catch((error: unknown) => {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  });
  if (found?.QueueUrl) {
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: found.QueueUrl, Attributes: { ...defaults, ...wanted } }),
    );
    return found.QueueUrl;
  }
  const created = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { ...wanted, ...(isFifo ? { FifoQueue: 'true' } : {}) },
    }),
  );
  if (!created.QueueUrl) throw new Error(`MiniStack did not create the queue "${name}"`);
  return created.QueueUrl;
}

function queueAttributes(properties: Properties): Record<string, string> {
  return Object.fromEntries(
    attributes
      .filter((name) => properties[name] !== undefined)
      .map((name) => {
        const value = properties[name];
        return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
      }),
  );
}
