import type { RateLimit, RateLimitStore } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import type { WebhookRequest } from '../../../adapters/webhook/send-webhook.ts';
import { signWebhook } from '../../../adapters/webhook/sign-webhook.ts';
import { type AttemptOutcome, decideAfterAttempt } from '../../../domain/notifications/attempt-decision.ts';
import { notificationId } from '../../../domain/notifications/job-finished.ts';
import { testNotification as testMessage } from '../../../domain/notifications/test-notification.ts';
import { enforceRateLimit } from '../companies/rate-limit.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface TestNotificationDependencies extends RateLimitStore {
  readonly signingSecrets: (company: string) => Promise<readonly string[]>;
  readonly sendWebhook: (request: WebhookRequest) => Promise<AttemptOutcome>;
  readonly newId: () => string;
  readonly now: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Of a company: enough to try an address out, and too few to bother one that is somebody else's. */
const limit: RateLimit = { calls: 6, windowSeconds: 60 };

/** Sends one, waits for the answer for up to 15 seconds, and tries no second time. */
export async function testNotification(
  { company, body }: Pick<RequestOf<'testNotification'>, 'company' | 'body'>,
  dependencies: TestNotificationDependencies,
): PromisedResponse<'testNotification'> {
  await enforceRateLimit(`test#${company}`, limit, dependencies);
  const at = dependencies.now();
  const text = JSON.stringify(testMessage(company, at));
  const secrets = await dependencies.signingSecrets(company);
  const message = { id: notificationId(dependencies.newId()), at, body: text };
  const begun = dependencies.clock();
  const outcome = await dependencies.sendWebhook({
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
