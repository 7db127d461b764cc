import {
  addSecret,
  endSecret,
  type SecretDependencies,
} from '../../../application/notifications/signing-secrets.ts';
import { type CompanySecret, validSecrets } from '../../../domain/notifications/company-secrets.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type WebhookSecretDependencies = SecretDependencies;

export async function listWebhookSecrets(
  { company }: Pick<RequestOf<'listWebhookSecrets'>, 'company'>,
  { readSecrets, now }: Pick<WebhookSecretDependencies, 'readSecrets' | 'now'>,
): PromisedResponse<'listWebhookSecrets'> {
  return { items: validSecrets(await readSecrets(company), now()).map(shown) };
}

/** The only answer that holds a secret. */
export async function makeWebhookSecret(
  { company }: Pick<RequestOf<'makeWebhookSecret'>, 'company'>,
  dependencies: WebhookSecretDependencies,
): PromisedResponse<'makeWebhookSecret'> {
  const { id, created, secret } = await addSecret(company, dependencies);
  return { id, created, secret };
}

export async function endWebhookSecret(
  { company, params }: Pick<RequestOf<'endWebhookSecret'>, 'company' | 'params'>,
  dependencies: WebhookSecretDependencies,
): PromisedResponse<'endWebhookSecret'> {
  return shown(await endSecret(company, params.id, dependencies));
}

function shown({ id, created, validUntil }: CompanySecret) {
  return { id, created, ...(validUntil !== undefined && { validUntil }) };
}
