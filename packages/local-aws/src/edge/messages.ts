/** Headers by lower-case name. A list contains the values of a header that was sent several times. */
export type HeaderMap = Readonly<Record<string, string | readonly string[]>>;

/** A visitor's request to the edge. */
export interface ViewerRequest {
  readonly method: string;
  /** As sent: escaped and with a leading slash. */
  readonly path: string;
  /** Without `?`; undefined if the URL has no `?`. */
  readonly query: string | undefined;
  readonly headers: HeaderMap;
  readonly ip: string;
  readonly httpVersion: string;
  readonly body: Buffer;
}

/** The edge's response to a visitor. */
export interface EdgeResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  /** Undefined for HEAD and statuses without a body. A stream must be read or returned. */
  readonly body: Buffer | AsyncIterable<Uint8Array> | undefined;
}

/** The header's value; several values are joined by a comma. */
export function headerOf(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : value.join(', ');
}

/** Content-Length; undefined if it is missing or not a number. */
export function contentLengthOf(headers: HeaderMap): number | undefined {
  const text = headerOf(headers, 'content-length');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The headers without the given names (lower case). */
export function withoutHeaders(headers: HeaderMap, ...names: string[]): HeaderMap {
  const drop = new Set(names);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop.has(name)));
}
