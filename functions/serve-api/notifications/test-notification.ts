import type { CallLimit, CallLimits } from '../../../adapters/dynamodb/companies/call-limits.ts';
import type { WebhookRequest } from '../../../adapters/webhook/send-webhook.ts';
import { signWebhook } from '../../../adapters/webhook/sign-webhook.ts';
import { notificationId } from '../../../domain/notifications/job-finished.ts';
import { testNotification as testMessage } from '../../../domain/notifications/test-notification.ts';
import type { TryOutcome } from '../../../domain/notifications/try-outcome.ts';
import { verdictOn } from '../../../domain/notifications/verdict.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { refuseTooMany } from '../companies/too-many.ts';

export interface TestNotificationDependencies extends CallLimits {
  readonly signingSecrets: (company: string) => Promise<readonly string[]>;
  readonly sendWebhook: (request: WebhookRequest) => Promise<TryOutcome>;
  readonly newId: () => string;
  readonly now: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Of a company: enough to try an address out, and too few to bother one that is somebody else's. */
const limit: CallLimit = { calls: 6, windowSeconds: 60 };

/** Sends one, waits for the answer for up to 15 seconds, and tries no second time. */
export async function testNotification(
  { company, body }: Pick<RequestOf<'testNotification'>, 'company' | 'body'>,
  dependencies: TestNotificationDependencies,
): ReplyOf<'testNotification'> {
  await refuseTooMany(`test#${company}`, limit, dependencies);
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
  const verdict = verdictOn(outcome, 1, at);
  return {
    received: verdict.verdict === 'delivered',
    ...(outcome.outcome === 'answered' && { status: outcome.status }),
    ...(verdict.verdict !== 'delivered' && { reason: verdict.because }),
    milliseconds,
  };
}
