import { describe, expect, it } from 'vitest';
import { jobMail } from '../../../domain/notifications/job-mail.ts';
import { redactedUrl } from '../../../domain/notifications/redacted-url.ts';
import { publishJob, uploadJob } from './jobs.ts';

const api = 'https://api.example.com';

describe('A mail about a job', () => {
  it('tells its name, status, counts and where to look', () => {
    const { subject, text } = jobMail({ ...publishJob, reason: 'It broke.' }, 'end', api);
    expect(subject).toBe('Nightly 2026-11-24 09:00:00: has ended with errors');
    expect(text).toContain('The publish job "Nightly 2026-11-24 09:00:00" of luma has ended with errors.');
    expect(text).toContain('Reason: It broke.');
    expect(text).toMatch(
      /Planned: +10\nPublished: +7\nSkipped: +2\nWarnings: +0\nErrors: +1\nNot reached: +0/,
    );
    expect(text).toContain(`Log: ${api}/v1/companies/luma/jobs/${publishJob.id}/log`);
  });

  it('at its begin tells no counts', () => {
    const { subject, text } = jobMail({ ...publishJob, status: 'running' }, 'begin', api);
    expect(subject).toBe('Nightly 2026-11-24 09:00:00: has begun');
    expect(text).not.toMatch(/Planned|Ended|Status/);
  });

  it('about an upload tells what was recorded', () => {
    expect(jobMail(uploadJob, 'end', api).text).toMatch(/The upload job .* has succeeded.*Recorded: +1\n/s);
  });

  it('has one line as its subject, whatever the name is', () => {
    const name = `a\r\nBcc: eve@example.com ${'é'.repeat(300)}`;
    const { subject } = jobMail({ ...publishJob, name }, 'end', api);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject.length).toBeLessThanOrEqual(150);
  });
});

describe('A URL as everyone sees it', () => {
  it.each([
    ['https://hooks.example.com/a/b?token=1', 'https://hooks.example.com/…'],
    ['https://hooks.example.com?token=1', 'https://hooks.example.com/…'],
    ['http://hooks.example.com:8080/', 'http://hooks.example.com:8080'],
  ])('%s is %s', (url, shown) => {
    expect(redactedUrl(url)).toBe(shown);
  });
});
