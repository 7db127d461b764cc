import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobFinished, notificationId } from '../../../domain/notifications/job-finished.ts';
import { testNotification } from '../../../domain/notifications/test-notification.ts';
import { publishJob, uploadJob } from './jobs.ts';

const chain = { depth: 2, origin: '01JDF7Q0000000000000000009' };
const apiUrl = 'https://api.example.com';

describe('the notification of a job', () => {
  it('has the name, result, counts, times and chain of a publish job', () => {
    const schedule = { id: 's1', name: 'Every night' };
    expect(jobFinished(publishJob, { chain, schedule, apiUrl })).toEqual({
      type: 'job.finished.v1',
      timestamp: '2026-11-24T08:05:00.000Z',
      data: {
        company: 'luma',
        job: {
          id: '01JDF7Q0000000000000000000',
          name: 'Nightly 2026-11-24 09:00:00',
          givenName: 'Nightly',
          kind: 'publish',
          publish: 'full',
          servers: ['image-serving', 'video'],
        },
        result: 'completed-with-errors',
        counts: { total: 10, done: 7, skipped: 2, warnings: 0, errors: 1, notReached: 0, bytes: 1_234 },
        times: {
          submitted: '2026-11-24T08:00:00.000Z',
          started: '2026-11-24T08:00:01.000Z',
          ended: '2026-11-24T08:05:00.000Z',
        },
        schedule,
        links: {
          job: 'https://api.example.com/v1/companies/luma/jobs/01JDF7Q0000000000000000000',
          log: 'https://api.example.com/v1/companies/luma/jobs/01JDF7Q0000000000000000000/log',
        },
        chain,
      },
    });
  });

  it('leaves out attributes that an upload job does not have', () => {
    const { data } = jobFinished(uploadJob, { chain, apiUrl });
    expect(data.job).toEqual({
      id: '01JDF7Q0000000000000000001',
      name: 'Autumn 2026-11-24 09:00:00',
      givenName: 'Autumn',
      kind: 'upload',
    });
    expect(Object.keys(data)).toEqual(['company', 'job', 'result', 'counts', 'times', 'links', 'chain']);
    expect(data.times).not.toHaveProperty('started');
  });

  it('has the reason of a failure, and not the submitter', () => {
    const failed = { ...publishJob, status: 'failed', reason: 'The job took too long.' } as const;
    const notification = jobFinished(failed, { chain, apiUrl });
    expect(notification.data).toMatchObject({ result: 'failed', reason: 'The job took too long.' });
    expect(JSON.stringify(notification)).not.toContain('ann');
  });

  it('has less than 20 kB for any texts', () => {
    const text = fc.string({
      unit: fc.constantFrom('\u0000', '"', 'a', 'ü', '🎬', '\ud800'),
      maxLength: 5_000,
    });
    const longUrl = `https://${'a.'.repeat(120)}example.com/${'a'.repeat(1_800)}`;
    fc.assert(
      fc.property(text, text, text, text, (name, givenName, reason, schedule) => {
        const notification = jobFinished(
          { ...publishJob, company: 'c'.repeat(63), name, givenName, reason },
          { chain, schedule: { id: 's'.repeat(26), name: schedule }, apiUrl: longUrl },
        );
        expect(Buffer.byteLength(JSON.stringify(notification))).toBeLessThan(20_000);
      }),
    );
    const worst = '\u0000'.repeat(5_000);
    const largest = jobFinished(
      { ...publishJob, company: 'c'.repeat(63), name: worst, givenName: worst, reason: worst },
      { chain, schedule: { id: 's'.repeat(26), name: worst }, apiUrl: longUrl },
    );
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(20_000);
  });

  it('does not split characters', () => {
    const name = `${'a'.repeat(298)}🎬🎬`;
    const cut = jobFinished({ ...publishJob, name }, { chain, apiUrl }).data.job.name;
    expect(cut).toHaveLength(300);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.endsWith('…')).toBe(true);
  });

  it('has the same id for every attempt, without a full stop', () => {
    expect(notificationId(publishJob.id)).toBe('msg_01JDF7Q0000000000000000000');
  });
});

it('a test notification has its own type and triggers nothing', () => {
  expect(testNotification('luma', '2026-11-24T08:00:00.000Z')).toEqual({
    type: 'notification.test.v1',
    timestamp: '2026-11-24T08:00:00.000Z',
    data: { company: 'luma', message: expect.any(String) },
  });
});
