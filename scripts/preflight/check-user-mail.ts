import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Finding } from './finding.ts';

/**
 * Mails to users, such as invitations and codes, which Cognito sends.
 * @param userPoolId none before the first deployment: the pool then begins with Cognito's own mail
 */
export async function checkUserMail(
  userPoolId: string | undefined,
  cognito: CognitoIdentityProviderClient,
): Promise<Finding> {
  const subject = 'Cognito mail';
  const { UserPool } =
    userPoolId === undefined
      ? {}
      : await cognito.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
  if (UserPool?.EmailConfiguration?.EmailSendingAccount === 'DEVELOPER')
    return { subject, level: 'ok', text: 'sent through SES' };
  return {
    subject,
    level: 'warning',
    // docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
    text: 'Cognito itself sends invitations and codes: 50 a day for the whole account, from no-reply@verificationemail.com',
    remedy: 'For more, let the user pool send through SES: Cognito console, user pool, Messaging, Email',
  };
}
