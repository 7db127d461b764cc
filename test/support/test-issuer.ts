/** An issuer of OpenID Connect tokens, as a CI system has one. It answers by a function: a test may serve it by HTTP too. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface TestIssuer {
  readonly url: string;
  /** The documents that it publishes. @throws Error for other addresses */
  fetchJson(address: string): Promise<unknown>;
  /** Addresses that were fetched, in order. */
  readonly fetched: string[];
  /** A token for the audience `pressroom` that is valid for 5 minutes, unless the claims say otherwise. */
  sign(claims: JWTPayload, options?: { readonly now?: number }): Promise<string>;
  /** Signs with another key from now on, and publishes that one only. */
  rotate(): Promise<void>;
}

export async function testIssuer(url: string): Promise<TestIssuer> {
  let number = 0;
  let key = await makeKey();
  const fetched: string[] = [];

  async function makeKey() {
    number += 1;
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const kid = `key-${number}`;
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
  }

  return {
    url,
    fetched,
    async fetchJson(address) {
      fetched.push(address);
      if (address === `${url}/.well-known/openid-configuration`)
        return { issuer: url, jwks_uri: `${url}/keys` };
      if (address === `${url}/keys`) return { keys: [key.jwk] };
      throw new Error(`${address} responded with 404, not 200`);
    },
    sign(claims, { now = Date.now() } = {}) {
      const seconds = Math.floor(now / 1_000);
      return new SignJWT({ iss: url, aud: 'pressroom', iat: seconds, exp: seconds + 300, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid })
        .sign(key.privateKey);
    },
    async rotate() {
      key = await makeKey();
    },
  };
}
