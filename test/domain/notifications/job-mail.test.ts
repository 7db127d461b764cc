import { describe, expect, it } from 'vitest';
import { jobMail } from '../../../domain/notifications/job-mail.ts';
import { redactedUrl } from '../../../domain/notifications/redacted-url.ts';
import { publishJob, uploadJob } from './jobs.ts';

const api = 'https://api.example.com';

describe('the mail about a job', () => {
  it('has its name, status, counts and links', () => {
    const { subject, text } = jobMail({ ...publishJob, reason: 'It broke.' }, 'end', api);
    expect(subject).toBe('Nightly 2026-11-24 09:00:00: has completed with errors');
    expect(text).toContain(
      'The publish job "Nightly 2026-11-24 09:00:00" of luma has completed with errors.',
    );
    expect(text).toContain('Reason: It broke.');
    expect(text).toMatch(
      /Planned: +10\nPublished: +7\nSkipped: +2\nWarnings: +0\nErrors: +1\nNot reached: +0/,
    );
    expect(text).toContain(`Log: ${api}/v1/companies/luma/jobs/${publishJob.id}/log`);
  });

  it('has no counts at the begin of the job', () => {
    const { subject, text } = jobMail({ ...publishJob, status: 'running' }, 'begin', api);
    expect(subject).toBe('Nightly 2026-11-24 09:00:00: has begun');
    expect(text).not.toMatch(/Planned|Finished|Status/);
  });

  it('has the number of recorded files of an upload', () => {
    expect(jobMail(uploadJob, 'end', api).text).toMatch(/The upload job .* has succeeded.*Recorded: +1\n/s);
  });

  it('has a subject of one line for any name', () => {
    const name = `a\r\nBcc: eve@example.com ${'é'.repeat(300)}`;
    const { subject } = jobMail({ ...publishJob, name }, 'end', api);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject.length).toBeLessThanOrEqual(150);
  });
});

describe('a redacted URL', () => {
  it.each([
    ['https://hooks.example.com/a/b?token=1', 'https://hooks.example.com/…'],
    ['https://hooks.example.com?token=1', 'https://hooks.example.com/…'],
    ['http://hooks.example.com:8080/', 'http://hooks.example.com:8080'],
  ])('of %s is %s', (url, shown) => {
    expect(redactedUrl(url)).toBe(shown);
  });
});
