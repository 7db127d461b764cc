/** Headers by lower-case name; several values only where the header came several times. */
export type HeaderMap = Readonly<Record<string, string | readonly string[]>>;

/** What a visitor asks of the edge. */
export interface ViewerRequest {
  readonly method: string;
  /** As sent: escaped, with a leading slash. */
  readonly path: string;
  /** Without `?`; undefined where the URL has no `?`. */
  readonly query: string | undefined;
  readonly headers: HeaderMap;
  readonly ip: string;
  readonly httpVersion: string;
  readonly body: Buffer;
}

/** What the edge answers. */
export interface EdgeResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  /** Undefined for HEAD and statuses without a body. A stream must be read or returned. */
  readonly body: Buffer | AsyncIterable<Uint8Array> | undefined;
}

/** The header's value, joined where it came several times. */
export function headerOf(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : value.join(', ');
}

/** Content-Length as a number; undefined where it is missing or no number. */
export function contentLengthOf(headers: HeaderMap): number | undefined {
  const text = headerOf(headers, 'content-length');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The headers without the names given (lower case). */
export function withoutHeaders(headers: HeaderMap, ...names: string[]): HeaderMap {
  const drop = new Set(names);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop.has(name)));
}
