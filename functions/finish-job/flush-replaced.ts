import type { JobFiles, LogPosition } from '../../adapters/s3/job-files.ts';
import { mostAssetTags } from '../../domain/delivery/tags-to-flush.ts';
import type { JobCounts, PublishJob } from '../../domain/jobs/job.ts';

export type FlushReplacedDependencies = Pick<JobFiles, 'readLog'> & {
  /** Has the CDN forget assets of a company. */
  readonly flushAssets: (company: string, ids: readonly string[]) => Promise<void>;
  /** Has it forget all of a company. */
  readonly flushCompany: (company: string) => Promise<void>;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
};

/** Lines of a page of the log: ten files, read side by side. */
const pageSize = 1_000;

/**
 * Lines that are looked through for what was replaced. A job of more has replaced more than {@link mostAssetTags} assets,
 * or might have: one tag for the whole company costs what one for an asset does.
 */
const mostLines = 5_000;

/**
 * Has the CDN forget what a job replaced or withdrew, where it was asked to. Doing it again does no harm. A flush that
 * fails keeps no job from its end, and no other from the servers: the log tells of it.
 * @returns a sentence for the end of the log; undefined if there was nothing to forget
 */
export async function flushReplaced(
  job: PublishJob,
  { done }: Pick<JobCounts, 'done'>,
  dependencies: FlushReplacedDependencies,
): Promise<string | undefined> {
  if (!job.invalidate || done === 0) return undefined;
  try {
    return await flush(job, dependencies);
  } catch (error) {
    dependencies.warn('What a job replaced could not be flushed', { jobId: job.id, error });
    return 'What it replaced could not be flushed from the CDN, which may show it for up to 10 hours: flush it by Invalidate CDN.';
  }
}

async function flush(
  { company, id }: PublishJob,
  { readLog, flushAssets, flushCompany }: FlushReplacedDependencies,
): Promise<string | undefined> {
  const replaced = new Set<string>();
  let lines = 0;
  let after: LogPosition | undefined;
  do {
    const page = await readLog(company, id, { limit: pageSize, after });
    for (const line of page.items) if (line.replaced && line.asset !== undefined) replaced.add(line.asset);
    lines += page.items.length;
    after = page.next;
  } while (after && lines < mostLines && replaced.size <= mostAssetTags);
  if (after || replaced.size > mostAssetTags) {
    await flushCompany(company);
    return 'All of the company is flushed from the CDN.';
  }
  if (replaced.size === 0) return undefined;
  await flushAssets(company, [...replaced]);
  return replaced.size === 1
    ? '1 asset is flushed from the CDN.'
    : `${replaced.size} assets are flushed from the CDN.`;
}
