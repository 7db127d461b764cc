import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Server } from '../../../domain/delivery/server.ts';
import { countsOf } from '../../../domain/jobs/counts.ts';
import type { LogEntry, Outcome } from '../../../domain/jobs/job.ts';
import { mergeLogEntries } from '../../../domain/jobs/merge-log-entries.ts';

const line = (outcome: Outcome, more: Partial<LogEntry> = {}): LogEntry => ({
  time: '2026-11-24T09:00:00.000Z',
  asset: 'a',
  server: 'image-serving',
  outcome,
  message: 'made by a test',
  ...more,
});
const replaced = { replaced: true } as const;

describe('the merged log entry of two workers', () => {
  it.each([
    ['error', 'published', 'published'],
    ['published', 'error', 'published'],
    ['published', 'skipped', 'published'],
    ['published', 'not-reached', 'published'],
    ['withdrawn', 'skipped', 'withdrawn'],
    ['recorded', 'skipped', 'recorded'],
    ['warning', 'published', 'published'],
    ['error', 'skipped', 'skipped'],
    ['not-reached', 'error', 'error'],
  ] as const)('that found first %s and then %s is %s', (before, found, says) => {
    expect(mergeLogEntries([line(before)], [line(found)])).toEqual([line(says)]);
  });

  it('keeps that a version was replaced, whichever of them recorded it', () => {
    const knows = line('published', replaced);
    expect(mergeLogEntries([knows], [line('published')])).toEqual([knows]);
    expect(mergeLogEntries([line('published')], [knows])).toEqual([knows]);
  });

  it('is separate for each asset and server, and no entry is lost', () => {
    const others = [line('error', { asset: 'b' }), line('error', { server: 'video' })];
    expect(mergeLogEntries(others, [line('published')])).toEqual([line('published'), ...others]);
  });
});

const lines = fc.uniqueArray(
  fc
    .record({
      asset: fc.constantFrom('a', 'b', 'c'),
      server: fc.constantFrom<Server>('image-serving', 'video'),
      outcome: fc.constantFrom<Outcome>('published', 'withdrawn', 'skipped', 'error', 'not-reached'),
    })
    .map(({ outcome, ...place }) => line(outcome, place)),
  { selector: ({ asset, server }) => `${asset} ${server}` },
);
const doneOf = (all: readonly LogEntry[]) =>
  new Set(all.filter((one) => countsOf(one).done).map(({ asset, server }) => `${asset} ${server}`));

it('a merged entry is done if one of the workers has done it, in any order, and merging again changes nothing', () => {
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const merged = mergeLogEntries(one, other);
      expect(doneOf(merged)).toEqual(new Set([...doneOf(one), ...doneOf(other)]));
      expect(doneOf(mergeLogEntries(other, one))).toEqual(doneOf(merged));
      expect(mergeLogEntries(merged, other)).toEqual(merged);
    }),
  );
});
