export interface HttpResponse {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/**
 * The HTTP response for a function's return value in payload format 2.0. An object with `statusCode` is a whole
 * response; any other value is the body of a 200.
 * @throws Error if the value is not a valid response, which the gateway reports as 500 (function URLs as 502)
 */
export function payloadResponse(value: unknown): HttpResponse {
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(body),
    };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded, multiValueHeaders } = value as Record<
    string,
    unknown
  >;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new Error(`The function returned the status ${JSON.stringify(statusCode)}, not 100 to 599`);
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new Error('The function returned a body that is not a string');
  }
  if (multiValueHeaders !== undefined) throw new Error('multiValueHeaders belong to payload format 1.0');
  const entries = Object.entries((headers ?? {}) as Record<string, unknown>).map(
    ([name, text]) => [name.toLowerCase(), String(text)] as const,
  );
  return {
    statusCode: status,
    headers: { 'content-type': 'text/plain;charset=utf-8', ...Object.fromEntries(entries) },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
