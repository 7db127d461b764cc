import type { MailMemberStore } from '../../../adapters/dynamodb/notifications/mail-member-store.ts';
import { Failure } from '../../../domain/failure.ts';
import { noEmail } from '../../../domain/notifications/email-preferences.ts';
import type { MailMember } from '../../../domain/notifications/mail-recipients.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface EmailPreferencesDependencies
  extends Pick<MailMemberStore, 'getMailMember' | 'saveMailMember'> {
  /** Whether this installation sends mail. */
  readonly mailAvailable: boolean;
}

export async function readEmailPreferences(
  { company, user }: Pick<RequestOf<'readEmailPreferences'>, 'company' | 'user'>,
  { getMailMember, mailAvailable }: EmailPreferencesDependencies,
): PromisedResponse<'readEmailPreferences'> {
  return toPreferencesResponse(await getMailMember(company, user.subject), mailAvailable);
}

/**
 * Keeps what a member wants to be mailed about, and where: at the address in their token, which the issuer has checked.
 * @throws Failure `request.invalid` where no mail could be sent
 */
export async function writeEmailPreferences(
  { company, user, body }: Pick<RequestOf<'writeEmailPreferences'>, 'company' | 'user' | 'body'>,
  { saveMailMember, mailAvailable }: EmailPreferencesDependencies,
): PromisedResponse<'writeEmailPreferences'> {
  const { subject, email } = user;
  if (body.completion !== 'off') {
    if (!mailAvailable) refuse('must be off: this installation sends no mail (its setting mailFrom)');
    if (email === undefined) refuse('needs an address: your token names none that was verified');
  }
  const member: MailMember = { subject, preferences: body, ...(email !== undefined && { email }) };
  await saveMailMember(company, member);
  return toPreferencesResponse(member, mailAvailable);
}

function refuse(message: string): never {
  throw new Failure('request.invalid', `completion: ${message}`, {
    details: [{ field: 'completion', message }],
  });
}

function toPreferencesResponse(member: MailMember | undefined, available: boolean) {
  const { completion, scope, types } = member?.preferences ?? noEmail;
  const email = member?.email;
  return { completion, scope, types, ...(email !== undefined && { email }), available };
}
