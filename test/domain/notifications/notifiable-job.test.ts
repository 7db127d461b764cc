import { describe, expect, it } from 'vitest';
import { isTerminal, jobStatuses } from '../../../domain/jobs/job.ts';
import { notifiableJob } from '../../../domain/notifications/notifiable-job.ts';
import { publishJob, uploadJob } from './jobs.ts';

const always = { onlyIfPublished: false };
const onlyIfPublished = { onlyIfPublished: true };

describe('a notification is sent', () => {
  it.each(jobStatuses)('exactly in terminal statuses: %s', (status) => {
    const { ended, ...rest } = publishJob;
    const job = { ...rest, status, ...(isTerminal(status) && { ended }) };
    expect(notifiableJob(job, always)).toEqual(isTerminal(status) ? job : undefined);
    expect(notifiableJob(job, onlyIfPublished)).toEqual(isTerminal(status) ? job : undefined);
  });

  it.each(['succeeded', 'completed-with-errors', 'stopped', 'failed'] as const)(
    'of a job that is %s and published nothing, unless that is to be kept silent about',
    (status) => {
      const job = { ...publishJob, status, counts: { ...publishJob.counts, done: 0, skipped: 9 } };
      expect(notifiableJob(job, always)).toBe(job);
      expect(notifiableJob(job, onlyIfPublished)).toBeUndefined();
    },
  );

  it('for an upload job that recorded a file', () => {
    expect(notifiableJob(uploadJob, onlyIfPublished)).toBe(uploadJob);
  });
});
