export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Calls the HTTP API as a signed-in person. */
export interface ApiClient {
  /**
   * @param path below `/v1/companies/<company>`
   * @throws Error with the problem's own text where the answer isn't 2xx
   */
  call<T>(
    method: Method,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { field: string; message: string }[];
}

export function createApiClient(address: string, company: string, token: string): ApiClient {
  return {
    async call<T>(
      method: Method,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<T> {
      const response = await fetch(`${address}/v1/companies/${encodeURIComponent(company)}${path}`, {
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const json: unknown = await response.json();
      if (response.ok) return json as T;
      const problem = json as Problem;
      const errors = (problem.errors ?? []).map((error) => `${error.field}: ${error.message}`);
      const reason = problem.detail ?? problem.title ?? 'no reason given';
      // The reason often is the first of them.
      const text = [reason, ...errors.filter((error) => !reason.includes(error))].join('; ');
      throw new Error(`${method} ${path} answered ${response.status} ${problem.code ?? ''}: ${text}`);
    },
  };
}
