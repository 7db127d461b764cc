import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import { type LogEntry, outcomes } from '../../../domain/jobs/job.ts';
import { isWhole, matchesLogFilter, maxLogEntries } from '../../../domain/jobs/log-filter.ts';

const line: LogEntry = { time: 't', asset: 'shoe', server: 'video', outcome: 'error', message: 'm' };

describe('a filter of log entries', () => {
  it.each([
    [{}, true],
    [{ outcomes: ['error', 'begin'] as const }, true],
    [{ outcomes: ['skipped'] as const }, false],
    [{ asset: 'shoe' }, true],
    [{ asset: 'sho' }, false],
    [{ server: 'video' as const }, true],
    [{ server: 'image-serving' as const }, false],
    [{ asset: 'shoe', outcomes: ['skipped'] as const }, false],
  ])('%j matches an error of shoe: %s', (filter, expected) => {
    expect(matchesLogFilter(line, filter)).toBe(expected);
  });

  it('without conditions leaves the whole log', () => {
    expect(isWhole({ outcomes: undefined })).toBe(true);
    expect(isWhole({ asset: 'x' })).toBe(false);
  });

  it('finds no more entries than the counts allow', () => {
    const some = fc.constantFrom(...outcomes);
    fc.assert(
      fc.property(fc.array(some), fc.array(some), (here, wanted) => {
        const lines = here.map((outcome) => ({ ...line, outcome }));
        const filter = { outcomes: [...new Set(wanted)] };
        const found = lines.filter((one) => matchesLogFilter(one, filter)).length;
        expect(found).toBeLessThanOrEqual(maxLogEntries(sumOfLogEntries(lines), filter));
        expect(maxLogEntries(sumOfLogEntries(lines), {})).toBe(lines.length);
      }),
    );
  });
});
