import { addVary } from './compress.ts';
import type { HeaderMap } from './messages.ts';
import { headerOf } from './messages.ts';
import type { CorsPolicy, ResponseHeadersPolicy } from './policies.ts';

/**
 * Applies a response headers policy: first the removals, then CORS, then the headers that the policy sets. A header
 * without `override` does not replace the origin's header.
 * @param request the visitor's headers
 */
export function applyResponseHeaders(
  headers: HeaderMap,
  policy: ResponseHeadersPolicy | undefined,
  request: { readonly method: string; readonly headers: HeaderMap },
): HeaderMap {
  if (!policy) return headers;
  const result: Record<string, string | readonly string[]> = { ...headers };
  for (const name of policy.remove) delete result[name];
  if (policy.cors) applyCors(result, policy.cors, request);
  for (const { name, value, override } of policy.set) {
    if (override || result[name] === undefined) result[name] = value;
  }
  return result;
}

function applyCors(
  result: Record<string, string | readonly string[]>,
  cors: CorsPolicy,
  request: { readonly method: string; readonly headers: HeaderMap },
) {
  const origin = headerOf(request.headers, 'origin');
  if (origin === undefined) return;
  const fromOrigin = Object.keys(result).filter((name) => name.startsWith('access-control-'));
  if (fromOrigin.length > 0) {
    if (!cors.override) return;
    for (const name of fromOrigin) delete result[name];
  }
  const any = cors.allowOrigins.includes('*');
  if (!any && !cors.allowOrigins.some((allowed) => matchesOrigin(allowed, origin))) return;
  result['access-control-allow-origin'] = any ? '*' : origin;
  if (!any) result.vary = addVary(headerOf(result, 'vary'), 'Origin');
  if (cors.allowCredentials) result['access-control-allow-credentials'] = 'true';
  if (cors.exposeHeaders.length > 0) result['access-control-expose-headers'] = cors.exposeHeaders.join(', ');
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
  if (cors.allowMethods.length > 0) {
    result['access-control-allow-methods'] = cors.allowMethods.includes('ALL')
      ? 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'
      : cors.allowMethods.join(', ');
  }
  if (cors.allowHeaders.length > 0) result['access-control-allow-headers'] = cors.allowHeaders.join(', ');
  if (cors.maxAge !== undefined) result['access-control-max-age'] = String(cors.maxAge);
}

/** `https://*.example.com` allows every subdomain; an origin without a scheme allows both schemes. */
function matchesOrigin(allowed: string, origin: string): boolean {
  const pattern = allowed.replace(/[\\^$.|+?()[\]{}]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${allowed.includes('://') ? '' : 'https?://'}${pattern}$`, 'i').test(origin);
}
