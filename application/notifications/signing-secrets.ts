import type { WebhookSecretStore } from '../../adapters/dynamodb/notifications/webhook-secret-store.ts';
import { Failure } from '../../domain/failure.ts';
import type { CompanySecret } from '../../domain/notifications/company-secrets.ts';
import { rotateSecrets, validSecrets } from '../../domain/notifications/company-secrets.ts';
import { webhookSecret } from '../../domain/notifications/webhook-secret.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';

export interface SecretDependencies extends Pick<WebhookSecretStore, 'readSecrets' | 'changeSecrets'> {
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly now: () => string;
}

/** Bytes, as in the libraries of Standard Webhooks. */
const secretBytes = 32;

/**
 * The secrets that sign a company's notifications, the newest first. Called by send-notification and serve-api. The first
 * call creates a secret, so that no notification is unsigned; the company cannot read it, and has to create another one.
 *
 * Costs: one read; the first call also one write.
 */
export async function signingSecrets(company: string, dependencies: SecretDependencies): Promise<string[]> {
  const secrets = await dependencies.readSecrets(company);
  const valid = validSecrets(secrets, dependencies.now());
  if (valid.length > 0) return valid.map(({ secret }) => secret);
  return [(await addSecret(company, dependencies)).secret];
}

/**
 * Creates a new secret; the previous one stays valid for a day. Called by serve-api. Costs: one read and one write.
 * @throws Failure `storage.busy`
 */
export async function addSecret(company: string, dependencies: SecretDependencies): Promise<CompanySecret> {
  const now = dependencies.now();
  const fresh: CompanySecret = {
    id: dependencies.newId(),
    secret: webhookSecret(dependencies.randomBytes(secretBytes)),
    created: now,
  };
  return untilUnchanged(async () => {
    const seen = await dependencies.readSecrets(company);
    const isChanged = await dependencies.changeSecrets(company, seen, rotateSecrets(seen, fresh, now));
    return isChanged ? fresh : changedMeanwhile;
  }, keepChanging);
}

/**
 * Ends an older secret before its day is over. Called by serve-api. Costs: one read and one write.
 * @throws Failure `notification.secret-not-found`; `notification.secret-needed` for the newest one; `storage.busy`
 */
export async function endSecret(
  company: string,
  id: string,
  dependencies: Pick<SecretDependencies, 'readSecrets' | 'changeSecrets' | 'now'>,
): Promise<CompanySecret> {
  return untilUnchanged(async () => {
    const seen = await dependencies.readSecrets(company);
    const found = validSecrets(seen, dependencies.now()).find((secret) => secret.id === id);
    if (!found) throw new Failure('notification.secret-not-found', `There is no valid secret ${id}`);
    if (found.validUntil === undefined) {
      throw new Failure(
        'notification.secret-needed',
        `${id} is the newest secret, which signs notifications. Create another secret first`,
      );
    }
    const rest = seen.filter((secret) => secret.id !== id);
    return (await dependencies.changeSecrets(company, seen, rest)) ? found : changedMeanwhile;
  }, keepChanging);
}

function keepChanging(): Failure {
  return new Failure('storage.busy', 'The webhook secrets keep changing; try again');
}
