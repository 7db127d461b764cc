import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { invalidateReplaced } from '../../../functions/finish-job/invalidate-replaced.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';

/** A log with `lines` published entries; the first `replaced` of them replaced an older copy. */
async function invalidate(
  lines: number,
  replaced: number,
  job: { invalidate?: boolean } = { invalidate: true },
) {
  const log: LogEntry[] = Array.from({ length: lines }, (_, index) => ({
    time: 'now',
    asset: `a${index}`,
    outcome: 'published',
    message: 'Version 2 is live',
    ...(index < replaced ? { replaced: true as const } : {}),
  }));
  const invalidated: string[] = [];
  let pages = 0;
  const text = await invalidateReplaced(
    aPublishJob({ id: jobIdOf(1), ...job }),
    { done: lines },
    {
      async readLog(_company, _jobId, { limit, after }) {
        pages += 1;
        const from = after?.line ?? 0;
        const items = log.slice(from, from + limit);
        return from + limit < log.length
          ? { items, next: { file: '000/0000000.jsonl', line: from + limit } }
          : { items };
      },
      async invalidateAssets(_, ids) {
        invalidated.push(...ids);
      },
      async invalidateCompany(company) {
        invalidated.push(`all of ${company}`);
      },
      warn() {},
    },
  );
  return { text, invalidated: invalidated.length > 3 ? invalidated.length : invalidated, pages };
}

describe('invalidateReplaced', () => {
  it.each([
    ['is not asked for', 10, 10, {}, undefined, [], 0],
    ['has nothing to invalidate if nothing was published', 0, 0, undefined, undefined, [], 0],
    ['has nothing to invalidate if nothing was replaced', 10, 0, undefined, undefined, [], 1],
    ['names one', 10, 1, undefined, '1 asset is invalidated in the CDN.', ['a0'], 1],
    ['names up to 500', 2_000, 500, undefined, '500 assets are invalidated in the CDN.', 500, 2],
    [
      'is of the company above',
      2_000,
      501,
      undefined,
      'All assets of the company are invalidated in the CDN.',
      ['all of luma'],
      1,
    ],
    [
      'is of the company where the log is long: looking through it would take longer',
      20_000,
      3,
      undefined,
      'All assets of the company are invalidated in the CDN.',
      ['all of luma'],
      5,
    ],
  ] as const)('%s', async (_, lines, replaced, job, text, invalidated, pages) => {
    expect(await invalidate(lines, replaced, job)).toEqual({ text, invalidated, pages });
  });
});
