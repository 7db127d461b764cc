import { describe, expect, it } from 'vitest';
import { deriveConcurrency, minUnreserved } from '../../infra/concurrency.ts';
import { changedSettings, readConfig } from '../../infra/config.ts';

describe('the concurrency of an account', () => {
  const nothing = { imageConcurrency: undefined, apiConcurrency: undefined, publishConcurrency: undefined };

  it.each([
    [
      'that is not known',
      undefined,
      { ...nothing, ingestConcurrency: 20, partConcurrency: 40, maxRunningJobs: 25 },
    ],
    ['that is new', 10, { ...nothing, ingestConcurrency: 2, partConcurrency: 4, maxRunningJobs: 5 }],
    ['of 100', 100, { ...nothing, ingestConcurrency: 10, partConcurrency: 40, maxRunningJobs: 5 }],
    [
      'of 1,000',
      1_000,
      {
        imageConcurrency: 270,
        apiConcurrency: 90,
        publishConcurrency: 360,
        ingestConcurrency: 20,
        partConcurrency: 40,
        maxRunningJobs: 25,
      },
    ],
    [
      'of 10,000',
      10_000,
      {
        imageConcurrency: 2_970,
        apiConcurrency: 990,
        publishConcurrency: 3_960,
        ingestConcurrency: 20,
        partConcurrency: 40,
        maxRunningJobs: 250,
      },
    ],
  ] as const)('%s is divided', (_, accountConcurrency, expected) => {
    expect(deriveConcurrency({ accountConcurrency })).toEqual(expected);
  });

  it.each([10, 99, 100, 150, 199, 200, 201, 999, 1_000, 5_000, 100_000])(
    'of %d never reserves more than AWS allows, nor nothing for a function',
    (accountConcurrency) => {
      const { imageConcurrency, apiConcurrency, publishConcurrency } = deriveConcurrency({
        accountConcurrency,
      });
      const reserved = [imageConcurrency, apiConcurrency, publishConcurrency];
      const sum = reserved.reduce<number>((total, one) => total + (one ?? 0), 0);
      expect(sum).toBeLessThanOrEqual(Math.max(0, accountConcurrency - minUnreserved));
      for (const one of reserved) expect(one).not.toBe(0);
    },
  );

  it('is divided by settings where they are given', () => {
    const asked = { accountConcurrency: '1000', imageConcurrency: '400', partConcurrency: '10' };
    expect(readConfig(asked)).toMatchObject({
      imageConcurrency: 400,
      apiConcurrency: 90,
      publishConcurrency: 360,
      partConcurrency: 10,
    });
  });

  it('is recorded as it was set, without what follows from it', () => {
    const recorded = (asked: Record<string, string>) =>
      expect(changedSettings(readConfig(asked))).toEqual(asked);
    recorded({});
    recorded({ accountConcurrency: '10' });
    recorded({ accountConcurrency: '2000', apiConcurrency: '300' });
    recorded({ accountConcurrency: '1000', partConcurrency: '10', maxRunningJobs: '7' });
    recorded({ partConcurrency: '10' });
  });

  it.each([
    [
      { accountConcurrency: '1000', imageConcurrency: '800' },
      'imageConcurrency 800 + apiConcurrency 90 + publishConcurrency 360 is 1250: with an accountConcurrency of 1000 it must be at most 900',
    ],
    [
      { accountConcurrency: '50', apiConcurrency: '1' },
      'imageConcurrency 0 + apiConcurrency 1 + publishConcurrency 0 is 1: with an accountConcurrency of 50 it must be at most 0',
    ],
    [{ publishConcurrency: '40' }, 'publishConcurrency is 40, but accountConcurrency is not set'],
  ])('refuses %j', (asked, complaint) => {
    expect(() => readConfig(asked)).toThrow(complaint);
  });
});
