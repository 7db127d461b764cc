import { cacheTag } from '../../domain/delivery/cache-tag.ts';

/** Ids in one message: 100 of at most 800 bytes, with their tags, are below half of SQS's 256 kB. */
const mostIds = 100;

/** Has the CDN forget ids that were withdrawn. */
export async function flushInBatches(
  company: string,
  ids: readonly string[],
  flush: (withdrawn: { company: string; ids: string[]; tags: string[] }) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < ids.length; start += mostIds) {
    const batch = ids.slice(start, start + mostIds);
    await flush({ company, ids: batch, tags: batch.map((id) => cacheTag(company, id)) });
  }
}
