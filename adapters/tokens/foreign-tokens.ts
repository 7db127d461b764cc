/** Tokens of other issuers: CI systems that sign in by OpenID Connect. */
import { decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';
import { type KeySet, keySet } from './key-set.ts';

export interface ForeignTokens {
  /** Reads the keys of an issuer. @throws Failure `access.issuer-unavailable` */
  checkIssuer(issuer: string): Promise<void>;
  /**
   * The issuer that a token names. Nothing of the token is verified yet.
   * @returns undefined if the text is no token
   */
  issuerOf(token: string): string | undefined;
  /**
   * Verifies signature, issuer and times of a token, with the keys that its issuer publishes. The audience is left to the
   * caller.
   * @param issuer one that a member trusts: its keys are fetched
   * @throws Failure `access.token-refused`; `access.issuer-unavailable` if its keys cannot be fetched
   */
  verify(
    token: string,
    issuer: string,
  ): Promise<{ readonly subject: string; readonly audiences: readonly string[] }>;
}

/** Signatures with a public key only: with a shared secret, everybody who verifies could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Seconds that clocks may differ. */
const clockTolerance = 30;
/** Characters of a token. Those of CI systems have about 2,000. */
const maxTokenLength = 16_384;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const publishedKeys = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string() }))
    .min(1)
    .max(100),
});

/**
 * @param fetchJson fetches from public addresses only
 * @param clock milliseconds since 1970
 */
export function foreignTokens(
  fetchJson: (url: string) => Promise<unknown>,
  clock: () => number,
): ForeignTokens {
  const known = new Map<string, KeySet>();

  return {
    checkIssuer: (issuer) => keysOf(issuer).refresh(),

    issuerOf(token) {
      if (token.length > maxTokenLength) return undefined;
      try {
        return decodeJwt(token).iss;
      } catch {
        return undefined;
      }
    },

    async verify(token, issuer) {
      try {
        const { payload } = await jwtVerify(token, keysOf(issuer).getKey, {
          issuer,
          algorithms,
          clockTolerance,
          requiredClaims: ['exp', 'sub', 'aud'],
          currentDate: new Date(clock()),
        });
        return claimsOf(payload);
      } catch (error) {
        throw refusal(error);
      }
    },
  };

  function keysOf(issuer: string): KeySet {
    const keys = known.get(issuer) ?? keySet(() => readKeys(issuer), clock);
    known.set(issuer, keys);
    return keys;
  }

  async function readKeys(issuer: string): Promise<JSONWebKeySet> {
    try {
      const document = discovery.parse(
        await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
      );
      if (document.issuer !== issuer) throw new Error(`It calls itself ${document.issuer}`);
      return publishedKeys.parse(await fetchJson(document.jwks_uri));
    } catch (cause) {
      throw new Failure(
        'access.issuer-unavailable',
        `The keys of ${issuer} cannot be read. ${textOf(cause)}`,
        { cause },
      );
    }
  }
}

function claimsOf({ sub = '', aud = [] }: JWTPayload) {
  return { subject: sub, audiences: [aud].flat() };
}

function textOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'Its documents are not those of OpenID Connect';
  return error instanceof Error ? error.message : String(error);
}

/** A public text: what is wrong with the token. */
function refusal(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  const text =
    error instanceof errors.JWTExpired
      ? 'it has expired'
      : error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey
        ? 'its signature is not that of its issuer'
        : error.message;
  return new Failure('access.token-refused', `The token is refused: ${text}`, { cause: error });
}
