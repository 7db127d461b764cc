import type { JobFiles, LogPosition } from '../../adapters/s3/job-files.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { maxAssetTags } from '../../domain/delivery/invalidation.ts';
import type { JobCounts, PublishJob } from '../../domain/jobs/job.ts';

export type InvalidateReplacedDependencies = Pick<JobFiles, 'readLog'> &
  InvalidationQueue & {
    readonly warn: (message: string, facts: Record<string, unknown>) => void;
  };

/** Lines of a page of the log: ten files, read side by side. */
const pageSize = 1_000;

/**
 * Lines that are looked through for what was replaced. A job of more has replaced more than {@link maxAssetTags} assets,
 * or might have: one tag for the whole company costs what one for an asset does.
 */
const maxLines = 5_000;

/**
 * Has the CDN forget what a job replaced or withdrew, where it was asked to. Doing it again does no harm. A flush that
 * fails keeps no job from its end, and no other from the servers: the log tells of it.
 * @returns a sentence for the end of the log; undefined if there was nothing to forget
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
    dependencies.warn('What a job replaced could not be flushed', { jobId: job.id, error });
    return 'What it replaced could not be flushed from the CDN, which may show it for up to 10 hours: flush it by Invalidate CDN.';
  }
}

async function invalidate(
  { company, id }: PublishJob,
  { readLog, invalidateAssets, invalidateCompany }: InvalidateReplacedDependencies,
): Promise<string | undefined> {
  const replaced = new Set<string>();
  let lines = 0;
  let after: LogPosition | undefined;
  do {
    const page = await readLog(company, id, { limit: pageSize, after });
    for (const line of page.items) if (line.replaced && line.asset !== undefined) replaced.add(line.asset);
    lines += page.items.length;
    after = page.next;
  } while (after && lines < maxLines && replaced.size <= maxAssetTags);
  if (after || replaced.size > maxAssetTags) {
    await invalidateCompany(company);
    return 'All of the company is flushed from the CDN.';
  }
  if (replaced.size === 0) return undefined;
  await invalidateAssets(company, [...replaced]);
  return replaced.size === 1
    ? '1 asset is flushed from the CDN.'
    : `${replaced.size} assets are flushed from the CDN.`;
}
