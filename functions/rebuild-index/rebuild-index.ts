import { type BuildIndexDependencies, buildIndex } from '../../application/library/build-index.ts';
import { type CompactIndexDependencies, compactIndex } from '../../application/library/compact-index.ts';
import type { IndexRequest } from './rebuild-index.contract.ts';

export interface RebuildIndexDependencies extends BuildIndexDependencies, CompactIndexDependencies {
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
}

/** Milliseconds reserved for storing the snapshot. */
const reserve = 120_000;

/**
 * "Rebuild Index": makes a new snapshot of a company's search index from the former one and the changes since, or builds
 * the index again from the asset table.
 *
 * @throws Error if the library is too large for one call
 */
export async function rebuildIndex(
  { company, rebuild }: IndexRequest,
  dependencies: RebuildIndexDependencies,
): Promise<'built' | 'compacted' | 'unchanged'> {
  if (!rebuild) {
    const result = await compactIndex(company, dependencies);
    if (result !== 'missing') return result;
  }
  const path = dependencies.newFile();
  try {
    const index = await buildIndex(company, path, () => dependencies.timeLeft() > reserve, dependencies);
    if (!index) throw new Error(`The search index of ${company} could not be built in one call`);
    index.close();
    return 'built';
  } finally {
    dependencies.removeFile(path);
  }
}
