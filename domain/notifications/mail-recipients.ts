import type { Job } from '../jobs/job.ts';
import type { EmailPreferences } from './email-preferences.ts';

/** A member as far as mail goes. */
export interface MailMember {
  readonly subject: string;
  /** Missing where the system knows none. */
  readonly email?: string;
  readonly preferences?: EmailPreferences;
}

export type MailMoment = 'begin' | 'end';

export interface MailRecipients {
  /** One mail each. */
  readonly to: readonly { readonly subject: string; readonly email: string }[];
  /** The job's owner should get one, and has no address. */
  readonly ownerUnknown: boolean;
}

/** Whose job it is: the member it runs as, else who submitted it. */
export function jobOwner(job: Job): string {
  return (job.kind === 'publish' ? job.runAs : undefined) ?? job.submittedBy;
}

/**
 * Who gets mail about a job: its owner as the job says, and everyone whose preferences say so; nobody twice. Where the
 * two differ, mail is sent: the job's setting adds to what the owner prefers, and never takes away.
 */
export function mailRecipients(job: Job, moment: MailMoment, members: readonly MailMember[]): MailRecipients {
  const owner = jobOwner(job);
  const asked = isAskedFor(job, moment);
  const recipients = members.filter(
    ({ subject, preferences }) =>
      (asked && subject === owner) ||
      (moment === 'end' && preferences !== undefined && isPreferred(job, owner === subject, preferences)),
  );
  return {
    to: recipients.flatMap(({ subject, email }) => (email === undefined ? [] : [{ subject, email }])),
    ownerUnknown: asked && members.find(({ subject }) => subject === owner)?.email === undefined,
  };
}

function isAskedFor(job: Job, moment: MailMoment): boolean {
  const setting = job.kind === 'publish' ? (job.email ?? 'none') : 'none';
  if (moment === 'begin') return setting === 'all';
  switch (setting) {
    case 'none':
      return false;
    case 'all':
    case 'completion':
      return true;
    case 'errors':
      return hasErrors(job);
    case 'errors-and-warnings':
      return hasErrors(job) || job.counts.warnings > 0;
  }
}

function isPreferred(job: Job, isOwn: boolean, { completion, scope, types }: EmailPreferences): boolean {
  if (completion === 'off' || !types.includes(job.kind)) return false;
  if (scope === 'own' && !isOwn) return false;
  return completion === 'all' || hasErrors(job) || job.counts.warnings > 0;
}

/** Work that was left because somebody stopped the job is no error. */
function hasErrors({ status, counts }: Job): boolean {
  return status === 'failed' || status === 'completed-with-errors' || counts.errors > 0;
}
