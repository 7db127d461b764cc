import { createClient } from '@pressroom/client/create-client';
import { defineCommand, flag, optional, text } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../errors/command-error.ts';
import { callbackUrl, loginInBrowser } from '../session/browser-login.ts';
import type { Login, Profile } from '../session/profile.ts';
import { readProfiles, saveProfile } from '../session/profile-store.ts';
import { renewLogin } from '../session/renew-login.ts';
import { saveTokens } from '../session/token-store.ts';

export const login = defineCommand({
  path: 'login',
  feature: 'companies',
  summary: 'Sign in to an installation, and keep it as a profile',
  notes: [
    `A person signs in on the login pages in the browser, which returns to ${callbackUrl}.`,
    'A machine signs in with --machine; its secret stays in PRESSROOM_CLIENT_SECRET. CI needs no login: see docs/cli.md#in-ci.',
  ],
  args: { name: optional('Name of the profile. Default: the current one, or "default"') },
  options: {
    console: text('<url>', 'address of the web console, which knows all the others'),
    api: text('<url>', 'address of the API, without /v1'),
    loginUrl: text('<url>', 'address of the login pages: the output LoginAddress of the data stack'),
    clientId: text('<id>', 'the output UserPoolClientId of the data stack, or the id of the machine'),
    machine: flag('sign in as a machine, by client credentials'),
    tokenUrl: text('<url>', 'with --machine: where it gets tokens'),
    printUrl: flag('print the address of the login page and open no browser'),
  },
  examples: [
    {
      command: 'login --console https://console.example.com',
      does: 'signs in for the first time',
    },
    { command: 'login', does: 'signs in again, after the login has expired' },
    {
      command:
        'login shop --machine --api https://api.example.com --client-id 7h3x… --token-url https://…/oauth2/token',
      does: 'makes a profile of a machine; PRESSROOM_CLIENT_SECRET holds its secret',
    },
  ],
  connects: false,
  show: {
    lines: ({ profile, name, api, company, companies }, paint) => [
      `${paint('green', '✓')} Signed in${name === undefined ? '' : ` as ${name}`} at ${api} (profile ${profile}).`,
      company === undefined
        ? companies.length === 0
          ? 'This login is a member of no company yet. An admin adds it: pressroom members invite'
          : `Choose a company: pressroom company use <name>. Yours: ${companies.join(', ')}`
        : `Company: ${company}`,
    ],
  },
  async *run(context, given) {
    const { io } = context;
    const { profiles, current } = await readProfiles(io);
    const name = given.name ?? context.options.profile ?? current ?? 'default';
    const known = profiles[name];
    const found = given.console === undefined ? undefined : await readConsoleConfig(context, given.console);
    const api = given.api ?? found?.api ?? known?.api;
    if (api === undefined)
      throw usageError(
        '--console is missing.',
        'Give the address of the web console, or --api, --login-url and --client-id.',
      );
    checkAddress('--api', api);
    const wanted = loginOf(
      {
        ...given,
        loginUrl: given.loginUrl ?? found?.signIn.pages,
        clientId: given.clientId ?? found?.signIn.clientId,
      },
      known?.login,
    );
    const tokens = await signIn(context, wanted, given.printUrl);
    const client = createClient(api, () => tokens.accessToken, { fetch: io.fetch });
    // Before anything is saved: a wrong address shows here.
    const me = await client.call('readMe');
    const companies = me.companies.map(({ company }) => company);
    const company =
      context.options.company ?? known?.company ?? (companies.length === 1 ? companies[0] : undefined);
    const profile: Profile = {
      api: api.replace(/\/+$/, ''),
      login: wanted,
      ...(company === undefined ? {} : { company }),
    };
    await saveProfile(io, name, profile);
    const key = wanted.kind === 'machine' ? `machine ${wanted.clientId}` : `profile ${name}`;
    await saveTokens(io, key, tokens);
    const person = me.name ?? me.email;
    yield {
      profile: name,
      api: profile.api,
      companies,
      ...(company === undefined ? {} : { company }),
      ...(person === undefined ? {} : { name: person }),
    };
    return 0;
  },
});

/** What the web console is configured with. */
interface ConsoleConfig {
  readonly api: string;
  readonly signIn: { readonly clientId: string; readonly pages: string };
}

async function readConsoleConfig({ io, signal }: Context, address: string): Promise<ConsoleConfig> {
  checkAddress('--console', address);
  const file = new URL('/config.json', address);
  const response = await io.fetch(file, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new CommandError(
      6,
      'network.failed',
      `${file} cannot be read: ${String(error)}`,
      'Check the address.',
    );
  });
  const config = (await response.json().catch(() => undefined)) as Partial<ConsoleConfig> | undefined;
  if (!response.ok || !config?.api || !config.signIn)
    throw usageError(`${file} is not that of a Pressroom console.`, 'Give the address that deploy printed.');
  return { api: config.api, signIn: config.signIn };
}

interface GivenLogin {
  readonly loginUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly machine: boolean;
  readonly tokenUrl: string | undefined;
}

function loginOf({ loginUrl, clientId, machine, tokenUrl }: GivenLogin, known: Login | undefined): Login {
  const id = clientId ?? known?.clientId;
  if (id === undefined)
    throw usageError(
      '--client-id is missing.',
      'It is the output UserPoolClientId of the stack pressroom-data.',
    );
  if (machine || (known?.kind === 'machine' && loginUrl === undefined)) {
    const url = tokenUrl ?? (known?.kind === 'machine' ? known.tokenUrl : undefined);
    if (url === undefined)
      throw usageError(
        '--token-url is missing.',
        'createMachine returned it with the secret of the machine.',
      );
    checkAddress('--token-url', url);
    return { kind: 'machine', clientId: id, tokenUrl: url };
  }
  if (known?.kind === 'password' && loginUrl === undefined) return known;
  const url = loginUrl ?? (known?.kind === 'browser' ? known.loginUrl : undefined);
  if (url === undefined)
    throw usageError('--login-url is missing.', 'It is the output LoginAddress of the stack pressroom-data.');
  checkAddress('--login-url', url);
  return { kind: 'browser', clientId: id, loginUrl: url.replace(/\/+$/, '') };
}

function checkAddress(flagName: string, text: string): void {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw usageError(`${flagName}: "${text}" must be an address like https://api.example.com.`);
}

async function signIn({ io, signal, note }: Context, wanted: Login, printUrl: boolean) {
  if (wanted.kind !== 'browser') return renewLogin(io, wanted, undefined);
  if (!io.isInteractive && !printUrl)
    throw usageError(
      'A login in the browser needs a terminal.',
      'Add --print-url to get only its address. In CI use PRESSROOM_TOKEN, a machine or a trust rule: docs/cli.md#in-ci',
    );
  return loginInBrowser(io, {
    loginUrl: wanted.loginUrl,
    clientId: wanted.clientId,
    signal,
    onReady(url) {
      note(`Sign in at ${url}`);
      if (!printUrl) io.openBrowser(url);
    },
  });
}
