import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { json } from 'node:stream/consumers';
import { errors, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { apiScope } from '../../domain/companies/api-scope.ts';
import { Failure } from '../../domain/failure.ts';
import { keySet } from './key-set.ts';

/** Claims of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

export interface UserPool {
  /** `https://cognito-idp.<region>.amazonaws.com/<pool>` */
  readonly issuer: string;
  /** The app client of people. */
  readonly clientId: string;
}

/** Milliseconds for reading the keys. */
const timeoutMs = 5_000;

/** The public keys of a user pool. Where the environment names another endpoint of Cognito, they come from there. */
export function userPoolKeys(issuer: string, environment: NodeJS.ProcessEnv): JWTVerifyGetKey {
  const endpoint = environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER;
  const base = endpoint === undefined ? issuer : `${endpoint}${new URL(issuer).pathname}`;
  return keySet(() => readKeys(new URL(`${base}/.well-known/jwks.json`)), Date.now).getKey;
}

async function readKeys(url: URL): Promise<JSONWebKeySet> {
  const sending = (url.protocol === 'http:' ? http : https).get(url, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(`${url.href} responded with ${response.statusCode}, not 200`);
  }
  return (await json(response)) as JSONWebKeySet;
}

/**
 * Verifies a token of the user pool: signature, issuer, times, and whom it was made for. ID tokens and access tokens of
 * people must come from the app client of people; access tokens of machines must have the scope of the API.
 * @throws Failure `access.not-signed-in`; `storage.busy` if the keys cannot be fetched
 */
export async function verifyUserPoolToken(
  token: string,
  { issuer, clientId }: UserPool,
  keys: JWTVerifyGetKey,
): Promise<Claims> {
  const payload = await verified(token, issuer, keys);
  const { token_use: use, aud, client_id: client, sub, scope } = payload;
  const isMachine = use === 'access' && sub === client;
  const isForUs =
    use === 'id'
      ? aud === clientId
      : isMachine
        ? String(scope ?? '')
            .split(' ')
            .includes(apiScope.full)
        : use === 'access' && client === clientId;
  if (!isForUs)
    throw new Failure(
      'access.not-signed-in',
      isMachine ? `The token lacks the scope ${apiScope.full}` : 'The token was made for another app client',
    );
  return payload;
}

async function verified(token: string, issuer: string, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'sub', 'token_use'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new Failure('access.not-signed-in', 'The token has expired', { cause: error });
    if (!(error instanceof errors.JOSEError))
      throw new Failure('storage.busy', 'The keys of the user pool cannot be read; try again', {
        cause: error,
      });
    throw new Failure('access.not-signed-in', 'The request bears no valid token', { cause: error });
  }
}
