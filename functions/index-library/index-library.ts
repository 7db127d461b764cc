import type { DynamoDBStreamEvent } from 'aws-lambda';
import { changesOf } from '../../adapters/dynamodb/library/stream-changes.ts';
import type { IndexFiles } from '../../adapters/s3/index-files.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { placeOf } from '../../domain/library/index-places.ts';

export interface IndexLibraryDependencies extends Pick<IndexFiles, 'writeChanges'> {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly newId: () => string;
}

const writesAtATime = 20;

/**
 * "Index Library": writes the changes in a batch of the asset table's stream into a file for each company, which searches
 * apply. A batch that arrives again makes another file with the same changes, which changes nothing.
 *
 * Costs: a PUT for each company in the batch.
 */
export async function indexLibrary(
  { Records }: DynamoDBStreamEvent,
  { writeChanges, clock, newId }: IndexLibraryDependencies,
): Promise<void> {
  await inParallel([...changesOf(Records)], writesAtATime, ([company, changes]) =>
    writeChanges(company, placeOf(clock(), newId()), changes),
  );
}
