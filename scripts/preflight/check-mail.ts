import { GetAccountCommand, GetEmailIdentityCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Finding } from './finding.ts';

/**
 * Whether mails about jobs can be sent.
 * @param mailFrom the setting; without it no mail is sent, and nothing is missing
 */
export async function checkMail(mailFrom: string | undefined, ses: SESv2Client): Promise<Finding[]> {
  if (mailFrom === undefined)
    return [
      {
        subject: 'mail',
        level: 'ok',
        text: 'mailFrom is not set: no mail about jobs is sent',
      },
    ];
  const { ProductionAccessEnabled, SendingEnabled, SendQuota } = await ses.send(new GetAccountCommand({}));
  const account: Finding = ProductionAccessEnabled
    ? SendingEnabled
      ? { subject: 'SES account', level: 'ok', text: `${SendQuota?.Max24HourSend} mails a day` }
      : {
          subject: 'SES account',
          level: 'missing',
          text: 'SES has paused the sending of this account',
          remedy: 'SES console, Reputation metrics',
        }
    : {
        subject: 'SES account',
        level: 'missing',
        text: 'the account is in the sandbox: mails reach verified addresses only',
        remedy: 'SES console, Account dashboard, Request production access',
      };
  return [account, await checkSender(mailFrom, ses)];
}

/** SES accepts an address that is verified itself, or one of a verified domain. */
async function checkSender(mailFrom: string, ses: SESv2Client): Promise<Finding> {
  const subject = `SES identity of ${mailFrom}`;
  const domain = mailFrom.slice(mailFrom.indexOf('@') + 1);
  for (const EmailIdentity of [mailFrom, domain]) {
    const verified = await ses.send(new GetEmailIdentityCommand({ EmailIdentity })).then(
      ({ VerifiedForSendingStatus }) => VerifiedForSendingStatus,
      (error: Error) => {
        if (error.name !== 'NotFoundException') throw error;
        return false;
      },
    );
    if (verified) return { subject, level: 'ok', text: `${EmailIdentity} is verified` };
  }
  return {
    subject,
    level: 'missing',
    text: `neither the address nor ${domain} is verified in this region`,
    remedy: `aws sesv2 create-email-identity --email-identity ${domain}, then add the DNS records that it returns`,
  };
}
