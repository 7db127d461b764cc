import type { AccessTokenStore } from '../../adapters/dynamodb/companies/access-token-store.ts';
import { accessTokenHash } from '../../domain/companies/access-token.ts';
import { Failure } from '../../domain/failure.ts';

export interface IdentifyCallerDependencies extends Pick<AccessTokenStore, 'findToken'> {
  /** @returns the claims of a valid token of the user pool; @throws Failure `access.not-signed-in`, `storage.busy` */
  readonly verifyUserPoolToken: (token: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly sha256: (text: string) => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * The claims of a token, which is one of the user pool or an access token of ours. A token of ours costs a read.
 * @throws Failure `access.not-signed-in`; `storage.busy` if the keys of the user pool cannot be fetched
 */
export async function identifyCaller(
  token: string,
  { findToken, verifyUserPoolToken, sha256, clock }: IdentifyCallerDependencies,
): Promise<Readonly<Record<string, unknown>>> {
  const hash = accessTokenHash(token, sha256);
  if (hash === undefined) return verifyUserPoolToken(token);
  const owner = await findToken(hash, Math.floor(clock() / 1_000));
  if (!owner) throw new Failure('access.not-signed-in', 'The token has expired: exchange another one');
  // Its subject is a trust rule of that company and a member of no other.
  return { sub: owner.subject };
}
