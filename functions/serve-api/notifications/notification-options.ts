import type { CompanyUser } from '../../../adapters/http/company-request.ts';
import { checkUrl } from '../../../adapters/webhook/check-url.ts';
import { invalidField } from '../../../domain/failure.ts';
import type { EmailSetting, JobNotification, PublishJob } from '../../../domain/jobs/job.ts';
import { lastingUrl } from '../../../domain/notifications/lasting-url.ts';
import { redactedUrl } from '../../../domain/notifications/redacted-url.ts';
import type { Dependencies } from '../dependencies.ts';
import { pick } from '../pick.ts';

/** The notification options of a job or schedule. */
export type NotificationOptions = Pick<PublishJob, 'email' | 'notification'>;

interface RequestedNotificationOptions {
  readonly email?: EmailSetting | undefined;
  readonly notification?: { readonly url: string; readonly onlyIfPublished: boolean } | undefined;
}

/**
 * Checks notification options. The host's address is looked up later, when a notification is sent.
 * @param prefix of the fields' names: `job.` in a schedule
 * @param before the stored options: their URL may be sent in its redacted form
 * @throws Failure `request.invalid`
 */
export function checkNotificationOptions(
  { email, notification }: RequestedNotificationOptions,
  prefix: string,
  before: JobNotification | undefined,
  { notifications: { mailAvailable, notifyLoopback }, apiUrl, apiEndpoint }: Dependencies,
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
    return { url: lastingUrl(url, apiUrl, apiEndpoint), onlyIfPublished };
  }
}

/** Notification options as the API shows them. */
export function toNotificationOptionsResponse({ email, notification }: NotificationOptions) {
  return {
    ...(email !== undefined && { email }),
    ...(notification !== undefined && {
      notification: {
        url: redactedUrl(notification.url),
        onlyIfPublished: notification.onlyIfPublished,
        ...(notification.off && { off: pick(notification.off, ['at', 'because']) }),
      },
    }),
  };
}

/** Stores the caller's address for mail: only the token has it, and there is no token when the job ends. */
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
