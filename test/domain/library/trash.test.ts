import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trashed } from '../../../domain/assets/asset.ts';
import {
  afterRestoring,
  afterTrashing,
  dateAfter,
  datesUntil,
  daysLeft,
  isInTrash,
  isOutsideTrash,
  isPurgeDue,
  purgeTime,
} from '../../../domain/library/trash.ts';
import { asset } from '../../functions/serve-api/api-records.ts';

const at = '2026-11-24T08:30:00.000Z';
const by = 'ann';
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('a trashed asset', () => {
  it.each<[string, Trashed, string]>([
    ['an asset 7 days later', { at, by }, '2026-12-01T08:30:00.000Z'],
    ['a derived image 7 days later', { at, by, with: 'parent' }, '2026-12-01T08:30:00.000Z'],
    ['an asset that is being purged at once', { at, by, purging: true }, at],
    ['a former id at once', { at, by, renamedTo: 'new' }, at],
    [
      'a former id with a redirect 30 days later',
      { at, by, renamedTo: 'new', redirect: true },
      '2026-12-24T08:30:00.000Z',
    ],
  ])('is due: %s', (_, trashed, due) => {
    expect(purgeTime(trashed)).toBe(due);
    expect(isPurgeDue(trashed, due)).toBe(true);
    expect(isPurgeDue(trashed, new Date(Date.parse(due) - 1).toISOString())).toBe(false);
  });

  it.each([
    ['at once', at, 7],
    ['a millisecond later', '2026-11-24T08:30:00.001Z', 7],
    ['after a day', '2026-11-25T08:30:00.000Z', 6],
    ['in its last hour', '2026-12-01T07:40:00.000Z', 1],
    ['when it is due', '2026-12-01T08:30:00.000Z', 0],
    ['long afterwards', '2027-01-01T00:00:00.000Z', 0],
  ])('has the right number of days left %s', (_, now, days) => {
    expect(daysLeft({ at, by }, now)).toBe(days);
  });

  it('has days left exactly until it is due', () => {
    fc.assert(
      fc.property(time, time, (put, now) => {
        expect(daysLeft({ at: put, by }, now) === 0).toBe(isPurgeDue({ at: put, by }, now));
      }),
    );
  });

  it('is restored without its publications', () => {
    const trashed = afterTrashing(asset, { at, by });
    const kept = { ...asset, publications: {}, stateAt: at, lastPublishedAt: '2026-11-24T08:00:00.000Z' };
    expect(trashed).toEqual({ ...kept, trashed: { at, by } });
    expect(afterRestoring(trashed)).toEqual(kept);
  });

  it.each<[string, Trashed | undefined, boolean, boolean]>([
    ['an asset in its folder', undefined, true, false],
    ['an asset in the trash', { at, by }, false, true],
    ['an asset that is being purged', { at, by, purging: true }, false, false],
    ['a former id', { at, by, renamedTo: 'x', redirect: true }, false, false],
  ])('is distinguished from others: %s', (_, trashed, there, inTrash) => {
    const one = trashed ? { trashed } : {};
    expect(isOutsideTrash(one)).toBe(there);
    expect(isInTrash(one)).toBe(inTrash);
  });
});

describe('dates', () => {
  it.each([
    ['2026-11-24', 0, '2026-11-24'],
    ['2026-11-24', 7, '2026-12-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-10-24', 2, '2026-10-26'],
  ])('%s and %i days make %s', (date, days, expected) => {
    expect(dateAfter(date, days)).toBe(expected);
  });

  it('until a time are in order without duplicates, and have every due date', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 0, max: 60 }), (now, back) => {
        const dates = datesUntil(dateAfter(now.slice(0, 10), -back), now);
        expect(dates).toHaveLength(back + 1);
        expect(dates).toEqual([...new Set(dates)].sort());
        expect(dates.at(-1)).toBe(now.slice(0, 10));
      }),
    );
    expect(datesUntil('2026-11-25', at)).toEqual([]);
  });
});
