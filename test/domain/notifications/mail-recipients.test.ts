import { describe, expect, it } from 'vitest';
import type { EmailSetting, NotifiedJob } from '../../../domain/jobs/job.ts';
import { type EmailPreferences, noEmail } from '../../../domain/notifications/email-preferences.ts';
import { type MailMember, mailRecipients } from '../../../domain/notifications/mail-recipients.ts';
import { publishJob, uploadJob } from './jobs.ts';

const good = { ...publishJob, status: 'succeeded', counts: { ...publishJob.counts, errors: 0 } } as const;
const warned = { ...good, counts: { ...good.counts, warnings: 1 } } as const;
const bad = publishJob;
const broken = { ...good, status: 'failed', reason: 'It broke' } as const;
const stopped = { ...good, status: 'stopped', counts: { ...good.counts, notReached: 5 } } as const;

const member = (subject: string, preferences?: Partial<EmailPreferences>): MailMember => ({
  subject,
  email: `${subject}@example.com`,
  ...(preferences && { preferences: { ...noEmail, ...preferences } }),
});
const subjects = (job: NotifiedJob, members: readonly MailMember[], moment: 'begin' | 'end' = 'end') =>
  mailRecipients(job, moment, members).to.map(({ subject }) => subject);

describe('mail by the setting of a job', () => {
  it.each<[EmailSetting, begin: boolean, good: boolean, warned: boolean, bad: boolean, stopped: boolean]>([
    ['none', false, false, false, false, false],
    ['all', true, true, true, true, true],
    ['completion', false, true, true, true, true],
    ['errors', false, false, false, true, false],
    ['errors-and-warnings', false, false, true, true, false],
  ])('is sent as "%s" says', (email, ...expected) => {
    const sent = (job: NotifiedJob, moment: 'begin' | 'end' = 'end') =>
      subjects({ ...job, email } as NotifiedJob, [member('ann'), member('bob')], moment);
    const all = [sent(good, 'begin'), sent(good), sent(warned), sent(bad), sent(stopped)];
    expect(all).toEqual(expected.map((is) => (is ? ['ann'] : [])));
    expect(sent(broken)).toEqual(sent(bad));
  });

  it('is sent to the member that the job runs as, and a missing address is reported', () => {
    const job = { ...good, email: 'all', runAs: 'bob' } as const;
    expect(mailRecipients(job, 'end', [member('ann'), member('bob')])).toEqual({
      to: [{ subject: 'bob', email: 'bob@example.com' }],
      ownerUnknown: false,
    });
    for (const members of [[], [{ subject: 'bob' }]]) {
      expect(mailRecipients(job, 'end', members)).toEqual({ to: [], ownerUnknown: true });
    }
  });
});

describe('mail by the preferences of a member', () => {
  it.each<[string, Partial<EmailPreferences>, jobs: string[]]>([
    ['is not sent by default', {}, []],
    ['is sent about their own jobs', { completion: 'all' }, ['own', 'own bad', 'own upload']],
    [
      'is about all of the company',
      { completion: 'all', scope: 'company' },
      ['own', 'own bad', 'own upload', 'other', 'other bad'],
    ],
    [
      'is sent about jobs with problems',
      { completion: 'problems', scope: 'company' },
      ['own bad', 'other bad'],
    ],
    ['is sent about uploads', { completion: 'all', types: ['upload'] }, ['own upload']],
    ['is sent about publish jobs', { completion: 'all', types: ['publish'] }, ['own', 'own bad']],
  ])('%s', (_, preferences, expected) => {
    const jobs: Record<string, NotifiedJob> = {
      own: good,
      'own bad': bad,
      'own upload': uploadJob,
      other: { ...good, submittedBy: 'bob' },
      'other bad': { ...warned, submittedBy: 'bob' },
    };
    const told = Object.keys(jobs).filter(
      (name) => subjects(jobs[name] as NotifiedJob, [member('ann', preferences)]).length > 0,
    );
    expect(told).toEqual(expected);
    expect(subjects(good, [member('ann', preferences)], 'begin')).toEqual([]);
  });

  it('is added to mail by the setting, and no member receives two', () => {
    const job = { ...bad, email: 'errors' } as const;
    const members = [
      member('ann', { completion: 'all' }),
      member('bob', { completion: 'problems', scope: 'company' }),
      member('cid', { completion: 'problems' }),
      { subject: 'dot', preferences: { ...noEmail, completion: 'all', scope: 'company' } as const },
    ];
    expect(subjects(job, members)).toEqual(['ann', 'bob']);
  });
});
