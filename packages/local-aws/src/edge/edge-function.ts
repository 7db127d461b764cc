/**
 * Runs the unchanged code of an AWS::CloudFront::Function.
 * Source of the event and of the limits: Amazon CloudFront Developer Guide, "CloudFront Functions event
 * structure" and "Quotas".
 */
import vm from 'node:vm';
import type { HeaderMap } from './messages.ts';
import { escapeQuery, parseQueryString } from './query-string.ts';

export interface EdgeValue {
  value: string;
  multiValue?: { value: string }[];
}

export interface EdgeCookie extends EdgeValue {
  attributes?: string;
}

export interface EdgeFunctionRequest {
  method: string;
  uri: string;
  querystring: Record<string, EdgeValue>;
  headers: Record<string, EdgeValue>;
  cookies: Record<string, EdgeCookie>;
}

export interface EdgeFunctionResponse {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, EdgeValue>;
  cookies?: Record<string, EdgeCookie>;
  body?: string | { encoding: 'text' | 'base64'; data: string };
}

export interface EdgeFunctionEvent {
  version: '1.0';
  context: {
    distributionDomainName: string;
    distributionId: string;
    eventType: 'viewer-request' | 'viewer-response';
    requestId: string;
  };
  viewer: { ip: string };
  request: EdgeFunctionRequest;
  response?: EdgeFunctionResponse;
}

/** The handler's return value as plain data, without objects of the function's realm. */
export type EdgeFunctionResult =
  | { readonly kind: 'request'; readonly request: ReturnedRequest }
  | { readonly kind: 'response'; readonly response: EdgeFunctionResponse };

/** A request that a function returned. Its query may be one string. */
export type ReturnedRequest = Omit<EdgeFunctionRequest, 'querystring'> & {
  querystring: Record<string, EdgeValue> | string;
};

/** The function failed (the visitor gets 503) or returned an invalid value (502). */
export class EdgeFunctionError extends Error {
  override readonly name = 'EdgeFunctionError';
  readonly status: 502 | 503;
  constructor(status: 502 | 503, message: string) {
    super(message);
    this.status = status;
  }
}

/** CloudFront's limit for the code of a function, a quota that cannot be raised. */
export const maxCodeBytes = 10_240;
/**
 * CloudFront stops a function after about 1 ms of processor time. This limit counts elapsed time on a busy machine
 * (3 of 3,000 requests that need 0.2 ms took more than 50 ms), so it only ends endless loops.
 */
const timeoutMs = 1_000;

interface CompileOptions {
  /** Receives the output of console.log. */
  readonly log?: (line: string) => void;
}

/**
 * Compiles the code for many runs. Every run evaluates the code again, so variables of the function do not survive a
 * request. `eval` and `new Function` are refused, and nothing of Node is available. Language features that CloudFront's
 * engine lacks are not detected.
 * @throws Error if the code is too long or not a script.
 */
export function compileEdgeFunction(
  code: string,
  options: CompileOptions = {},
): (event: EdgeFunctionEvent, rawQuery?: string) => EdgeFunctionResult {
  const size = Buffer.byteLength(code);
  if (size > maxCodeBytes) {
    throw new Error(`The CloudFront function has ${size} bytes. CloudFront allows at most ${maxCodeBytes}.`);
  }
  const log = options.log ?? (() => {});
  const globals = Object.assign(Object.create(null) as Record<string, unknown>, { __invocation: undefined });
  const context = vm.createContext(globals, {
    name: 'cloudfront-js-2.0',
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  // The console is created inside the context: an object from outside would give the function access to Node.
  vm.runInContext(
    `globalThis.console = (() => {
      const show = (value) => typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
      const write = (...values) => { globalThis.__invocation.lines.push(values.map(show).join(' ')); };
      return { log: write, error: write, warn: write, info: write, debug: write };
    })();`,
    context,
  );
  const script = new vm.Script(
    `(function () {${code}
;const invocation = globalThis.__invocation;
const event = JSON.parse(invocation.event);
const raw = invocation.hasQuery ? invocation.query : undefined;
Object.defineProperty(event.request, 'rawQueryString', { value: () => raw, enumerable: false });
const done = (value) => { invocation.result = JSON.stringify(value) ?? 'undefined'; };
const fail = (error) => { invocation.failure = String(error && error.stack || error); };
try {
  const returned = handler(event);
  if (returned && typeof returned.then === 'function') returned.then(done).catch(fail);
  else done(returned);
} catch (error) { fail(error); }
})()`,
    { filename: 'cloudfront-function.js' },
  );

  const begin = new vm.Script('globalThis.__invocation = { lines: [] }');

  return (event, rawQuery) => {
    const invocation = begin.runInContext(context) as {
      event?: string;
      query?: string;
      hasQuery?: boolean;
      lines: string[];
      result?: string;
      failure?: string;
    };
    invocation.event = JSON.stringify(event);
    invocation.hasQuery = rawQuery !== undefined;
    invocation.query = rawQuery ?? '';
    try {
      script.runInContext(context, { timeout: timeoutMs });
    } catch (error) {
      invocation.failure = error instanceof Error ? error.message : String(error);
    }
    for (const line of invocation.lines) log(String(line));
    const { result } = invocation;
    if (invocation.failure !== undefined) {
      const failure = ownLines(invocation.failure);
      log(`ERROR ${failure}`);
      throw new EdgeFunctionError(503, failure);
    }
    if (result === undefined) throw new EdgeFunctionError(503, 'The function did not complete');
    return readResult(result, event);
  };
}

/** The stack without frames of the local cloud. */
function ownLines(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || /handler|cloudfront-function\.js:/.test(line))
    .filter((line) => !/node:|file:/.test(line))
    .join('\n');
}

/**
 * Compiles and runs a function once, for tests.
 * @param rawQuery unparsed query, for `request.rawQueryString()`
 * @throws EdgeFunctionError if the edge would return 502 or 503
 */
export function runEdgeFunction(
  code: string,
  event: EdgeFunctionEvent,
  options: CompileOptions & { readonly rawQuery?: string } = {},
): EdgeFunctionResult {
  return compileEdgeFunction(code, options)(event, options.rawQuery);
}

function readResult(json: string, event: EdgeFunctionEvent): EdgeFunctionResult {
  const returned: unknown = json === 'undefined' ? undefined : JSON.parse(json);
  if (typeof returned !== 'object' || returned === null) {
    throw new EdgeFunctionError(502, `The function returned ${json} instead of a request or a response`);
  }
  if ('statusCode' in returned) {
    const response = returned as EdgeFunctionResponse;
    if (!Number.isInteger(response.statusCode) || response.statusCode < 100 || response.statusCode > 599) {
      throw new EdgeFunctionError(
        502,
        `The function returned the status ${JSON.stringify(response.statusCode)}`,
      );
    }
    return { kind: 'response', response };
  }
  const request = returned as ReturnedRequest;
  if (event.context.eventType === 'viewer-response') {
    throw new EdgeFunctionError(502, 'The function returned a request instead of a response');
  }
  if (typeof request.uri !== 'string' || !request.uri.startsWith('/') || request.uri.includes('?')) {
    throw new EdgeFunctionError(502, `The function returned the uri ${JSON.stringify(request.uri)}`);
  }
  if (request.method !== event.request.method) {
    throw new EdgeFunctionError(502, 'The function changed the method');
  }
  return { kind: 'request', request };
}

/** The request in the form of a function's event: names and values as sent, cookies separate from the headers. */
export function toEdgeRequest(request: {
  readonly method: string;
  readonly path: string;
  readonly query: string | undefined;
  readonly headers: HeaderMap;
}): EdgeFunctionRequest {
  const { cookie, ...headers } = request.headers;
  const cookieText = typeof cookie === 'string' ? cookie : (cookie ?? []).join('; ');
  return {
    method: request.method,
    uri: request.path,
    querystring: collect(parseQueryString(request.query ?? '').map(({ name, value }) => [name, value])),
    headers: collect(
      Object.entries(headers).flatMap(([name, values]) =>
        (typeof values === 'string' ? [values] : values).map((value): [string, string] => [name, value]),
      ),
    ),
    cookies: collect(
      parseQueryString(cookieText.split(/;\s*/).join('&')).map(({ name, value }): [string, string] => [
        name,
        value,
      ]),
    ),
  };
}

function collect(pairs: readonly (readonly [string, string])[]): Record<string, EdgeValue> {
  const values = new Map<string, EdgeValue>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (!known) values.set(name, { value });
    else if (known.multiValue) known.multiValue.push({ value });
    else known.multiValue = [{ value: known.value }, { value }];
  }
  return Object.fromEntries(values);
}

/**
 * The query of a returned request. An unchanged query is forwarded as it was sent. A changed query is written as
 * `name=value` with invalid characters escaped.
 */
export function queryOfReturned(
  returned: ReturnedRequest['querystring'] | undefined,
  sent: { readonly raw: string | undefined; readonly parsed: Record<string, EdgeValue> },
): string {
  if (typeof returned === 'string') return escapeQuery(returned);
  if (JSON.stringify(returned) === JSON.stringify(sent.parsed)) return sent.raw ?? '';
  return Object.entries(returned ?? {})
    .flatMap(([name, entry]) =>
      (entry.multiValue ?? [{ value: entry.value }]).map(({ value }) => escapeQuery(`${name}=${value}`)),
    )
    .join('&');
}

/** Headers of a returned request or response, with the cookies as one Cookie header. */
export function headersOfReturned(
  headers: Record<string, EdgeValue> | undefined,
  cookies: Record<string, EdgeCookie> | undefined,
): HeaderMap {
  const list: [string, string | string[]][] = Object.entries(headers ?? {}).map(([name, entry]) => [
    name.toLowerCase(),
    entry.multiValue ? entry.multiValue.map(({ value }) => String(value)) : String(entry.value),
  ]);
  const pairs = Object.entries(cookies ?? {}).flatMap(([name, entry]) =>
    (entry.multiValue ?? [entry]).map(({ value }) => `${name}=${value}`),
  );
  if (pairs.length > 0) list.push(['cookie', pairs.join('; ')]);
  return Object.fromEntries(list);
}

/** Cookies of a returned response as Set-Cookie lines. */
export function setCookiesOf(cookies: Record<string, EdgeCookie> | undefined): string[] {
  return Object.entries(cookies ?? {}).flatMap(([name, entry]) =>
    ((entry.multiValue as EdgeCookie[] | undefined) ?? [entry]).map(({ value, attributes }) =>
      attributes ? `${name}=${value}; ${attributes}` : `${name}=${value}`,
    ),
  );
}

/** The body of a function's response. */
export function bodyOf(response: EdgeFunctionResponse): Buffer {
  const { body } = response;
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8');
}
