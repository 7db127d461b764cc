import type { WebhookSecretStore } from '../../adapters/dynamodb/notifications/webhook-secret-store.ts';
import { Failure } from '../../domain/failure.ts';
import type { CompanySecret } from '../../domain/notifications/company-secrets.ts';
import { rotateSecrets, validSecrets } from '../../domain/notifications/company-secrets.ts';
import { webhookSecret } from '../../domain/notifications/webhook-secret.ts';

export interface SecretDependencies extends Pick<WebhookSecretStore, 'readSecrets' | 'changeSecrets'> {
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly now: () => string;
}

/** Bytes: what Standard Webhooks' own libraries make. */
const secretBytes = 32;

/** Two admins at a time are rare; more are a fault. */
const maxAttempts = 5;

/**
 * What a company's notifications are signed with, the newest first. The first time one is made: the company learns of it
 * only when it asks for another, but no notification ever goes out unsigned.
 */
export async function signingSecrets(company: string, dependencies: SecretDependencies): Promise<string[]> {
  const secrets = await dependencies.readSecrets(company);
  const valid = validSecrets(secrets, dependencies.now());
  if (valid.length > 0) return valid.map(({ secret }) => secret);
  return [(await addSecret(company, dependencies)).secret];
}

/** Makes a new secret. The one before it stays valid for a day. */
export async function addSecret(company: string, dependencies: SecretDependencies): Promise<CompanySecret> {
  const now = dependencies.now();
  const fresh: CompanySecret = {
    id: dependencies.newId(),
    secret: webhookSecret(dependencies.randomBytes(secretBytes)),
    created: now,
  };
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const seen = await dependencies.readSecrets(company);
    if (await dependencies.changeSecrets(company, seen, rotateSecrets(seen, fresh, now))) return fresh;
  }
  throw new Failure('storage.busy', 'The secrets keep changing; try again');
}

/**
 * Ends an older secret before its day is over.
 * @throws Failure `notification.secret-not-found`; `notification.secret-needed` for the newest one
 */
export async function endSecret(
  company: string,
  id: string,
  dependencies: Pick<SecretDependencies, 'readSecrets' | 'changeSecrets' | 'now'>,
): Promise<CompanySecret> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const seen = await dependencies.readSecrets(company);
    const found = validSecrets(seen, dependencies.now()).find((secret) => secret.id === id);
    if (!found) throw new Failure('notification.secret-not-found', `There is no valid secret ${id}`);
    if (found.validUntil === undefined) {
      throw new Failure(
        'notification.secret-needed',
        'This is the newest secret, which notifications are signed with: make another first, then this one can go',
      );
    }
    const rest = seen.filter((secret) => secret.id !== id);
    if (await dependencies.changeSecrets(company, seen, rest)) return found;
  }
  throw new Failure('storage.busy', 'The secrets keep changing; try again');
}
