import type { Config } from '../../infra/config.ts';
import type { Finding } from './finding.ts';

/**
 * Mails to users, such as invitations and codes, which the user pool sends by itself or through SES.
 * Source of the limit: docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
 */
export function checkUserMail(loginMail: Config['loginMail']): Finding {
  const subject = 'Cognito mail';
  return loginMail === 'ses'
    ? { subject, level: 'ok', text: 'sent through SES' }
    : {
        subject,
        level: 'warning',
        text: 'Cognito itself sends invitations and codes: 50 a day for the whole account, from no-reply@verificationemail.com',
        remedy: 'For more, set loginMail to ses and mailFrom to a verified address',
      };
}
