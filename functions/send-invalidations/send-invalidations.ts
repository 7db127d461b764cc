import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { maxTagsPerCall } from '../../adapters/cloudfront/invalidation.ts';
import type { InvalidationStore } from '../../adapters/dynamodb/delivery/invalidation-store.ts';
import { companyTag, presetTag } from '../../domain/delivery/cache-tag.ts';
import { tagsToInvalidate } from '../../domain/delivery/invalidation.ts';

/** A message in the invalidation queue. */
const invalidationMessage = z.union([
  z.object({ company: z.string().min(1), ids: z.array(z.string().min(1)).min(1) }),
  /** All assets of the company. */
  z.object({ company: z.string().min(1), all: z.literal(true) }),
  z.object({ company: z.string().min(1), preset: z.string().min(1) }),
]);

export interface SendInvalidationsDependencies extends Pick<InvalidationStore, 'countInvalidatedTags'> {
  readonly startInvalidation: (tags: readonly string[], reference: string) => Promise<string>;
  /** Logs messages that stay in the queue, and why. */
  readonly report: (messageIds: readonly string[], error: unknown) => void;
  /** Logs that the count of a month is too low. */
  readonly reportUncounted: (error: unknown) => void;
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

/**
 * "Send Invalidations": invalidates the assets of a batch of messages, with as few calls of CloudFront as possible. A message
 * that cannot be read stays in the queue until the dead-letter queue takes it. If CloudFront refuses a call, all readable
 * messages of the batch stay and are retried, because one call serves many of them. Invalidating twice is harmless.
 *
 * Costs: one call for 150 tags, and 1 write unit for each company among them; CloudFront charges for each tag.
 */
export async function sendInvalidations(
  event: SQSEvent,
  dependencies: SendInvalidationsDependencies,
): Promise<SQSBatchResponse> {
  const { startInvalidation, report } = dependencies;
  const failed: string[] = [];
  const idsByCompany = new Map<string, string[]>();
  const companies = new Set<string>();
  const presetTags = new Set<string>();
  const messageIds: string[] = [];
  for (const record of event.Records) {
    try {
      const message = invalidationMessage.parse(JSON.parse(record.body));
      const { company } = message;
      if ('all' in message) companies.add(company);
      else if ('preset' in message) presetTags.add(presetTag(company, message.preset));
      else idsByCompany.set(company, [...(idsByCompany.get(company) ?? []), ...message.ids]);
      messageIds.push(record.messageId);
    } catch (error) {
      report([record.messageId], error);
      failed.push(record.messageId);
    }
  }

  // Sorted, because CloudFront refuses a repeated reference with another list.
  const tags = [
    ...[...companies].map(companyTag),
    ...presetTags,
    ...[...idsByCompany].flatMap(([company, ids]) =>
      companies.has(company) ? [] : tagsToInvalidate(company, ids),
    ),
  ].sort();
  try {
    for (let first = 0; first < tags.length; first += maxTagsPerCall) {
      const batch = tags.slice(first, first + maxTagsPerCall);
      await startInvalidation(batch, `${referenceOf(messageIds)}-${first / maxTagsPerCall + 1}`);
      await countTags(batch, dependencies);
    }
  } catch (error) {
    report(messageIds, error);
    failed.push(...messageIds);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Counts what CloudFront has taken, by company. A failed count is no reason to invalidate again. */
async function countTags(
  tags: readonly string[],
  { countInvalidatedTags, reportUncounted, now }: SendInvalidationsDependencies,
): Promise<void> {
  const counts = new Map<string, number>();
  for (const tag of tags) {
    const company = tag.slice(0, tag.indexOf('/'));
    counts.set(company, (counts.get(company) ?? 0) + 1);
  }
  try {
    for (const [company, count] of counts) await countInvalidatedTags(company, count, now());
  } catch (error) {
    reportUncounted(error);
  }
}

/** The same messages, delivered again, get the same reference, so that CloudFront starts no second invalidation. */
function referenceOf(messageIds: readonly SQSRecord['messageId'][]): string {
  return `withdrawn-${createHash('sha256')
    .update([...messageIds].sort().join())
    .digest('hex')
    .slice(0, 32)}`;
}
