import type { MailMembers } from '../../../adapters/dynamodb/notifications/mail-members.ts';
import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { checkUrl } from '../../../adapters/webhook/check-url.ts';
import { Failure } from '../../../domain/failure.ts';
import type { EmailSetting, JobNotification, PublishJob } from '../../../domain/jobs/job.ts';
import { shownUrl } from '../../../domain/notifications/shown-url.ts';

/** What a job or schedule says of whom it is told to. */
export type Telling = Pick<PublishJob, 'email' | 'notification'>;

export interface TellingDependencies extends Pick<MailMembers, 'keepMailMember'> {
  /** Whether this installation sends mail. */
  readonly mailAvailable: boolean;
  /** Whether notifications may go to this machine: on the local cloud only. */
  readonly notifyLoopback: boolean;
}

interface GivenTelling {
  readonly email?: EmailSetting | undefined;
  readonly notification?: { readonly url: string; readonly onlyIfPublished: boolean } | undefined;
}

/**
 * Checks whom a job is to be told to, as far as can be told now: what a host's name leads to is looked up when a
 * notification is sent.
 * @param prefix of the fields' names: `job.` in a schedule
 * @param before what is kept: its URL may be given as it is shown
 * @throws Failure `request.invalid`
 */
export function checkedTelling(
  { email, notification }: GivenTelling,
  prefix: string,
  before: JobNotification | undefined,
  { mailAvailable, notifyLoopback }: Pick<TellingDependencies, 'mailAvailable' | 'notifyLoopback'>,
): Telling {
  if (email !== undefined && email !== 'none' && !mailAvailable) {
    refuse(`${prefix}email`, 'must be none: this installation sends no mail (its setting mailFrom)');
  }
  return {
    ...(email !== undefined && { email }),
    ...(notification !== undefined && { notification: checked(notification) }),
  };

  function checked({ url, onlyIfPublished }: JobNotification): JobNotification {
    if (before !== undefined && url === shownUrl(before.url)) return { ...before, onlyIfPublished };
    const result = checkUrl(url, { allowLoopback: notifyLoopback });
    if ('refused' in result) refuse(`${prefix}notification.url`, result.refused);
    return { url, onlyIfPublished };
  }
}

/** As answers show it. */
export function shownTelling({ email, notification }: Telling) {
  return {
    ...(email !== undefined && { email }),
    ...(notification !== undefined && { notification: { ...notification, url: shownUrl(notification.url) } }),
  };
}

/** Keeps the address of who asks to be mailed: it is known from the token only, and there is none when a job ends. */
export async function keepAddress(
  company: string,
  { subject, email: address }: Pick<CompanyUser, 'subject' | 'email'>,
  { email = 'none' }: Pick<GivenTelling, 'email'>,
  { keepMailMember }: Pick<TellingDependencies, 'keepMailMember'>,
): Promise<void> {
  if (email !== 'none' && address !== undefined) await keepMailMember(company, { subject, email: address });
}

function refuse(field: string, message: string): never {
  throw new Failure('request.invalid', `${field}: ${message}`, { details: [{ field, message }] });
}
