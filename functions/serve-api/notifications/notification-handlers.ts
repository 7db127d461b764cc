import type { notificationRoutes } from '@pressroom/api/notifications/notification-routes';
import type { RateLimit } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import { signWebhook } from '../../../adapters/webhook/sign-webhook.ts';
import {
  addSecret,
  endSecret,
  type SecretDependencies,
} from '../../../application/notifications/signing-secrets.ts';
import { invalidField } from '../../../domain/failure.ts';
import { decideAfterAttempt } from '../../../domain/notifications/attempt-decision.ts';
import { type CompanySecret, validSecrets } from '../../../domain/notifications/company-secrets.ts';
import { noEmail } from '../../../domain/notifications/email-preferences.ts';
import { notificationId } from '../../../domain/notifications/job-finished.ts';
import type { MailMember } from '../../../domain/notifications/mail-recipients.ts';
import { testNotification as testMessage } from '../../../domain/notifications/test-notification.ts';
import { enforceRateLimit } from '../companies/rate-limit.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

async function listWebhookSecrets(
  { company }: Pick<RequestOf<'listWebhookSecrets'>, 'company'>,
  { notifications: { readSecrets }, now }: Dependencies,
): PromisedResponse<'listWebhookSecrets'> {
  return { items: validSecrets(await readSecrets(company), now()).map(shown) };
}

/** The only answer that holds a secret. */
async function makeWebhookSecret(
  { company }: Pick<RequestOf<'makeWebhookSecret'>, 'company'>,
  dependencies: Dependencies,
): PromisedResponse<'makeWebhookSecret'> {
  const { id, created, secret } = await addSecret(company, secretsOf(dependencies));
  return { id, created, secret };
}

async function endWebhookSecret(
  { company, params }: Pick<RequestOf<'endWebhookSecret'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'endWebhookSecret'> {
  return shown(await endSecret(company, params.id, secretsOf(dependencies)));
}

function secretsOf({ notifications, newId, randomBytes, now }: Dependencies): SecretDependencies {
  const { readSecrets, changeSecrets } = notifications;
  return { readSecrets, changeSecrets, newId, randomBytes, now };
}

function shown({ id, created, validUntil }: CompanySecret) {
  return { id, created, ...(validUntil !== undefined && { validUntil }) };
}

/** Of a company: enough to try an address out, and too few to bother one that is somebody else's. */
const limit: RateLimit = { calls: 6, windowSeconds: 60 };

/** Sends one, waits for the answer for up to 15 seconds, and tries no second time. */
async function testNotification(
  { company, body }: Pick<RequestOf<'testNotification'>, 'company' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'testNotification'> {
  await enforceRateLimit(`test#${company}`, limit, dependencies);
  const at = dependencies.now();
  const text = JSON.stringify(testMessage(company, at));
  const secrets = await dependencies.notifications.signingSecrets(company);
  const message = { id: notificationId(dependencies.newId()), at, body: text };
  const begun = dependencies.clock();
  const outcome = await dependencies.notifications.sendWebhook({
    url: body.url,
    body: text,
    headers: { ...signWebhook(message, secrets) },
  });
  const milliseconds = Math.max(0, Math.round(dependencies.clock() - begun));
  const decision = decideAfterAttempt(outcome, 1, at);
  return {
    received: decision.decision === 'delivered',
    ...(outcome.outcome === 'responded' && { status: outcome.status }),
    ...(decision.decision !== 'delivered' && { reason: decision.because }),
    milliseconds,
  };
}

async function readEmailPreferences(
  { company, user }: Pick<RequestOf<'readEmailPreferences'>, 'company' | 'user'>,
  { notifications: { getMailMember, mailAvailable } }: Dependencies,
): PromisedResponse<'readEmailPreferences'> {
  return toPreferencesResponse(await getMailMember(company, user.subject), mailAvailable);
}

/**
 * Keeps what a member wants to be mailed about, and where: at the address of the membership, or at another one in an ID
 * token, which the issuer has verified.
 * @throws Failure `request.invalid` where no mail could be sent
 */
async function writeEmailPreferences(
  { company, user, body }: Pick<RequestOf<'writeEmailPreferences'>, 'company' | 'user' | 'body'>,
  { notifications: { saveMailMember, mailAvailable } }: Dependencies,
): PromisedResponse<'writeEmailPreferences'> {
  const { subject, email } = user;
  if (body.completion !== 'off') {
    if (!mailAvailable) refuse('must be off: this installation sends no mail (its setting mailFrom)');
    if (email === undefined) refuse('needs an address: neither your membership nor your token has one');
  }
  const member: MailMember = { subject, preferences: body, ...(email !== undefined && { email }) };
  await saveMailMember(company, member);
  return toPreferencesResponse(member, mailAvailable);
}

function refuse(message: string): never {
  throw invalidField('completion', message);
}

function toPreferencesResponse(member: MailMember | undefined, available: boolean) {
  const { completion, scope, types } = member?.preferences ?? noEmail;
  const email = member?.email;
  return { completion, scope, types, ...(email !== undefined && { email }), available };
}

export const notificationHandlers = {
  listWebhookSecrets,
  makeWebhookSecret,
  endWebhookSecret,
  testNotification,
  readEmailPreferences,
  writeEmailPreferences,
} satisfies HandlersOf<typeof notificationRoutes>;
