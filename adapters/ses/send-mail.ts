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

/** What will not pass by itself. */
const permanentErrors = [
  AccountSuspendedException,
  BadRequestException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  NotFoundException,
  SendingPausedException,
];

/**
 * Sends a mail in plain text: one request, $0.10 a thousand.
 * @returns why SES will not send it, also not if it is tried again; undefined if it has taken it
 * @throws what SES answers that may pass: throttling, its own faults
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
