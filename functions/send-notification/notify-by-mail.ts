import type { MailMemberStore } from '../../adapters/dynamodb/notifications/mail-member-store.ts';
import type { NotificationStore } from '../../adapters/dynamodb/notifications/notification-store.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { NotifiedJob } from '../../domain/jobs/job.ts';
import { jobMail, type Mail } from '../../domain/notifications/job-mail.ts';
import { type MailMoment, mailRecipients } from '../../domain/notifications/mail-recipients.ts';

export interface NotifyByMailDependencies
  extends Pick<MailMemberStore, 'listMailMembers'>,
    Pick<NotificationStore, 'claimMail' | 'releaseMail'>,
    Pick<JobLogs, 'writeNotice'> {
  /** Undefined if this installation sends no mail. @returns the reason if the mail was refused for good */
  readonly mail: ((to: string, mail: Mail) => Promise<string | undefined>) | undefined;
  readonly apiUrl: string;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  readonly log: { warn(message: string, facts: Record<string, unknown>): void };
}

/** SES accepts 14 mails a second from a new account. */
const mailsAtATime = 5;

/**
 * Sends a mail about the begin or the end of a job to each member who asked for it, at most once. A call that dies may
 * leave a member without a mail.
 *
 * The job's log gets a notice with the outcome.
 *
 * Costs: a query of the company's members; one write and one SES request for each mail; a PUT for the notice.
 */
export async function notifyByMail(
  job: NotifiedJob,
  moment: MailMoment,
  dependencies: NotifyByMailDependencies,
): Promise<void> {
  const { mail, log } = dependencies;
  if (mail === undefined) return;
  const { company, id } = job;
  const { to, ownerUnknown } = mailRecipients(job, moment, await dependencies.listMailMembers(company));
  if (ownerUnknown)
    await notice(job, moment, 'No mail was sent: the owner of the job has no known address.', dependencies);
  if (to.length === 0) return;
  const text = jobMail(job, moment, dependencies.apiUrl);
  let claimed = 0;
  let refused = 0;
  await inParallel(to, mailsAtATime, async ({ subject, email }) => {
    if (!(await dependencies.claimMail(company, id, moment, subject, dependencies.now()))) return;
    try {
      const reason = await mail(email, text);
      claimed += 1;
      if (reason === undefined) return;
      refused += 1;
      log.warn('SES refused a mail', { company, jobId: id, subject, reason });
    } catch (error) {
      await dependencies.releaseMail(company, id, moment, subject);
      throw error;
    }
  });
  // A message that is delivered again finds every mail claimed, and must not replace the notice of the first delivery.
  if (claimed > 0) await notice(job, moment, outcomeOf(moment, to.length - refused, refused), dependencies);
}

/** For example "Mail about the end of this job: sent to 2 members. The mail service refused 1." */
function outcomeOf(moment: MailMoment, sent: number, refused: number): string {
  const members = sent === 1 ? '1 member' : `${sent} members`;
  const rest = refused === 0 ? '' : ` The mail service refused ${refused}.`;
  return `Mail about the ${moment} of this job: sent to ${members}.${rest}`;
}

async function notice(
  { company, id }: NotifiedJob,
  moment: MailMoment,
  message: string,
  { writeNotice, now }: Pick<NotifyByMailDependencies, 'writeNotice' | 'now'>,
): Promise<void> {
  await writeNotice(company, id, `mail-${moment}`, { time: now(), outcome: 'notice', message });
}
