import {
  AccountSuspendedException,
  BadRequestException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  NotFoundException,
  type SESv2Client,
  SendEmailCommand,
  SendingPausedException,
} from '@aws-sdk/client-sesv2';
import type { Mail } from '../../domain/notifications/job-mail.ts';

/** Errors that a repetition cannot fix. */
const permanentErrors = [
  AccountSuspendedException,
  BadRequestException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  NotFoundException,
  SendingPausedException,
];

/**
 * Sends a mail in plain text: one request, $0.10 for a thousand.
 * @returns why SES permanently refuses the mail; undefined if it was accepted
 * @throws transient errors: throttling, faults of SES
 */
export async function sendMail(
  ses: SESv2Client,
  from: string,
  to: string,
  { subject, text }: Mail,
): Promise<string | undefined> {
  const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
  try {
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: part(subject), Body: { Text: part(text) } } },
      }),
    );
    return undefined;
  } catch (error) {
    if (permanentErrors.some((type) => error instanceof type)) return (error as Error).message;
    throw error;
  }
}
