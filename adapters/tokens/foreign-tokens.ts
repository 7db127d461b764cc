/** Tokens of other issuers: CI systems that sign in by OpenID Connect. */
import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';

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

/** Milliseconds that the keys of an issuer are kept in memory. */
const maxAgeMs = 10 * 60_000;
/** Milliseconds before an unknown key makes them be fetched again: a stream of forged tokens must not reach the issuer. */
const cooldownMs = 30_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const keySet = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string() }))
    .min(1)
    .max(100),
});

interface KnownKeys {
  readonly getKey: JWTVerifyGetKey;
  readonly fetched: number;
}

/**
 * @param fetchJson fetches from public addresses only
 * @param clock milliseconds since 1970
 */
export function foreignTokens(
  fetchJson: (url: string) => Promise<unknown>,
  clock: () => number,
): ForeignTokens {
  const known = new Map<string, KnownKeys>();

  return {
    async checkIssuer(issuer) {
      await keysOf(issuer, 0);
    },

    issuerOf(token) {
      if (token.length > maxTokenLength) return undefined;
      try {
        return decodeJwt(token).iss;
      } catch {
        return undefined;
      }
    },

    async verify(token, issuer) {
      const keys = await keysOf(issuer, maxAgeMs);
      try {
        return claimsOf(await verifyWith(keys, token, issuer));
      } catch (error) {
        // An issuer that has changed its keys signs with one that is not known yet.
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw refusal(error);
        const renewed = await keysOf(issuer, cooldownMs);
        if (renewed === keys) throw refusal(error);
        return claimsOf(
          await verifyWith(renewed, token, issuer).catch((again: unknown) => Promise.reject(refusal(again))),
        );
      }
    },
  };

  async function verifyWith({ getKey }: KnownKeys, token: string, issuer: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      algorithms,
      clockTolerance,
      requiredClaims: ['exp', 'sub', 'aud'],
      currentDate: new Date(clock()),
    });
    return payload;
  }

  async function keysOf(issuer: string, maxAge: number): Promise<KnownKeys> {
    const before = known.get(issuer);
    if (before && clock() - before.fetched < maxAge) return before;
    try {
      const document = discovery.parse(
        await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
      );
      if (document.issuer !== issuer) throw new Error(`It calls itself ${document.issuer}`);
      const keys = keySet.parse(await fetchJson(document.jwks_uri));
      const fresh = { getKey: createLocalJWKSet(keys), fetched: clock() };
      known.set(issuer, fresh);
      return fresh;
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
