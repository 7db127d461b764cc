import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import {
  type ProcessMessagesOptions,
  processMessages,
  type ReceivedMessage,
} from '../../adapters/sqs/process-messages.ts';
import { SourceUnavailable } from '../../domain/uploads/opened-source.ts';
import { type FetchAttempt, TransferUnfinished } from './fetch-file.ts';
import { maxReceives } from './fetch-files.contract.ts';

const upload = { company: z.string().min(1), jobId: z.string().length(26) };
const fetchMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('list'), ...upload }),
  z.object({ kind: z.enum(['file', 'unpack']), ...upload, file: z.int().min(1) }),
]);

export interface BatchDependencies extends Pick<ProcessMessagesOptions, 'retryAfter' | 'log'> {
  readonly list: (upload: { company: string; jobId: string }, lastAttempt: boolean) => Promise<void>;
  readonly fetch: (attempt: FetchAttempt) => Promise<void>;
  readonly unpack: (attempt: FetchAttempt) => Promise<void>;
}

/** Does what the messages of an event name; the queue delivers one at a time. */
export function fetchBatch(event: SQSEvent, dependencies: BatchDependencies): Promise<SQSBatchResponse> {
  return processMessages(event, {
    ...dependencies,
    maxReceives,
    process: (message) => fetchMessageOf(message, dependencies),
    isUnfinished: (error) => error instanceof TransferUnfinished,
    // The fault of a source is no fault of the installation.
    isExpected: (error) => error instanceof SourceUnavailable,
  });
}

async function fetchMessageOf(
  { body, lastAttempt }: ReceivedMessage,
  { list, fetch, unpack }: BatchDependencies,
): Promise<void> {
  const message = fetchMessage.parse(body);
  const { company, jobId } = message;
  if (message.kind === 'list') await list({ company, jobId }, lastAttempt);
  else await (message.kind === 'file' ? fetch : unpack)({ company, jobId, file: message.file, lastAttempt });
}
