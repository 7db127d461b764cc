import type { notificationRoutes } from '@pressroom/api/notifications/notification-routes';
import * as z from 'zod';
import type { RateLimit } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { signWebhook } from '../../../adapters/webhook/sign-webhook.ts';
import {
  addSecret,
  endSecret,
  type SecretDependencies,
} from '../../../application/notifications/signing-secrets.ts';
import { isAtLeast } from '../../../domain/companies/role.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { jobUser } from '../../../domain/jobs/job-order.ts';
import { decideAfterAttempt } from '../../../domain/notifications/attempt-decision.ts';
import { type CompanySecret, validSecrets } from '../../../domain/notifications/company-secrets.ts';
import { noEmail } from '../../../domain/notifications/email-preferences.ts';
import { notificationId } from '../../../domain/notifications/job-finished.ts';
import type { MailMember } from '../../../domain/notifications/mail-recipients.ts';
import { testNotification as testMessage } from '../../../domain/notifications/test-notification.ts';
import { deliveryState } from '../../../domain/notifications/webhook-attempts.ts';
import { enforceRateLimit } from '../companies/rate-limit.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

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

const position = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);

async function listDeliveries(
  { company, query }: Pick<RequestOf<'listDeliveries'>, 'company' | 'query'>,
  { notifications: { listWebhookAttempts } }: Dependencies,
): PromisedResponse<'listDeliveries'> {
  const { limit, cursor } = query;
  const page = await listWebhookAttempts(company, { limit, after: readCursor(position, cursor) });
  return {
    items: page.items.map(({ jobId, made, last, next, delivery, ...attempts }) => ({
      jobId,
      ...pick(delivery, ['jobName', 'user', 'submittedBy', 'url', 'status', 'response', 'milliseconds']),
      state: deliveryState(attempts),
      attempts: made,
      last,
      ...(next !== undefined && { next }),
      ...(delivery.because !== undefined && { reason: delivery.because }),
    })),
    ...(page.next !== undefined && { next: writeCursor(page.next) }),
  };
}

/** Has send-notification make another attempt, whatever became of those before. */
async function sendAgain(
  { company, user, params: { jobId } }: Pick<RequestOf<'sendAgain'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'sendAgain'> {
  const { jobs, notifications, now } = dependencies;
  const job = await jobs.getJob(company, jobId);
  if (!job) throw new Failure('job.not-found', `There is no job ${jobId}`);
  if (jobUser(job) !== user.subject && job.submittedBy !== user.subject && !isAtLeast(user.role, 'admin')) {
    throw new Failure(
      'access.role-too-low',
      'Notifications about jobs of others can be sent again by admins only',
      {
        facts: { requiredRole: 'admin' },
      },
    );
  }
  if ((await notifications.getWebhookAttempts(company, jobId)) === undefined)
    throw new Failure('notification.delivery-not-found', `No notification was sent about the job ${jobId}`);
  await enforceRateLimit(`again#${company}`, limit, dependencies);
  const asked = now();
  await notifications.sendNotification({ kind: 'again', company, jobId, asked });
  return { asked };
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
  listDeliveries,
  sendAgain,
  testNotification,
  readEmailPreferences,
  writeEmailPreferences,
} satisfies HandlersOf<typeof notificationRoutes>;
