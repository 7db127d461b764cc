/** CorsConfiguration of an HTTP API. */
export interface CorsConfiguration {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** Seconds. */
  readonly maxAge: number | undefined;
}

/** Headers that the gateway adds to a response for `origin`; none if the origin is not allowed. */
export function corsHeaders(cors: CorsConfiguration, origin: string | undefined): Record<string, string> {
  if (origin === undefined || !originAllowed(cors.allowOrigins, origin)) return {};
  return {
    'access-control-allow-origin': cors.allowOrigins.includes('*') ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposeHeaders.length > 0 && { 'access-control-expose-headers': cors.exposeHeaders.join(',') }),
    ...(!cors.allowOrigins.includes('*') && { vary: 'origin' }),
  };
}

/** Headers of the response to a preflight request, which the gateway sends without invoking the function. */
export function preflightHeaders(
  cors: CorsConfiguration,
  origin: string | undefined,
): Record<string, string> {
  const headers = corsHeaders(cors, origin);
  if (!('access-control-allow-origin' in headers)) return {};
  return {
    ...headers,
    ...(cors.allowMethods.length > 0 && { 'access-control-allow-methods': cors.allowMethods.join(',') }),
    ...(cors.allowHeaders.length > 0 && { 'access-control-allow-headers': cors.allowHeaders.join(',') }),
    ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
  };
}

/** `*`, an origin, or a pattern such as `https://*` and `https://*.example.com`. */
function originAllowed(allowed: readonly string[], origin: string): boolean {
  return allowed.some((pattern) => {
    const [before = '', after] = pattern.split('*');
    if (after === undefined) return pattern === origin;
    return (
      origin.length >= before.length + after.length && origin.startsWith(before) && origin.endsWith(after)
    );
  });
}
