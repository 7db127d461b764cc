import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogPosition } from '../../../adapters/s3/job-logs.ts';
import { type FilteredLogDependencies, filteredLogEntries } from '../../../application/jobs/filtered-log.ts';
import { sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import { type LogEntry, outcomes } from '../../../domain/jobs/job.ts';
import { logFiles, partLogFile } from '../../../domain/jobs/job-file-names.ts';
import { isWhole, type LogFilter, matchesLogFilter } from '../../../domain/jobs/log-filter.ts';

const line = (outcome: LogEntry['outcome'], asset?: string): LogEntry => ({
  time: 't',
  outcome,
  message: 'm',
  ...(asset === undefined ? {} : { asset, server: 'video' as const }),
});

/** A log in memory. @param parts the log entries of each part */
function logOf(parts: readonly (readonly LogEntry[])[]) {
  const read: string[] = [];
  const texts = new Map<string, readonly LogEntry[]>([
    [logFiles.begin, [line('begin')]],
    ...parts.map((lines, index) => [partLogFile(0, index + 1), lines] as const),
    [logFiles.end, [line('end')]],
  ]);
  const dependencies: FilteredLogDependencies & { clock: () => number } = {
    async *listParts(_company, _jobId, { after } = {}) {
      for (const [index, lines] of parts.entries()) {
        const part = index + 1;
        if (part > (after?.part ?? 0))
          yield { level: 0, part, counts: sumOfLogEntries(lines), perServer: {}, closed: false, at: 't' };
      }
    },
    async readLogFile(_company, _jobId, file) {
      read.push(file);
      return texts
        .get(file)
        ?.map((one) => `${JSON.stringify(one)}\n`)
        .join('');
    },
    clock: () => 0,
  };
  return { dependencies, read, whole: [...texts.values()].flat() };
}

async function pages(
  filter: LogFilter,
  limit: number,
  dependencies: FilteredLogDependencies & { clock: () => number },
) {
  const found: LogEntry[] = [];
  let after: LogPosition | undefined;
  do {
    const page = await filteredLogEntries(
      { company: 'luma', jobId: 'J1', filter },
      { limit, after, until: 1 },
      dependencies,
    );
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    after = page.next;
  } while (after);
  return found;
}

describe('the matching entries of a log', () => {
  const lines = fc.array(
    fc.record({ outcome: fc.constantFrom(...outcomes), asset: fc.constantFrom('a', 'b') }),
    { maxLength: 5 },
  );
  const filters: fc.Arbitrary<LogFilter> = fc.record(
    {
      outcomes: fc.subarray([...outcomes, 'begin', 'end'] as const, { minLength: 1 }),
      asset: fc.constantFrom('a', 'c'),
      server: fc.constantFrom('video' as const, 'image-serving' as const),
    },
    { requiredKeys: [] },
  );

  it('are the same for any page size and any time limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { maxLength: 40 }),
        filters,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (parts, filter, limit, inTime) => {
          const log = logOf(parts.map((part) => part.map(({ outcome, asset }) => line(outcome, asset))));
          const clock = () => (inTime ? 0 : 2);
          const found = await pages(filter, limit, { ...log.dependencies, clock });
          expect(found).toEqual(log.whole.filter((one) => matchesLogFilter(one, filter)));
          if (isWhole(filter)) expect(found.at(-1)?.outcome).toBe('end');
        },
      ),
    );
  });

  it('are only read from parts that counted such entries', async () => {
    const log = logOf([
      [line('published', 'a')],
      [line('error', 'a'), line('published', 'b')],
      [line('skipped', 'a')],
    ]);
    expect(await pages({ outcomes: ['error'] }, 9, log.dependencies)).toEqual([line('error', 'a')]);
    expect(log.read).toEqual([partLogFile(0, 2)]);
  });
});
