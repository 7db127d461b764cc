import { CommandError, signedOutError } from '../errors/command-error.ts';
import type { Io } from '../io.ts';
import type { Tokens } from './token-store.ts';

type World = Pick<Io, 'fetch' | 'now'>;

/** Seconds before the end of a token at which a new one is requested. */
const marginSeconds = 60;

/**
 * Requests a token by OAuth 2.0 (RFC 6749): authorization code, refresh token or client credentials.
 * @throws CommandError where the login is refused or the server does not respond
 */
export async function requestToken(
  { fetch, now }: World,
  tokenUrl: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Tokens> {
  const body = await post(fetch, tokenUrl, {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form),
  });
  return tokensOf(body.access_token, body.expires_in, now(), body.refresh_token ?? form.refresh_token);
}

/** A token of the user pool for a name and a password: only for the sample logins of the local cloud. */
export async function requestPasswordToken(
  { fetch, now }: World,
  login: {
    readonly endpoint: string;
    readonly clientId: string;
    readonly name: string;
    readonly password: string;
  },
): Promise<Tokens> {
  const body = await post(fetch, `${login.endpoint}/`, {
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    },
    body: JSON.stringify({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: login.clientId,
      AuthParameters: { USERNAME: login.name, PASSWORD: login.password },
    }),
  });
  const result = (body as { AuthenticationResult?: { AccessToken?: string; ExpiresIn?: number } })
    .AuthenticationResult;
  return tokensOf(result?.AccessToken, result?.ExpiresIn, now());
}

/** Exchanges the token of a CI system for one of Pressroom, by the company's trust rules. */
export async function exchangeToken(
  { fetch, now }: World,
  api: string,
  company: string,
  token: string,
): Promise<Tokens> {
  const url = `${api.replace(/\/+$/, '')}/v1/companies/${encodeURIComponent(company)}/token`;
  const body = await post(fetch, url, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const { accessToken, expiresIn } = body as { accessToken?: string; expiresIn?: number };
  return tokensOf(accessToken, expiresIn, now());
}

interface TokenResponse {
  readonly access_token?: string;
  readonly expires_in?: number;
  readonly refresh_token?: string;
}

async function post(
  fetch: World['fetch'],
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly body: string | URLSearchParams },
): Promise<TokenResponse> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', ...init });
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CommandError(
      6,
      'network.failed',
      `${new URL(url).host} gives no token: ${reason}`,
      'Check the connection and run the command again.',
    );
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as TokenResponse;
  if (response.status >= 500 || response.status === 429)
    throw new CommandError(
      6,
      'login.unavailable',
      `${new URL(url).host} gives no token now (${response.status}).`,
      'Run the command again.',
    );
  throw signedOutError(`The login was refused: ${reasonIn(text) ?? response.status}.`);
}

function reasonIn(text: string): string | undefined {
  try {
    const { error_description, error, detail, message } = JSON.parse(text) as Record<string, string>;
    return error_description ?? detail ?? message ?? error;
  } catch {
    return undefined;
  }
}

function tokensOf(
  accessToken: string | undefined,
  seconds: number | undefined,
  now: number,
  refreshToken?: string,
): Tokens {
  if (!accessToken) throw signedOutError('The login gave no token.');
  return {
    accessToken,
    expires: now + Math.max(0, (seconds ?? 3_600) - marginSeconds) * 1_000,
    ...(refreshToken ? { refreshToken } : {}),
  };
}
