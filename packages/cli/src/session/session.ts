import type { GetToken } from '@pressroom/client/create-client';
import { signedOutError, usageError } from '../errors/command-error.ts';
import type { Io } from '../io.ts';
import { nearestOf } from '../output/nearest.ts';
import type { Login, Profile } from './profile.ts';
import { readProfiles } from './profile-store.ts';
import { renewLogin } from './renew-login.ts';
import { exchangeToken } from './request-token.ts';
import { readTokens, saveTokens, type Tokens } from './token-store.ts';

/** Where a command works, and as whom. */
export interface Session {
  /** Name of the profile. Missing if environment variables say everything. */
  readonly profile: string | undefined;
  readonly api: string;
  readonly company: string | undefined;
  readonly getToken: GetToken;
  /** A delivery URL as this machine reaches it: the local cloud has an address without TLS. */
  reachable(url: string): string;
}

export interface SessionOptions {
  readonly profile?: string | undefined;
  readonly company?: string | undefined;
}

/**
 * Environment variables win over profiles, and options over both.
 * @throws CommandError where no installation is known
 */
export async function openSession(io: Io, options: SessionOptions): Promise<Session> {
  const { env } = io;
  const name = options.profile ?? env.PRESSROOM_PROFILE;
  // A complete environment, as in CI, needs no profile.
  const profiles = await readProfiles(io);
  const chosen = name ?? (env.PRESSROOM_API ? undefined : profiles.current);
  const profile = chosen === undefined ? undefined : profiles.profiles[chosen];
  if (name !== undefined && !profile)
    throw usageError(
      `There is no profile "${name}".${nearestOf(name, Object.keys(profiles.profiles))}`,
      'Make one with: pressroom login --name <name>',
    );
  const api = env.PRESSROOM_API ?? profile?.api;
  if (api === undefined)
    throw signedOutError(
      'No installation is known.',
      'Run: pressroom login --api <address>. In the repository, npm start makes a profile for the local cloud.',
    );
  const company = options.company ?? env.PRESSROOM_COMPANY ?? profile?.company;
  const { delivery } = profile ?? {};
  return {
    profile: chosen,
    api,
    company,
    getToken: tokenSource(io, api, company, chosen, profile),
    reachable: (url) =>
      delivery && url.startsWith(delivery.url) ? `${delivery.plain}${url.slice(delivery.url.length)}` : url,
  };
}

/** Requests a token when the first one is needed, and keeps it. */
function tokenSource(
  io: Io,
  api: string,
  company: string | undefined,
  name: string | undefined,
  profile: Profile | undefined,
): GetToken {
  let current: Promise<Tokens> | undefined;
  return async ({ renew }) => {
    if (renew || !current || (await current).expires <= io.now())
      current = obtainTokens(io, { api, company, name, profile, renew });
    return (await current).accessToken;
  };
}

interface Caller {
  readonly api: string;
  readonly company: string | undefined;
  readonly name: string | undefined;
  readonly profile: Profile | undefined;
  /** The stored token was refused. */
  readonly renew: boolean;
}

async function obtainTokens(io: Io, caller: Caller): Promise<Tokens> {
  const { env } = io;
  if (env.PRESSROOM_TOKEN) {
    if (caller.renew)
      throw signedOutError(
        'The token in PRESSROOM_TOKEN was refused.',
        'Set PRESSROOM_TOKEN to a new token.',
      );
    return { accessToken: env.PRESSROOM_TOKEN, expires: Number.POSITIVE_INFINITY };
  }
  const foreign = await foreignToken(io);
  if (foreign !== undefined) {
    if (caller.company === undefined)
      throw usageError('A token of a CI system needs a company.', 'Set PRESSROOM_COMPANY.');
    return exchangeToken(io, caller.api, caller.company, foreign);
  }
  const login = machineOf(env) ?? caller.profile?.login;
  if (!login) throw signedOutError('You are not signed in.');
  const key = login.kind === 'machine' ? `machine ${login.clientId}` : `profile ${caller.name}`;
  const stored = await readTokens(io, key);
  if (stored && !caller.renew && stored.expires > io.now()) return stored;
  const tokens = await renewLogin(io, login, stored?.refreshToken);
  await saveTokens(io, key, tokens);
  return tokens;
}

function machineOf(env: Io['env']): Login | undefined {
  const { PRESSROOM_CLIENT_ID: clientId, PRESSROOM_TOKEN_URL: tokenUrl } = env;
  if (!clientId) return undefined;
  if (!tokenUrl)
    throw usageError(
      'PRESSROOM_CLIENT_ID is set, but PRESSROOM_TOKEN_URL is not.',
      'Set it to the tokenUrl that createMachine returned.',
    );
  return { kind: 'machine', clientId, tokenUrl };
}

/** The token of a CI system: given, or requested from GitHub Actions if the workflow may have one. */
async function foreignToken({ env, fetch }: Io): Promise<string | undefined> {
  if (env.PRESSROOM_OIDC_TOKEN) return env.PRESSROOM_OIDC_TOKEN;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (!url || !token || env.PRESSROOM_CLIENT_ID || !env.PRESSROOM_API) return undefined;
  const audience = encodeURIComponent(env.PRESSROOM_OIDC_AUDIENCE ?? 'pressroom');
  const response = await fetch(`${url}&audience=${audience}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok)
    throw signedOutError(
      `GitHub Actions gave no token (${response.status}).`,
      'Give the workflow the permission id-token: write.',
    );
  return ((await response.json()) as { value: string }).value;
}
