import { describe, expect, it } from 'vitest';
import {
  freePermits,
  installationPosition,
  inWaitingOrder,
  type Permit,
  permitToTake,
  type WaitingCompany,
} from '../../../domain/jobs/permits.ts';

const held = (...numbers: number[]): Permit[] =>
  numbers.map((permit) => ({ permit, company: `c${permit}`, jobId: `J${permit}` }));
const waiting = (...companies: string[]): WaitingCompany[] =>
  companies.map((company, index) => {
    const since = `2026-11-24T00:00:0${index}.000Z`;
    return { company, since, asked: since };
  });

describe('a permit', () => {
  it.each([
    ['of three', held(), 3, [0, 1, 2]],
    ['that others do not hold', held(1), 3, [0, 2]],
    ['of a limit that was raised', held(0, 1), 3, [2]],
    ['of a limit that was lowered, whose permits count until their jobs end', held(0, 7), 2, []],
  ] as const)('is free %s', (_, permits, max, free) => {
    expect(freePermits(permits, max)).toEqual(free);
  });

  const job = { company: 'acme', jobId: 'J1' };

  it.each([
    ['is taken if one is free', held(0), [], 2, 1],
    ['is not taken if none is free', held(0, 1), [], 2, undefined],
    ['is not taken before a company that waits', held(0), waiting('luma'), 2, undefined],
    ['is taken if more are free than companies wait', held(0), waiting('luma'), 3, expect.any(Number)],
    ['is taken by the job that holds it', [{ permit: 1, ...job }], waiting('luma'), 1, 1],
  ] as const)('%s', (_, permits, companies, max, expected) => {
    expect(permitToTake(job, permits, companies, max)).toEqual(expected);
  });

  it('is another one for most jobs that begin at the same moment', () => {
    const jobs = Array.from({ length: 100 }, (_, number) => ({ company: 'acme', jobId: `01JDE${number}` }));
    const taken = new Set(jobs.map((one) => permitToTake(one, [], [], 25)));
    expect(taken.size).toBeGreaterThan(20);
  });
});

describe('companies that wait', () => {
  it('get permits in the order in which they began to wait', () => {
    const [first, second, third] = waiting('zeta', 'acme', 'luma');
    expect(inWaitingOrder([third, first, second].flatMap((one) => one ?? []))).toEqual([
      first,
      second,
      third,
    ]);
  });

  it.each([
    ['first', 'zeta', 0, 1],
    ['third', 'luma', 0, 3],
    ['in the next round, for its second job', 'zeta', 1, 4],
    ['in the third round, for its third job', 'luma', 2, 9],
    ['nowhere, if it does not wait', 'other', 0, undefined],
  ])('are %s in the installation', (_, company, before, expected) => {
    expect(installationPosition(company, before, waiting('zeta', 'acme', 'luma'))).toBe(expected);
  });
});
