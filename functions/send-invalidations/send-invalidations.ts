import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { maxTagsPerCall } from '../../adapters/cloudfront/invalidation.ts';
import { companyTag } from '../../domain/delivery/cache-tag.ts';
import { tagsToInvalidate } from '../../domain/delivery/invalidation.ts';

/** What stands in the queue of withdrawn assets. */
const invalidationMessage = z.union([
  z.object({ company: z.string().min(1), ids: z.array(z.string().min(1)).min(1) }),
  /** Too many to be named. */
  z.object({ company: z.string().min(1), all: z.literal(true) }),
]);

export interface SendInvalidationsDependencies {
  readonly startInvalidation: (tags: readonly string[], reference: string) => Promise<string>;
  /** Told of every message that stays in the queue, and why. */
  readonly report: (messageIds: readonly string[], error: unknown) => void;
}

/**
 * Flushes withdrawn assets from the CDN: all of a batch of messages with one call, where CloudFront takes it in one.
 * A message that cannot be read stays alone in the queue, until the dead-letter queue takes it; where CloudFront
 * refuses, all of its call stay and are tried again. Flushing twice does no harm.
 */
export async function sendInvalidations(
  event: SQSEvent,
  { startInvalidation, report }: SendInvalidationsDependencies,
): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  const idsByCompany = new Map<string, string[]>();
  const whole = new Set<string>();
  const messageIds: string[] = [];
  for (const record of event.Records) {
    try {
      const message = invalidationMessage.parse(JSON.parse(record.body));
      const { company } = message;
      if ('all' in message) whole.add(company);
      else idsByCompany.set(company, [...(idsByCompany.get(company) ?? []), ...message.ids]);
      messageIds.push(record.messageId);
    } catch (error) {
      report([record.messageId], error);
      failed.push(record.messageId);
    }
  }

  // In order: CloudFront refuses a reference that comes again with another list.
  const tags = [
    ...[...whole].map(companyTag),
    ...[...idsByCompany].flatMap(([company, ids]) =>
      whole.has(company) ? [] : tagsToInvalidate(company, ids),
    ),
  ].sort();
  try {
    for (let first = 0; first < tags.length; first += maxTagsPerCall) {
      const batch = tags.slice(first, first + maxTagsPerCall);
      await startInvalidation(batch, `${referenceOf(messageIds)}-${first / maxTagsPerCall + 1}`);
    }
  } catch (error) {
    report(messageIds, error);
    failed.push(...messageIds);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The same messages, delivered once more, give the same reference: CloudFront then starts nothing anew. */
function referenceOf(messageIds: readonly SQSRecord['messageId'][]): string {
  return `withdrawn-${createHash('sha256')
    .update([...messageIds].sort().join())
    .digest('hex')
    .slice(0, 32)}`;
}
