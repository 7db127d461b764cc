import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeFetch, json, networkFailure } from '../../client/test/fake-fetch.ts';
import { callbackUrl } from '../src/session/browser-login.ts';
import { checkedError, runCli, temporaryFolder, writeFiles } from './run-cli.ts';

/** Profiles, environment variables and tokens. */

const api = 'https://api.example.com';
const settings = {
  timeZone: 'UTC',
  publishOnUpload: 'now',
  retainPublishState: true,
  overwriteMode: 'any-folder-any-extension',
  allowActiveContent: false,
  autoQuality: false,
  servers: ['image-serving'],
};
const me = { subject: 's1', name: 'Ann', companies: [{ company: 'luma', role: 'admin', kind: 'person' }] };

/** Gives tokens `t1`, `t2`, …; the API accepts those of `valid`. */
function world(valid: readonly string[] = ['t1', 't2']) {
  let given = 0;
  return fakeFetch(({ url, headers }) => {
    if (url.includes('/oauth2/token') || url === 'http://127.0.0.1:4566/') {
      given += 1;
      const accessToken = `t${given}`;
      return url.includes('oauth2')
        ? json(200, { access_token: accessToken, expires_in: 3_600, refresh_token: 'r1' })
        : json(200, { AuthenticationResult: { AccessToken: accessToken, ExpiresIn: 3_600 } });
    }
    if (url.endsWith('/token')) return json(200, { accessToken: 't1', expiresIn: 3_600 });
    if (!valid.includes((headers.authorization ?? '').replace('Bearer ', '')))
      return json(401, { code: 'access.not-signed-in', detail: 'The token has expired', requestId: '1' });
    return json(200, url.endsWith('/v1/me') ? me : settings);
  });
}

const authorizations = (sent: ReturnType<typeof world>['sent']) =>
  sent.filter(({ url }) => url.startsWith(api)).map(({ headers }) => headers.authorization);

describe('A command', () => {
  it('uses the token of the environment, and says what to do when it is refused', async () => {
    const env = { PRESSROOM_API: api, PRESSROOM_COMPANY: 'luma', PRESSROOM_TOKEN: 't1' };
    const { fetch, sent } = world();
    expect((await runCli(['settings', '--json'], { env, fetch })).exitCode).toBe(0);
    expect(authorizations(sent)).toEqual(['Bearer t1']);
    const refused = await runCli(['settings', '--json'], { env, fetch: world([]).fetch });
    expect(refused.exitCode).toBe(3);
    expect(checkedError(refused.stderr)).toMatchObject({
      message: 'The token in PRESSROOM_TOKEN was refused.',
    });
  });

  it('gets a token for a machine once, and keeps it for its hour', async () => {
    const home = temporaryFolder();
    const env = {
      PRESSROOM_HOME: home,
      PRESSROOM_API: api,
      PRESSROOM_COMPANY: 'luma',
      PRESSROOM_CLIENT_ID: 'robot',
      PRESSROOM_CLIENT_SECRET: 'secret',
      PRESSROOM_TOKEN_URL: 'https://login.example.com/oauth2/token',
    };
    const { fetch, sent } = world();
    for (let run = 0; run < 3; run += 1)
      expect((await runCli(['settings'], { env, fetch })).exitCode).toBe(0);
    const requests = sent.filter(({ url }) => url.includes('oauth2'));
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa('robot:secret')}`);
    expect(String(requests[0]?.body)).toBe('grant_type=client_credentials&scope=pressroom%2Fapi');
    const file = join(home, 'tokens.json');
    expect(statSync(file).mode & 0o077).toBe(0);
    // The secret is in no file.
    expect(readFileSync(file, 'utf8')).not.toContain('secret');
  });

  it('renews a token that is refused, once', async () => {
    const env = {
      PRESSROOM_API: api,
      PRESSROOM_COMPANY: 'luma',
      PRESSROOM_CLIENT_ID: 'robot',
      PRESSROOM_CLIENT_SECRET: 'secret',
      PRESSROOM_TOKEN_URL: 'https://login.example.com/oauth2/token',
    };
    const { fetch, sent } = world(['t2']);
    expect((await runCli(['settings'], { env, fetch })).exitCode).toBe(0);
    expect(authorizations(sent)).toEqual(['Bearer t1', 'Bearer t2']);
    const never = await runCli(['settings'], { env, fetch: world([]).fetch });
    expect(never.exitCode).toBe(3);
  });

  it('exchanges the token of a CI system', async () => {
    const env = { PRESSROOM_API: api, PRESSROOM_COMPANY: 'luma', PRESSROOM_OIDC_TOKEN: 'jwt' };
    const { fetch, sent } = world();
    expect((await runCli(['settings'], { env, fetch })).exitCode).toBe(0);
    expect(sent[0]).toMatchObject({ url: `${api}/v1/companies/luma/token`, body: { token: 'jwt' } });
  });

  it('asks GitHub Actions for its token', async () => {
    const env = {
      PRESSROOM_API: api,
      PRESSROOM_COMPANY: 'luma',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://actions.example.com/?a=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    };
    const inner = world();
    const { fetch, sent } = fakeFetch((request) =>
      request.url.startsWith('https://actions')
        ? json(200, { value: 'jwt' })
        : inner.fetch(request.url, request as never),
    );
    await runCli(['settings'], { env, fetch });
    expect(sent[0]).toMatchObject({
      url: 'https://actions.example.com/?a=1&audience=pressroom',
      headers: { authorization: 'Bearer request' },
    });
  });

  it('uses the profile that npm start wrote above its folder', async () => {
    const folder = temporaryFolder();
    const profile = {
      api: 'http://127.0.0.1:9000',
      company: 'brightside',
      login: {
        kind: 'password',
        endpoint: 'http://127.0.0.1:4566',
        clientId: 'c',
        name: 'a@b.test',
        password: 'p',
      },
    };
    writeFiles(folder, {
      '.local/pressroom.json': JSON.stringify({ current: 'local', profiles: { local: profile } }),
      'a/b/c.txt': '',
    });
    const { fetch, sent } = world();
    const { exitCode } = await runCli(['settings'], { env: {}, folder: join(folder, 'a', 'b'), fetch });
    expect(exitCode).toBe(0);
    expect(sent.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:4566/',
      'http://127.0.0.1:9000/v1/companies/brightside/settings',
    ]);
  });

  it('refuses a profile in a repository that names another machine', async () => {
    const folder = temporaryFolder();
    const profiles = { local: { api: 'https://evil.example.com', company: 'a' } };
    writeFiles(folder, { '.local/pressroom.json': JSON.stringify({ current: 'local', profiles }) });
    const { exitCode, stderr } = await runCli(['settings'], { env: {}, folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('which is not on this machine');
  });

  it.each([
    [{}, 3, 'No installation is known.'],
    [{ PRESSROOM_API: api }, 2, 'No company is chosen.'],
    [{ PRESSROOM_API: api, PRESSROOM_COMPANY: 'luma' }, 3, 'You are not signed in.'],
    [{ PRESSROOM_PROFILE: 'shop' }, 2, 'There is no profile "shop".'],
    [
      { PRESSROOM_API: api, PRESSROOM_COMPANY: 'luma', PRESSROOM_CLIENT_ID: 'robot' },
      2,
      'PRESSROOM_TOKEN_URL is not',
    ],
    [
      {
        PRESSROOM_API: api,
        PRESSROOM_COMPANY: 'l',
        PRESSROOM_CLIENT_ID: 'r',
        PRESSROOM_TOKEN_URL: 'https://l.example.com',
      },
      3,
      'The secret of the machine is missing.',
    ],
    [{ PRESSROOM_API: api, PRESSROOM_OIDC_TOKEN: 'jwt' }, 2, 'No company is chosen.'],
  ])('with %j ends with %i: %s', async (env, code, text) => {
    const { exitCode, stderr } = await runCli(['settings'], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining(text) });
    expect(stderr).toContain('→ ');
  });

  it('ends with 6 if the API cannot be reached, and says so', async () => {
    const env = { PRESSROOM_API: api, PRESSROOM_COMPANY: 'luma', PRESSROOM_TOKEN: 't1' };
    const { exitCode, stderr } = await runCli(['settings'], {
      env,
      fetch: fakeFetch(() => networkFailure()).fetch,
    });
    expect(exitCode).toBe(6);
    expect(stderr).toContain('ECONNREFUSED');
  });
});

describe('pressroom login', () => {
  // The end-to-end tests run beside this file, and sign in with the same port.
  beforeEach(() =>
    vi.waitFor(
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(Number(new URL(callbackUrl).port), '127.0.0.1');
          socket.once('error', () => resolve());
          socket.once('connect', () => reject(new Error('The port of the callback is in use')));
          socket.once('connect', () => socket.destroy());
        }),
      { timeout: 60_000, interval: 100 },
    ),
  );

  const words = [
    'login',
    '--api',
    `${api}/`,
    '--login-url',
    'https://login.example.com',
    '--client-id',
    'c1',
  ];

  /** Follows the login page to its redirect, as a browser does. */
  const signInAs = (change: (query: URLSearchParams) => void) => (url: string) => {
    const { searchParams } = new URL(url);
    const query = new URLSearchParams({ code: 'code-1', state: searchParams.get('state') ?? '' });
    change(query);
    void globalThis.fetch(`${callbackUrl.replace('localhost', '127.0.0.1')}?${query}`);
  };

  it('signs in with PKCE, keeps the profile, and renews the token later', async () => {
    const home = temporaryFolder();
    const { fetch, sent } = world();
    let page = '';
    const result = await runCli([...words, '--json'], {
      env: { PRESSROOM_HOME: home },
      fetch,
      isTerminal: true,
      openBrowser(url) {
        page = url;
        signInAs(() => {})(url);
      },
    });
    expect(result.stderr).toBe('');
    expect(result.lines).toEqual([
      { profile: 'default', api, company: 'luma', name: 'Ann', companies: ['luma'] },
    ]);
    const { origin, pathname, searchParams } = new URL(page);
    expect(origin + pathname).toBe('https://login.example.com/oauth2/authorize');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'c1',
      redirect_uri: callbackUrl,
      code_challenge_method: 'S256',
    });
    expect(sent[0]?.url).toBe('https://login.example.com/oauth2/token');
    // The next command needs nothing else.
    const next = world();
    expect((await runCli(['settings'], { env: { PRESSROOM_HOME: home }, fetch: next.fetch })).exitCode).toBe(
      0,
    );
    expect(authorizations(next.sent)).toEqual(['Bearer t1']);
    // An expired login says so.
    const expired = fakeFetch(({ url }) =>
      url.includes('oauth2')
        ? json(400, { error: 'invalid_grant' })
        : json(401, { code: 'access.not-signed-in', detail: 'expired', requestId: '1' }),
    );
    const again = await runCli(['settings'], { env: { PRESSROOM_HOME: home }, fetch: expired.fetch });
    expect(again.exitCode).toBe(3);
    expect(again.stderr).toContain('Your login has expired.\n→ Run: pressroom login');
  });

  it('refuses a redirect with another state, and one without a code', async () => {
    const refused = await runCli(words, {
      env: {},
      fetch: world().fetch,
      isTerminal: true,
      openBrowser(url) {
        signInAs((query) => query.set('state', 'other'))(url);
        signInAs((query) => {
          query.delete('code');
          query.set('error', 'access_denied');
        })(url);
      },
    });
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('The login was refused: access_denied.');
  });

  it('needs a terminal, or --print-url', async () => {
    const { exitCode, stderr } = await runCli(words, { env: {}, fetch: world().fetch });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('needs a terminal');
    const printed = await runCli([...words, '--print-url'], {
      env: {},
      fetch: world().fetch,
      signal: AbortSignal.timeout(50),
    });
    expect(printed.stderr).toContain('Sign in at https://login.example.com/oauth2/authorize?');
  });

  it.each([
    [['login'], '--console is missing'],
    [['login', '--console', 'console'], '--console: "console" must be an address'],
    [['login', '--api', 'api.example.com'], '--api: "api.example.com" must be an address'],
    [['login', '--api', api], '--client-id is missing'],
    [['login', '--api', api, '--client-id', 'c'], '--login-url is missing'],
    [['login', '--api', api, '--client-id', 'c', '--machine'], '--token-url is missing'],
  ])('%j ends with 2: %s', async (given, text) => {
    const { exitCode, stderr } = await runCli(given, { env: {}, isTerminal: true });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(text) });
  });

  it('reads the addresses from the web console', async () => {
    const inner = world();
    const signIn = { issuer: 'i', clientId: 'c9', pages: 'https://login.example.com' };
    const { fetch } = fakeFetch((request) => {
      if (request.url === 'https://console.example.com/config.json') return json(200, { api, signIn });
      if (request.url.startsWith('https://www.example.com')) return new Response('<html>');
      return inner.fetch(request.url, request as never);
    });
    const pages: string[] = [];
    const given = ['login', '--console', 'https://console.example.com', '--json'];
    const result = await runCli(given, {
      env: {},
      fetch,
      isTerminal: true,
      openBrowser(url) {
        pages.push(url);
        signInAs(() => {})(url);
      },
    });
    expect(result.lines).toMatchObject([{ api, company: 'luma' }]);
    expect(pages).toEqual([expect.stringMatching(/^https:\/\/login\.example\.com\/.*client_id=c9&/)]);
    const wrong = await runCli(['login', '--console', 'https://www.example.com'], {
      env: {},
      fetch,
      isTerminal: true,
    });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('is not that of a Pressroom console');
  });

  it('keeps a machine, and logout deletes its token', async () => {
    const home = temporaryFolder();
    const env = { PRESSROOM_HOME: home, PRESSROOM_CLIENT_SECRET: 'secret' };
    const { fetch } = world();
    const given = [
      '--machine',
      '--api',
      api,
      '--client-id',
      'r',
      '--token-url',
      'https://l.example.com/oauth2/token',
    ];
    expect((await runCli(['login', 'shop', ...given, '--json'], { env, fetch })).lines).toMatchObject([
      { profile: 'shop' },
    ]);
    expect(readFileSync(join(home, 'tokens.json'), 'utf8')).toContain('machine r');
    expect((await runCli(['logout'], { env })).exitCode).toBe(0);
    expect(readFileSync(join(home, 'tokens.json'), 'utf8')).not.toContain('machine r');
  });
});

describe('pressroom company use', () => {
  it('changes the company of the profile, and suggests similar names', async () => {
    const home = temporaryFolder();
    const profile = {
      api,
      login: { kind: 'machine', clientId: 'r', tokenUrl: 'https://l.example.com/oauth2/token' },
    };
    writeFiles(home, { 'profiles.json': JSON.stringify({ current: 'a', profiles: { a: profile } }) });
    const env = { PRESSROOM_HOME: home, PRESSROOM_CLIENT_SECRET: 'secret' };
    const wrong = await runCli(['company', 'use', 'lumma'], { env, fetch: world().fetch });
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toContain('Near: "luma".');
    expect((await runCli(['company', 'use', 'luma'], { env, fetch: world().fetch })).exitCode).toBe(0);
    expect((await runCli(['settings'], { env, fetch: world().fetch })).exitCode).toBe(0);
  });
});
