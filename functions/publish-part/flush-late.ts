import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogLine } from '../../domain/jobs/job.ts';

/** Messages to SQS, some 10 ms each. */
const atATime = 10;

/**
 * Has the CDN forget what a worker that came late replaced. A message for each asset, at most those of one part; doing it
 * again does no harm. A flush that fails keeps no counts from being put right: what is stale then is so for 10 hours at
 * most.
 */
export async function flushLate(
  company: string,
  lines: readonly LogLine[],
  {
    forget,
    warn,
  }: Pick<PublishDependencies, 'forget'> & {
    readonly warn: (message: string, facts: Record<string, unknown>) => void;
  },
): Promise<void> {
  const replaced = new Set(lines.flatMap((line) => (line.replaced && line.asset ? [line.asset] : [])));
  try {
    await inParallel([...replaced], atATime, (id) => forget(company, id));
  } catch (error) {
    warn('What a late worker replaced could not be flushed', { company, error });
  }
}
