import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createJwtAuthorizer, type JwtAuthorizer } from '../../src/http-api/jwt-authorizer.ts';

const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc';
const now = Math.floor(Date.now() / 1000);
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let otherKeys: Awaited<ReturnType<typeof generateKeyPair>>;
let authorize: JwtAuthorizer;

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  otherKeys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  authorize = createJwtAuthorizer(
    {
      issuer,
      audience: ['client'],
      identitySources: ['$request.header.Authorization', '$request.querystring.token'],
    },
    async () => createLocalJWKSet({ keys: [jwk] }),
  );
});

const sign = (claims: JWTPayload, key = keys.privateKey) =>
  new SignJWT({
    iss: issuer,
    exp: now + 60,
    iat: now,
    client_id: 'client',
    sub: 'u1',
    token_use: 'access',
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(key);

const decide = async (token: string, scopes: string[] = []) =>
  authorize({ headers: { authorization: `Bearer ${token}` }, query: '' }, scopes);

describe('a JWT authorizer', () => {
  it('returns the claims as text', async () => {
    const token = await sign({ 'cognito:groups': ['a', 'b'], email_verified: true, exp: now + 60 });
    expect(await decide(token)).toMatchObject({
      claims: { sub: 'u1', 'cognito:groups': '[a b]', email_verified: 'true', exp: String(now + 60) },
      scopes: null,
    });
  });

  it('accepts a token for its audience from any client', async () => {
    expect(await decide(await sign({ aud: 'client', client_id: 'x' }))).toMatchObject({ scopes: null });
  });

  it('accepts a token without Bearer, and one in the query', async () => {
    const token = await sign({});
    expect(await authorize({ headers: { authorization: token }, query: '' }, [])).toHaveProperty('claims');
    expect(await authorize({ headers: {}, query: `token=${token}` }, [])).toHaveProperty('claims');
  });

  it.each([
    ['another issuer', { iss: `${issuer}x` }],
    ['another client', { client_id: 'other' }],
    ['another audience', { aud: 'other' }],
    ['no client at all', { client_id: undefined }],
    ['an expiry in the past', { exp: now - 1 }],
    ['no expiry', { exp: undefined }],
    ['a start in the future', { nbf: now + 60 }],
    ['the use of a refresh token', { token_use: 'refresh' }],
    ['no use', { token_use: undefined }],
  ])('refuses a token with %s', async (_, claims) => {
    expect(await decide(await sign(claims as JWTPayload))).toMatchObject({ refused: 401 });
  });

  it('refuses a token of another key, an unsigned token, and a missing token', async () => {
    expect(await decide(await sign({}, otherKeys.privateKey))).toMatchObject({ refused: 401 });
    const [, payload] = (await sign({})).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await decide(`${header}.${payload}.`)).toMatchObject({ refused: 401 });
    expect(await decide('nonsense')).toMatchObject({ refused: 401 });
    expect(await authorize({ headers: {}, query: '' }, [])).toMatchObject({ refused: 401 });
  });

  it('requires one of the scopes of the route', async () => {
    const token = await sign({ scope: 'read write' });
    expect(await decide(token, ['write', 'admin'])).toMatchObject({ scopes: ['write'] });
    expect(await decide(token, ['admin'])).toMatchObject({ refused: 403 });
  });
});
