import { generateKeyPair, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { foreignTokens } from '../../../adapters/tokens/foreign-tokens.ts';
import { type TestIssuer, testIssuer } from '../../support/test-issuer.ts';

const url = 'https://ci.example.com';
const start = Date.parse('2026-11-24T08:30:00.000Z');
let issuer: TestIssuer;
let time: number;

beforeEach(async () => {
  issuer = await testIssuer(url);
  time = start;
});

const tokens = () => foreignTokens(issuer.fetchJson, () => time);
const sign = (claims = {}) => issuer.sign({ sub: 'project:website', ...claims }, { now: time });
const seconds = () => Math.floor(time / 1_000);

describe('A token of another issuer', () => {
  it('is verified by the keys that its issuer publishes, which are fetched once in ten minutes', async () => {
    const { verify, issuerOf } = tokens();
    const token = await sign({ aud: ['pressroom', 'other'] });
    expect(issuerOf(token)).toBe(url);
    expect(await verify(token, url)).toEqual({
      subject: 'project:website',
      audiences: ['pressroom', 'other'],
    });
    await verify(token, url);
    expect(issuer.fetched).toEqual([`${url}/.well-known/openid-configuration`, `${url}/keys`]);
    time += 10 * 60_000;
    await verify(await sign(), url);
    expect(issuer.fetched).toHaveLength(4);
  });

  it('is verified after its issuer changed its keys, and forged ones do not reach the issuer', async () => {
    const { verify } = tokens();
    await verify(await sign(), url);
    await issuer.rotate();
    time += 31_000;
    await verify(await sign(), url);
    expect(issuer.fetched).toHaveLength(4);
    await issuer.rotate();
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expect(verify(await sign(), url)).rejects.toMatchObject({ code: 'access.token-refused' });
    expect(issuer.fetched).toHaveLength(4);
  });

  it.each([
    ['that has expired', () => sign({ exp: seconds() - 60 }), 'it has expired'],
    ['that is not valid yet', () => sign({ nbf: seconds() + 60 }), '"nbf" claim timestamp check failed'],
    ['without an end', () => sign({ exp: undefined }), 'missing required "exp" claim'],
    ['without an audience', () => sign({ aud: undefined }), 'missing required "aud" claim'],
    ['of another issuer', () => sign({ iss: 'https://evil.example.com' }), 'unexpected "iss" claim value'],
    [
      'signed by another key of the same name',
      async () => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT({ iss: url, sub: 'project:website', aud: 'pressroom', exp: seconds() + 300 })
          .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
          .sign(privateKey);
      },
      'its signature is not that of its issuer',
    ],
    [
      'signed with a shared secret',
      () =>
        new SignJWT({ iss: url, sub: 'project:website', aud: 'pressroom', exp: seconds() + 300 })
          .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
          .sign(new Uint8Array(32)),
      '"alg" (Algorithm) Header Parameter value not allowed',
    ],
    [
      'without a signature',
      async () => `${btoa('{"alg":"none"}')}.${btoa(`{"iss":"${url}","sub":"a"}`)}.`.replaceAll('=', ''),
      '"alg" (Algorithm) Header Parameter value not allowed',
    ],
    ['that is none', async () => 'abc', 'Invalid Compact JWS'],
  ])('%s is refused', async (_, make, message) => {
    await expect(tokens().verify(await make(), url)).rejects.toMatchObject({
      code: 'access.token-refused',
      message: expect.stringContaining(message),
    });
  });

  it.each([['abc'], ['a.b.c'], ['x'.repeat(20_000)]])('%s has no issuer', (text) => {
    expect(tokens().issuerOf(text)).toBeUndefined();
  });
});

describe('An issuer', () => {
  it.each([
    ['does not respond', () => Promise.reject(new Error('ci.example.com has no address')), 'has no address'],
    [
      'calls itself another',
      async () => ({ issuer: 'https://other.example.com', jwks_uri: `${url}/keys` }),
      'It calls itself https://other.example.com',
    ],
    ['publishes something else', async () => ({ hello: 'world' }), 'not those of OpenID Connect'],
    [
      'has no keys',
      async (a: string) => (a.endsWith('/keys') ? { keys: [] } : { issuer: url, jwks_uri: `${url}/keys` }),
      'not those of OpenID Connect',
    ],
  ])('that %s is not trusted', async (_, fetchJson, message) => {
    const { checkIssuer } = foreignTokens(fetchJson, () => time);
    await expect(checkIssuer(url)).rejects.toMatchObject({
      code: 'access.issuer-unavailable',
      message: expect.stringContaining(message),
    });
  });
});
