/** A request as the client sends it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export type Respond = (request: SentRequest, count: number) => Response | Error | Promise<Response | Error>;

/** A `fetch` whose responses are given by a function. An Error stands for a failure of the network. */
export function fakeFetch(respond: Respond): { readonly fetch: typeof fetch; readonly sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const request: SentRequest = {
      method: init.method ?? 'GET',
      url: String(input),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : init.body,
    };
    sent.push(request);
    const response = await respond(request, sent.length);
    if (response instanceof Error) throw response;
    return response;
  };
  return { fetch, sent };
}

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  Response.json(body, { status, headers: { ...headers } });

export const networkFailure = () =>
  new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
