import type { JobLogs, LogPosition } from '../../adapters/s3/job-logs.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { maxAssetTags } from '../../domain/delivery/invalidation.ts';
import type { JobCounts, PublishJob } from '../../domain/jobs/job.ts';

export type InvalidateReplacedDependencies = Pick<JobLogs, 'readLog'> &
  Pick<InvalidationQueue, 'invalidateAssets' | 'invalidateCompany'> & {
    readonly warn: (message: string, facts: Record<string, unknown>) => void;
  };

/** Entries of a page of the log: ten files, read in parallel. */
const pageSize = 1_000;

/**
 * Log entries that are searched for replaced assets. A larger job has, or may have, replaced more than {@link maxAssetTags}
 * assets, and is invalidated with the company's tag, which costs as much as the tag of one asset.
 */
const maxLogEntries = 5_000;

/**
 * Invalidates what a job replaced or withdrew, if the job has `invalidate`. Repeating it is harmless. A failure does not
 * keep the job from ending; it is reported in the log.
 *
 * Costs: a GET for each log file that is read, and an SQS request for 100 assets or for the company.
 * @returns a sentence for the end of the log; undefined if there was nothing to invalidate
 */
export async function invalidateReplaced(
  job: PublishJob,
  { done }: Pick<JobCounts, 'done'>,
  dependencies: InvalidateReplacedDependencies,
): Promise<string | undefined> {
  if (!job.invalidate || done === 0) return undefined;
  try {
    return await invalidate(job, dependencies);
  } catch (error) {
    dependencies.warn('Replacements of a job could not be invalidated', { jobId: job.id, error });
    return 'Its replacements could not be invalidated: the CDN may show old versions for up to 10 hours. Use Invalidate CDN.';
  }
}

async function invalidate(
  { company, id }: PublishJob,
  { readLog, invalidateAssets, invalidateCompany }: InvalidateReplacedDependencies,
): Promise<string | undefined> {
  const replaced = new Set<string>();
  let read = 0;
  let after: LogPosition | undefined;
  do {
    const page = await readLog(company, id, { limit: pageSize, after });
    for (const entry of page.items)
      if (entry.replaced && entry.asset !== undefined) replaced.add(entry.asset);
    read += page.items.length;
    after = page.next;
  } while (after && read < maxLogEntries && replaced.size <= maxAssetTags);
  if (after || replaced.size > maxAssetTags) {
    await invalidateCompany(company);
    return 'All assets of the company are invalidated in the CDN.';
  }
  if (replaced.size === 0) return undefined;
  await invalidateAssets(company, [...replaced]);
  return replaced.size === 1
    ? '1 asset is invalidated in the CDN.'
    : `${replaced.size} assets are invalidated in the CDN.`;
}
