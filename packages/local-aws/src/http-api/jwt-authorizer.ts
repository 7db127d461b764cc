import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

export interface JwtAuthorizerOptions {
  /** From the template: `https://cognito-idp.<region>.amazonaws.com/<poolId>`. */
  readonly issuer: string;
  readonly audience: readonly string[];
  /** `$request.header.Authorization`, `$request.querystring.token` */
  readonly identitySources: readonly string[];
}

export type JwtDecision =
  | { readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
  | { readonly refused: 401 | 403; readonly reason: string };

export type JwtAuthorizer = (
  request: { readonly headers: Readonly<Record<string, string>>; readonly query: string },
  /** Scopes of the route. The token must have one of them. */
  scopes: readonly string[],
) => Promise<JwtDecision>;

/**
 * The signing keys of an issuer. User pools of the local cloud are on MiniStack, which writes AWS's issuer into its
 * tokens, so only the keys come from another address. Any other issuer names its keys in its discovery document.
 */
export function keysOf(issuer: string, ministackEndpoint: string): () => Promise<JWTVerifyGetKey> {
  const pool = /^https:\/\/cognito-idp\.[^/]+\.amazonaws\.com\/([^/]+)$/.exec(issuer)?.[1];
  let keys: JWTVerifyGetKey | undefined;
  return async () => {
    keys ??= createRemoteJWKSet(
      new URL(pool ? `${ministackEndpoint}/${pool}/.well-known/jwks.json` : await discoverKeys(issuer)),
    );
    return keys;
  };
}

/** Checks tokens as an HTTP API does: signature, issuer, time, audience (or client), scope. */
export function createJwtAuthorizer(
  options: JwtAuthorizerOptions,
  keys: () => Promise<JWTVerifyGetKey>,
): JwtAuthorizer {
  return async (request, scopes) => {
    const token = tokenOf(request, options.identitySources);
    if (!token) return { refused: 401, reason: 'no token' };
    let payload: JWTPayload;
    try {
      const verified = await jwtVerify(token, await keys(), {
        issuer: options.issuer,
        algorithms: ['RS256', 'RS384', 'RS512'],
        requiredClaims: ['exp'],
      });
      payload = verified.payload;
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
        return { refused: 401, reason: error.message };
      }
      throw error;
    }
    // MiniStack signs refresh tokens with the same keys. Those of AWS are encrypted, so they are no JWT at all.
    if (isCognito(options.issuer) && payload.token_use !== 'access' && payload.token_use !== 'id') {
      return { refused: 401, reason: 'the token is neither an access token nor an ID token' };
    }
    // Cognito's access tokens have a client id in place of an audience.
    const audience = payload.aud === undefined ? [payload.client_id] : [payload.aud].flat();
    if (!audience.some((entry) => typeof entry === 'string' && options.audience.includes(entry))) {
      return { refused: 401, reason: 'the token is for another audience' };
    }
    const own = String(payload.scope ?? payload.scp ?? '').split(' ');
    const granted = scopes.filter((scope) => own.includes(scope));
    if (scopes.length > 0 && granted.length === 0)
      return { refused: 403, reason: 'the token lacks the scope' };
    return {
      claims: Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)])),
      scopes: scopes.length > 0 ? granted : null,
    };
  };
}

function isCognito(issuer: string): boolean {
  return issuer.startsWith('https://cognito-idp.');
}

function tokenOf(
  request: { readonly headers: Readonly<Record<string, string>>; readonly query: string },
  sources: readonly string[],
): string | undefined {
  for (const source of sources) {
    const [, kind, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
    const value =
      kind === 'header' ? request.headers[name.toLowerCase()] : new URLSearchParams(request.query).get(name);
    if (value) return value.replace(/^Bearer\s+/i, '');
  }
  return undefined;
}

/** The event contains every claim as text, and lists in square brackets, separated by spaces. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function discoverKeys(issuer: string): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const document: unknown = await response.json();
  const uri =
    typeof document === 'object' && document !== null && 'jwks_uri' in document
      ? document.jwks_uri
      : undefined;
  if (typeof uri !== 'string')
    throw new Error(`The discovery document of the issuer ${issuer} has no jwks_uri`);
  return uri;
}
