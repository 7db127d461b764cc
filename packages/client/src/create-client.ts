import type {
  DryRunOperation,
  DryRunResponse,
  OperationItem,
  OperationName,
  OperationResponse,
  PagedOperation,
} from '@pressroom/api/operation-types';
import { toApiError } from './api-error.ts';
import type { Call, RequestArguments } from './operation-request.ts';
import { type Operation, operations } from './operations.ts';
import { type RetryOptions, sendWithRetries } from './retry.ts';
import {
  prepareUpload,
  resumeUpload,
  type SendSettings,
  sendUpload,
  type Upload,
  type UploadFile,
  type UploadOptions,
  type UploadResult,
} from './upload.ts';
import type { UploadState } from './upload-state.ts';

export type {
  OperationBody,
  OperationItem,
  OperationName,
  OperationQuery,
  OperationResponse,
} from '@pressroom/api/operation-types';
export type { OperationRequest } from './operation-request.ts';

/**
 * Gives the bearer token of a request. Called for every request, and once more with `renew` after the API has refused
 * the token that it gave.
 */
export type GetToken = (options: { readonly renew: boolean }) => string | Promise<string>;

export interface ClientOptions extends RetryOptions {
  /** The company of every request that does not name one. */
  readonly company?: string;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface Tagged<Body> {
  readonly body: Body;
  /** For `ifMatch` of a change; undefined where the response has none. */
  readonly etag: string | undefined;
}

/** Calls the API by the names of its operations. All methods throw ApiError and NetworkError. */
export interface Client {
  /** The JSON of the response. */
  readonly call: Call;
  /** The JSON of the response with its ETag. */
  callTagged<Name extends OperationName>(
    name: Name,
    ...request: RequestArguments<Name>
  ): Promise<Tagged<OperationResponse<Name>>>;
  /** The successful response itself, for files. */
  send<Name extends OperationName>(name: Name, ...request: RequestArguments<Name>): Promise<Response>;
  /** What the operation would do. Changes nothing. */
  dryRun<Name extends DryRunOperation>(
    name: Name,
    ...request: RequestArguments<Name>
  ): Promise<DryRunResponse<Name>>;
  /** The pages of a list, from the given cursor on. */
  pages<Name extends PagedOperation>(
    name: Name,
    ...request: RequestArguments<Name>
  ): AsyncGenerator<OperationResponse<Name>, void, undefined>;
  /** The items of a list, page by page. */
  all<Name extends PagedOperation>(
    name: Name,
    ...request: RequestArguments<Name>
  ): AsyncGenerator<OperationItem<Name>, void, undefined>;
  /**
   * Uploads files as one job and returns when all bytes are sent. The job checks them afterwards.
   * @throws UploadError if a file could not be sent
   */
  upload(
    files: readonly UploadFile[],
    options?: UploadOptions & { readonly signal?: AbortSignal | undefined },
  ): Promise<UploadResult>;
  /** The same for uploads that can be paused, and continued after an interruption. */
  prepareUpload(files: readonly UploadFile[], options?: UploadOptions): Upload;
  /** Continues an upload whose state was stored, for example after a reload. */
  resumeUpload(state: UploadState, files?: readonly UploadFile[], settings?: SendSettings): Upload;
}

/** A request without the types of its operation. */
interface AnyRequest {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly company?: string;
  readonly signal?: AbortSignal | undefined;
  readonly ifMatch?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * @param baseUrl of the API, without `/v1`
 * @param getToken gives the token of the identity issuer
 */
export function createClient(baseUrl: string, getToken: GetToken, options: ClientOptions = {}): Client {
  const fetchOnce = options.fetch ?? globalThis.fetch;
  const root = baseUrl.replace(/\/+$/, '');

  async function send(name: OperationName, request: AnyRequest = {}): Promise<Response> {
    const operation: Operation = operations[name];
    const url = root + addressOf(name, operation.path, { company: options.company, ...request });
    const key = operation.idempotencyKey ? (request.idempotencyKey ?? crypto.randomUUID()) : undefined;
    const init = {
      method: operation.method,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    };
    const headers = {
      accept: 'application/json, */*;q=0.5',
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.ifMatch === undefined ? {} : { 'if-match': request.ifMatch }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const sendWith = (token: string) =>
      fetchOnce(url, { ...init, headers: { ...headers, authorization: `Bearer ${token}` } });
    const isRepeatable =
      key !== undefined || operation.repeatable === true || isIdempotent(operation.method, request.ifMatch);
    const response = await sendWithRetries(
      {
        what: name,
        signal: request.signal,
        isTransient: (status) => isRepeatable && (status === 429 || status === 503),
        async send() {
          const token = await getToken({ renew: false });
          const first = await sendWith(token);
          if (first.status !== 401) return first;
          const renewed = await getToken({ renew: true });
          if (renewed === token) return first;
          await first.body?.cancel();
          return sendWith(renewed);
        },
      },
      { ...options, ...(isRepeatable ? {} : { retries: 0 }) },
    );
    if (!response.ok) throw await toApiError(name, response);
    return response;
  }

  async function* pages(name: PagedOperation, request: AnyRequest = {}): AsyncGenerator<Page> {
    let cursor = request.query?.cursor;
    do {
      const response = await send(name, { ...request, query: { ...request.query, cursor } });
      const page = (await response.json()) as Page;
      yield page;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  const client = {
    send,
    async call(name: OperationName, request?: AnyRequest): Promise<unknown> {
      return (await send(name, request)).json();
    },
    async callTagged(name: OperationName, request?: AnyRequest): Promise<Tagged<unknown>> {
      const response = await send(name, request);
      return { body: await response.json(), etag: response.headers.get('etag') ?? undefined };
    },
    async dryRun(name: OperationName, request: AnyRequest = {}): Promise<unknown> {
      const body = { ...(request.body as object | undefined), dryRun: true };
      return (await send(name, { ...request, body })).json();
    },
    pages,
    async *all(name: PagedOperation, request?: AnyRequest): AsyncGenerator<unknown> {
      for await (const { items } of pages(name, request)) yield* items;
    },
  };
  // The methods above are the typed ones without their types: the table of operations has none at run time.
  const typed = client as unknown as Omit<Client, 'upload' | 'prepareUpload' | 'resumeUpload'>;
  const uploading = { call: typed.call, fetch: fetchOnce, retry: options };
  const prepare: Client['prepareUpload'] = (files, uploadOptions = {}) =>
    prepareUpload(uploading, files, uploadOptions);
  return {
    ...typed,
    prepareUpload: prepare,
    resumeUpload: (state, files = [], settings = {}) => resumeUpload(uploading, state, files, settings),
    upload: (files, { signal, ...uploadOptions } = {}) => sendUpload(prepare(files, uploadOptions), signal),
  };
}

interface Page {
  readonly items: readonly unknown[];
  readonly next?: string;
}

/** A change with `If-Match` that was done, and whose response was lost, would be refused the second time. */
function isIdempotent(method: Operation['method'], ifMatch: string | undefined): boolean {
  return method === 'GET' || ((method === 'PUT' || method === 'DELETE') && ifMatch === undefined);
}

/** @throws TypeError where a parameter of the path is missing */
function addressOf(
  name: string,
  path: string,
  {
    company,
    params = {},
    query = {},
  }: Pick<AnyRequest, 'params' | 'query'> & { readonly company?: string | undefined },
): string {
  const values: Readonly<Record<string, string | number | undefined>> = { ...params, company };
  const fromRoot = path.startsWith('/v1/') ? path : `/v1/companies/{company}${path}`;
  const filled = fromRoot.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined || value === '') throw new TypeError(`${name}: params.${key} is missing`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? filled : `${filled}?${search}`;
}
