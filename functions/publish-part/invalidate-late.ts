import type { PublishDependencies } from '../../application/assets/publish-asset.ts';
import type { LogEntry } from '../../domain/jobs/job.ts';

/**
 * Invalidates what a worker replaced after its job had ended: a message for each 100 assets, at most those of one part.
 * Repeating it does no harm. A failure does not keep the counts from being reconciled: what is stale then stays so for 10
 * hours at most.
 */
export async function invalidateLate(
  company: string,
  lines: readonly LogEntry[],
  {
    invalidateAssets,
    warn,
  }: Pick<PublishDependencies, 'invalidateAssets'> & {
    readonly warn: (message: string, facts: Record<string, unknown>) => void;
  },
): Promise<void> {
  const replaced = new Set(lines.flatMap((line) => (line.replaced && line.asset ? [line.asset] : [])));
  try {
    await invalidateAssets(company, [...replaced]);
  } catch (error) {
    warn('What a late worker replaced could not be flushed', { company, error });
  }
}
