import { searchQueryOf } from '../pages/library/library-query.ts';
import type { ConsoleConfig } from './console-config.ts';

/** Responses that were asked for before the app was there, by their URL. Each is used once. */
const asked = new Map<string, Promise<Response>>();

/** Seconds that a token has to be valid, so that nothing is asked for with one that is refused. */
const validSeconds = 60;

/**
 * Sends the first requests of the page that is opened while the scripts of the app are still being loaded. They are those
 * that the app would send, so none is sent twice. Without a session, or with one that has to be renewed, nothing is sent.
 */
export function sendEarly({ api, signIn }: ConsoleConfig, { pathname, search }: Location): void {
  const token = storedToken(`oidc.user:${signIn.issuer}:${signIn.clientId}`);
  const [, company, ...page] = pathname.replace(/\/+$/, '').split('/');
  if (token === undefined || !company) return;
  const root = `${api.replace(/\/+$/, '')}/v1`;
  const ofCompany = ['/settings', ...firstRequestsOf(page.join('/'), new URLSearchParams(search))];
  for (const url of [`${root}/me`, ...ofCompany.map((path) => `${root}/companies/${company}${path}`)]) {
    const response = fetch(url, {
      headers: { accept: 'application/json, */*;q=0.5', authorization: `Bearer ${token}` },
    });
    // Who uses it sees the error.
    response.catch(() => {});
    asked.set(url, response);
  }
}

/** `fetch` that takes the response to a request that was sent early. */
export const fetchAsked: typeof fetch = (input, init) => {
  const url = String(input);
  const response = init?.method === undefined || init.method === 'GET' ? asked.get(url) : undefined;
  asked.delete(url);
  return response ?? fetch(input, init);
};

/** What a page needs for its first row. @param page below the company: `jobs/scheduled` */
function firstRequestsOf(page: string, params: URLSearchParams): readonly string[] {
  if (page === '') return ['/overview'];
  if (page === 'library') return [`/search?${new URLSearchParams(searchQueryOf(params))}`];
  // Other filters depend on the time zone of the company.
  if (page === 'jobs' && params.size === 0) return ['/jobs?limit=50'];
  return [];
}

/** The access token that oidc-client-ts has stored, if it is valid for a while. */
function storedToken(name: string): string | undefined {
  try {
    const { access_token: token, expires_at: ends = 0 } = JSON.parse(localStorage.getItem(name) ?? '{}') as {
      readonly access_token?: string;
      /** Seconds since 1970. */
      readonly expires_at?: number;
    };
    return ends - Date.now() / 1_000 > validSeconds ? token : undefined;
  } catch {
    return undefined;
  }
}
