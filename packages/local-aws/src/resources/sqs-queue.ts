import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { ministackClients } from '../ministack/ministack-clients.ts';
import type { Properties, ResourceType } from './resource.ts';

/** Properties that are attributes of the queue by the same name. */
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

/** What SQS takes where the template says nothing, so that a property that is taken away is reset. */
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
 * Makes a queue, or finds it again and sets its attributes.
 * @returns its URL
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
  const made = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { ...wanted, ...(isFifo ? { FifoQueue: 'true' } : {}) },
    }),
  );
  if (!made.QueueUrl) throw new Error(`MiniStack made no queue "${name}"`);
  return made.QueueUrl;
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
