import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { invalidateReplaced } from '../../../functions/finish-job/invalidate-replaced.ts';
import { aPublishJob, jobIdOf } from '../../support/builders.ts';

/** A log of so many published lines, the first of which replaced something. */
async function flush(lines: number, replaced: number, job: { invalidate?: boolean } = { invalidate: true }) {
  const log: LogEntry[] = Array.from({ length: lines }, (_, index) => ({
    time: 'now',
    asset: `a${index}`,
    outcome: 'published',
    message: 'Version 2 is live',
    ...(index < replaced ? { replaced: true as const } : {}),
  }));
  const flushed: string[] = [];
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
        flushed.push(...ids);
      },
      async invalidateCompany(company) {
        flushed.push(`all of ${company}`);
      },
      warn() {},
    },
  );
  return { text, flushed: flushed.length > 3 ? flushed.length : flushed, pages };
}

describe('the flush of what a job replaced', () => {
  it.each([
    ['is not asked for', 10, 10, {}, undefined, [], 0],
    ['has nothing to do where nothing was published', 0, 0, undefined, undefined, [], 0],
    ['has nothing to do where nothing was there before', 10, 0, undefined, undefined, [], 1],
    ['names one', 10, 1, undefined, '1 asset is flushed from the CDN.', ['a0'], 1],
    ['names up to 500', 2_000, 500, undefined, '500 assets are flushed from the CDN.', 500, 2],
    [
      'is of the company above',
      2_000,
      501,
      undefined,
      'All of the company is flushed from the CDN.',
      ['all of luma'],
      1,
    ],
    [
      'is of the company where the log is long: looking through it would take longer',
      20_000,
      3,
      undefined,
      'All of the company is flushed from the CDN.',
      ['all of luma'],
      5,
    ],
  ] as const)('%s', async (_, lines, replaced, job, text, flushed, pages) => {
    expect(await flush(lines, replaced, job)).toEqual({ text, flushed, pages });
  });
});
