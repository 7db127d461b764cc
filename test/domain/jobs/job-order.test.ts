import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../domain/jobs/job.ts';
import { compareKeys, jobDuration, jobUser, sortKeys } from '../../../domain/jobs/job-order.ts';
import { uploadJob } from '../../functions/serve-api/api-records.ts';
import { aPublishJob } from '../../support/builders.ts';

const now = '2026-11-24T09:00:00.000Z';

describe('the duration of a job', () => {
  it.each([
    [{}, undefined],
    [{ started: '2026-11-24T08:59:58.500Z' }, 1_500],
    [{ started: '2026-11-24T08:00:00.000Z', ended: '2026-11-24T08:00:02.000Z' }, 2_000],
    // The clocks of two functions may differ.
    [{ started: '2026-11-24T09:00:01.000Z' }, 0],
    [{ ended: '2026-11-24T08:00:02.000Z' }, undefined],
  ])('of %j is %s ms', (times, expected) => {
    expect(jobDuration(times, now)).toBe(expected);
  });
});

it('a job belongs to the member that it runs as, or to its submitter', () => {
  expect(jobUser(aPublishJob({ submittedBy: 'ann' }))).toBe('ann');
  expect(jobUser(aPublishJob({ submittedBy: 'ann', runAs: 'carl' }))).toBe('carl');
  expect(jobUser(uploadJob)).toBe('user');
});

describe('the sort key of a job', () => {
  it('ends with its id', () => {
    const { id } = uploadJob;
    expect(sortKeys(uploadJob)).toEqual({
      type: `upload\t${id}`,
      name: `upload 2026-11-24 08:00:00\t${id}`,
      started: id,
      status: `running\t${id}`,
      destination: `/autumn/\t${id}`,
      user: `user\t${id}`,
      total: `-\t${id}`,
      warnings: `-\t${id}`,
      errors: `-\t${id}`,
      duration: `-\t${id}`,
    });
    expect(sortKeys(aPublishJob({ id })).destination).toBe(`\t${id}`);
  });

  it('has its counts once it has finished, in numeric order', () => {
    const at = (errors: number) =>
      sortKeys(uploadJob, { counts: { ...noCounts, errors }, ended: now }).errors;
    const running = sortKeys(uploadJob).errors;
    expect([at(10), at(9), running, at(0)].toSorted()).toEqual([running, at(0), at(9), at(10)]);
    expect(sortKeys(uploadJob, { counts: noCounts, ended: now }).duration).toBe(
      `0000000000000\t${uploadJob.id}`,
    );
  });

  it('never exceeds the maximum length, and splits no character', () => {
    const { name: key } = sortKeys({ ...uploadJob, id: 'J', name: `x${'😀'.repeat(500)}` });
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1_000);
    expect(key.isWellFormed()).toBe(true);
    expect(key.endsWith('\tJ')).toBe(true);
  });
});

it('sort keys are compared by their UTF-8 bytes, as in DynamoDB', () => {
  const texts = ['', 'a', 'a\t', 'ab', 'é', '～', '\ue000', '\ud7ff', '🍂', '🍃', '🍂a', 'a🍂', 'a～'];
  const bytes = (text: string) => Buffer.from(text);
  expect(texts.toSorted(compareKeys)).toEqual(texts.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b))));
});
