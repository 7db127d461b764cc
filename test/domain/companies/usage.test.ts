import { describe, expect, it } from 'vitest';
import { checkQuota } from '../../../domain/companies/quota.ts';
import { type DayUsage, presentUsage, usageByPeriod } from '../../../domain/companies/usage.ts';
import { deliveredCompany } from '../../../domain/delivery/delivered-company.ts';

const none = { assets: 0, bytes: 0 };
const day = (date: string, change: Partial<DayUsage> = {}): DayUsage => ({
  day: date,
  requests: 0,
  bytes: 0,
  announced: none,
  announcedBefore: none,
  ...change,
});
const stored = (assets: number, masterBytes: number, counted: string) => ({
  assets,
  masterBytes,
  publishedBytes: 1,
  counted,
});

describe('the usage of a period', () => {
  it('is the sum of what was delivered, and the last count of what is stored', () => {
    const days = [
      day('2026-10-31', { requests: 1, bytes: 10, stored: stored(5, 50, 'first') }),
      day('2026-11-01', { requests: 2, bytes: 20, stored: stored(6, 60, 'second') }),
      day('2026-11-02', { requests: 3, bytes: 30 }),
    ];
    expect(usageByPeriod(days, 'month')).toEqual([
      { period: '2026-10', requests: 1, bytes: 10, stored: stored(5, 50, 'first') },
      { period: '2026-11', requests: 5, bytes: 50, stored: stored(6, 60, 'second') },
    ]);
    expect(usageByPeriod(days, 'day')).toHaveLength(3);
    expect(usageByPeriod([], 'month')).toEqual([]);
  });
});

describe('what a company has now', () => {
  it.each<[string, DayUsage[], number, number]>([
    ['nothing', [], 0, 0],
    ['only what was announced', [day('2026-11-01', { announced: { assets: 2, bytes: 9 } })], 2, 9],
    [
      'the last count, and what was announced after it',
      [
        day('2026-10-31', { announced: { assets: 100, bytes: 100 }, stored: stored(1, 1, 'old') }),
        day('2026-11-01', {
          announced: { assets: 7, bytes: 70 },
          announcedBefore: { assets: 4, bytes: 40 },
          stored: stored(10, 1_000, 'new'),
        }),
        day('2026-11-02', { announced: { assets: 1, bytes: 5 } }),
      ],
      10 + 3 + 1,
      1_000 + 30 + 5,
    ],
  ])('is %s', (_, days, assets, bytes) => {
    expect(presentUsage(days)).toMatchObject({ assets, bytes });
  });
});

describe('a quota', () => {
  const use = { assets: 90, bytes: 900, counted: '2026-11-24T01:10:00.000Z' };
  it.each([
    [{}, 1_000],
    [{ assets: 100 }, 10],
    [{ bytes: 1_000 }, 10],
  ])('of %j takes an upload of %i files of 10 bytes', (quota, assets) => {
    expect(() => checkQuota('luma', quota, use, { assets, bytes: assets * 10 })).not.toThrow();
  });

  it.each([
    [{ assets: 100 }, 'luma has 90 of at most 100 assets; this upload adds up to 11.', 'assets'],
    [
      { bytes: 1_000 },
      'luma has 900 of at most 1000 bytes, as counted at 2026-11-24T01:10:00.000Z and announced since; this upload adds 110.',
      'bytes',
    ],
    [{ assets: 0 }, 'luma has 90 of at most 0 assets', 'assets'],
  ])('of %j refuses a larger upload, with use, limit and who can raise it', (quota, message, name) => {
    expect(() => checkQuota('luma', quota, use, { assets: 11, bytes: 110 })).toThrow(
      expect.objectContaining({
        code: 'quota.exceeded',
        message: expect.stringMatching(/The operator of the installation can raise the quota/),
        facts: expect.objectContaining({ quota: name }),
      }),
    );
    expect(() => checkQuota('luma', quota, use, { assets: 11, bytes: 110 })).toThrow(message);
  });
});

describe('a path of the CDN', () => {
  it.each([
    ['/is/image/luma/red%20shoe', 'luma'],
    ['/is/content/luma/a', 'luma'],
    ['/e2/luma/film', 'luma'],
    ['/ir/render/luma/sofa', 'luma'],
    ['/preview/abc.def/is/image/luma/red', 'luma'],
    ['/is/image/luma', 'luma'],
    ['/is/image/', undefined],
    ['/is/image/<script>/x', undefined],
    ['/favicon.ico', undefined],
    ['/x/is/image/luma/red', undefined],
  ])('%s belongs to the company %s', (path, company) => {
    expect(deliveredCompany(path)).toBe(company);
  });
});
