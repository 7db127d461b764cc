import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { servers } from '../../../domain/delivery/server.ts';
import {
  addByServer,
  addCounts,
  addsUp,
  countsOf,
  emptyByServer,
  isEmptyChange,
  sumByServer,
  sumOfLogEntries,
} from '../../../domain/jobs/counts.ts';
import { noCounts, outcomes } from '../../../domain/jobs/job.ts';

const anyLine = fc.record({ outcome: fc.constantFrom(...outcomes), bytes: fc.nat({ max: 1e9 }) });

describe('the counts of a job', () => {
  it.each([
    ['published', { total: 1, done: 1, bytes: 7 }],
    ['recorded', { total: 1, done: 1, bytes: 7 }],
    ['warning', { total: 1, done: 1, warnings: 1, bytes: 7 }],
    ['skipped', { total: 1, skipped: 1 }],
    ['error', { total: 1, errors: 1 }],
    ['not-reached', { total: 1, notReached: 1 }],
    ['begin', {}],
    ['end', {}],
  ] as const)('of a log entry with the outcome %s are right', (outcome, expected) => {
    expect(countsOf({ outcome, bytes: 7 })).toEqual(expected);
  });

  it('add up for any log entries, however these are split into parts', () => {
    fc.assert(
      fc.property(fc.array(anyLine), fc.nat(), (lines, cut) => {
        const at = lines.length === 0 ? 0 : cut % lines.length;
        const whole = sumOfLogEntries(lines);
        expect(addsUp(whole)).toBe(true);
        expect(whole.total).toBe(lines.length);
        expect(addCounts(sumOfLogEntries(lines.slice(0, at)), sumOfLogEntries(lines.slice(at)))).toEqual(
          whole,
        );
      }),
    );
  });

  it('do not add up if a log entry is missing', () => {
    expect(addsUp({ ...noCounts, total: 2, done: 1 })).toBe(false);
  });

  it('are empty only if all are 0', () => {
    expect(isEmptyChange(noCounts)).toBe(true);
    expect(isEmptyChange({})).toBe(true);
    expect(isEmptyChange({ bytes: 1 })).toBe(false);
  });
});

describe('the counts of a job by server', () => {
  const anyServerLine = fc.record({
    outcome: fc.constantFrom(...outcomes),
    bytes: fc.nat({ max: 1e9 }),
    server: fc.constantFrom(...servers),
  });

  it('sum up to the counts of the job, however its log entries are split into parts', () => {
    fc.assert(
      fc.property(fc.array(anyServerLine), fc.nat(20), (lines, at) => {
        const parts = [lines.slice(0, at), lines.slice(at)].map(sumByServer);
        const sum = parts.reduce(addByServer, emptyByServer(servers));
        expect(sum).toEqual({ ...emptyByServer(servers), ...sumByServer(lines) });
        const whole = sumOfLogEntries(lines);
        for (const name of ['done', 'skipped', 'errors', 'bytes'] as const) {
          expect(Object.values(sum).reduce((all, counts) => all + counts[name], 0)).toBe(whole[name]);
        }
      }),
    );
  });

  it('leave out servers without log entries', () => {
    expect(sumByServer([{ outcome: 'published', server: 'video', bytes: 7 }, { outcome: 'begin' }])).toEqual({
      video: { done: 1, skipped: 0, errors: 0, bytes: 7 },
    });
  });
});
