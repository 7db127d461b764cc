import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { userPoolKeys, verifyUserPoolToken } from '../../../adapters/tokens/user-pool-tokens.ts';

const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool';
const pool = { issuer, clientId: 'people' };
let jwks: JSONWebKeySet;
let keys: ReturnType<typeof createLocalJWKSet>;
let sign: (claims: JWTPayload, expires?: string) => Promise<string>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] };
  keys = createLocalJWKSet(jwks);
  sign = (claims, expires = '1h') =>
    new SignJWT({ iss: issuer, sub: 'ann', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setExpirationTime(expires)
      .sign(privateKey);
});

const verify = async (claims: JWTPayload, expires?: string) =>
  verifyUserPoolToken(await sign(claims, expires), pool, keys);

/** Cognito's public endpoint. */
async function withServer(respond: RequestListener, use: (endpoint: string) => Promise<void>): Promise<void> {
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('A token of the user pool', () => {
  it.each([
    ['an ID token of the app client', { token_use: 'id', aud: 'people' }],
    ['an access token of the app client', { token_use: 'access', client_id: 'people' }],
    [
      'an access token of a machine with the scope',
      { token_use: 'access', sub: 'm1', client_id: 'm1', scope: 'other/x pressroom/api' },
    ],
  ])('is accepted: %s', async (_, claims) => {
    expect(await verify(claims)).toMatchObject(claims);
  });

  it.each([
    ['an ID token of another app client', { token_use: 'id', aud: 'other' }, 'made for another app client'],
    [
      'an access token of another app client',
      { token_use: 'access', client_id: 'other' },
      'another app client',
    ],
    [
      'a machine without the scope',
      { token_use: 'access', sub: 'm1', client_id: 'm1', scope: 'a/b' },
      'lacks the scope',
    ],
    ['a refresh token', { token_use: 'refresh', client_id: 'people' }, 'another app client'],
    ['a token of no use', { client_id: 'people' }, 'bears no valid token'],
    [
      'a token of another issuer',
      { iss: 'https://evil.example', token_use: 'id', aud: 'people' },
      'no valid token',
    ],
  ])('is refused: %s', async (_, claims, message) => {
    await expect(verify(claims)).rejects.toMatchObject({
      code: 'access.not-signed-in',
      message: expect.stringContaining(message),
    });
  });

  it('is refused after its end, with that reason', async () => {
    await expect(verify({ token_use: 'id', aud: 'people' }, '-1m')).rejects.toThrow('The token has expired');
    await expect(verifyUserPoolToken('abc', pool, keys)).rejects.toMatchObject({
      code: 'access.not-signed-in',
    });
  });

  it('is verified by the keys of the endpoint in the environment, which are read once', async () => {
    const read: (string | undefined)[] = [];
    await withServer(
      (request, response) => {
        read.push(request.url);
        response.end(JSON.stringify(jwks));
      },
      async (endpoint) => {
        const published = userPoolKeys(issuer, { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint });
        const token = await sign({ token_use: 'id', aud: 'people' });
        for (let attempt = 0; attempt < 2; attempt += 1)
          expect(await verifyUserPoolToken(token, pool, published)).toMatchObject({ sub: 'ann' });
      },
    );
    expect(read).toEqual(['/eu-west-1_pool/.well-known/jwks.json']);
  });

  it.each([
    ['another status', 503, '{"keys":[]}'],
    ['something else than JSON', 200, 'moment please'],
  ])('is put off where the endpoint responds with %s', async (_, status, body) => {
    await withServer(
      (__, response) => {
        response.writeHead(status).end(body);
      },
      async (endpoint) => {
        const published = userPoolKeys(issuer, { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint });
        const token = await sign({ token_use: 'id', aud: 'people' });
        await expect(verifyUserPoolToken(token, pool, published)).rejects.toMatchObject({
          code: 'storage.busy',
        });
      },
    );
  });

  it('is not refused but put off while the keys cannot be read', async () => {
    const unreachable = userPoolKeys(issuer, {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://127.0.0.1:9',
    });
    const token = await sign({ token_use: 'id', aud: 'people' });
    await expect(verifyUserPoolToken(token, pool, unreachable)).rejects.toMatchObject({
      code: 'storage.busy',
    });
  });
});
