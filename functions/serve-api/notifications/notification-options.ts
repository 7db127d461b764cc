import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { checkUrl } from '../../../adapters/webhook/check-url.ts';
import { invalidField } from '../../../domain/failure.ts';
import type { EmailSetting, JobNotification, PublishJob } from '../../../domain/jobs/job.ts';
import { redactedUrl } from '../../../domain/notifications/redacted-url.ts';
import type { Dependencies } from '../dependencies.ts';

/** What a job or schedule says of whom it is told to. */
export type NotificationOptions = Pick<PublishJob, 'email' | 'notification'>;

interface RequestedNotificationOptions {
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
export function checkNotificationOptions(
  { email, notification }: RequestedNotificationOptions,
  prefix: string,
  before: JobNotification | undefined,
  { notifications: { mailAvailable, notifyLoopback } }: Dependencies,
): NotificationOptions {
  if (email !== undefined && email !== 'none' && !mailAvailable) {
    refuse(`${prefix}email`, 'must be none: this installation sends no mail (its setting mailFrom)');
  }
  return {
    ...(email !== undefined && { email }),
    ...(notification !== undefined && { notification: checked(notification) }),
  };

  function checked({ url, onlyIfPublished }: JobNotification): JobNotification {
    if (before !== undefined && url === redactedUrl(before.url)) return { ...before, onlyIfPublished };
    const result = checkUrl(url, { allowLoopback: notifyLoopback });
    if ('refused' in result) refuse(`${prefix}notification.url`, result.refused);
    return { url, onlyIfPublished };
  }
}

/** As answers show it. */
export function toNotificationOptionsResponse({ email, notification }: NotificationOptions) {
  return {
    ...(email !== undefined && { email }),
    ...(notification !== undefined && {
      notification: { ...notification, url: redactedUrl(notification.url) },
    }),
  };
}

/** Keeps the address of who asks to be mailed: it is known from the token only, and there is none when a job ends. */
export async function saveMailAddress(
  company: string,
  { subject, email: address }: Pick<CompanyUser, 'subject' | 'email'>,
  { email = 'none' }: Pick<RequestedNotificationOptions, 'email'>,
  { notifications: { saveMailMember } }: Dependencies,
): Promise<void> {
  if (email !== 'none' && address !== undefined) await saveMailMember(company, { subject, email: address });
}

function refuse(field: string, message: string): never {
  throw invalidField(field, message);
}
