import type { NotifiedJob } from '../jobs/job.ts';
import type { EmailPreferences } from './email-preferences.ts';

/** The attributes of a member that mail depends on. */
export interface MailMember {
  readonly subject: string;
  /** Missing if the address is unknown. */
  readonly email?: string;
  readonly preferences?: EmailPreferences;
}

export type MailMoment = 'begin' | 'end';

export interface MailRecipients {
  /** Each member receives one mail. */
  readonly to: readonly { readonly subject: string; readonly email: string }[];
  /** The owner of the job should receive a mail, but the address is unknown. */
  readonly ownerUnknown: boolean;
}

/** The subject of the member whose job it is: the one that it runs as, or its submitter. */
export function jobOwner(job: NotifiedJob): string {
  return (job.kind === 'publish' ? job.runAs : undefined) ?? job.submittedBy;
}

/**
 * The recipients of mail about a job, each once: its owner by the job's e-mail setting, and all members by their
 * preferences. The setting of a job adds to the owner's preferences and never removes anything.
 */
export function mailRecipients(
  job: NotifiedJob,
  moment: MailMoment,
  members: readonly MailMember[],
): MailRecipients {
  const owner = jobOwner(job);
  const bySetting = isSet(job, moment);
  const recipients = members.filter(
    ({ subject, preferences }) =>
      (bySetting && subject === owner) ||
      (moment === 'end' && preferences !== undefined && isPreferred(job, owner === subject, preferences)),
  );
  return {
    to: recipients.flatMap(({ subject, email }) => (email === undefined ? [] : [{ subject, email }])),
    ownerUnknown: bySetting && members.find(({ subject }) => subject === owner)?.email === undefined,
  };
}

function isSet(job: NotifiedJob, moment: MailMoment): boolean {
  const setting = job.email ?? 'none';
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

function isPreferred(
  job: NotifiedJob,
  isOwn: boolean,
  { completion, scope, types }: EmailPreferences,
): boolean {
  if (completion === 'off' || !types.includes(job.kind)) return false;
  if (scope === 'own' && !isOwn) return false;
  return completion === 'all' || hasErrors(job) || job.counts.warnings > 0;
}

/** Entries that were not reached because a member stopped the job are no errors. */
function hasErrors({ status, counts }: NotifiedJob): boolean {
  return status === 'failed' || status === 'completed-with-errors' || counts.errors > 0;
}
