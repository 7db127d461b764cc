/**
 * "Finish File", the CloudFront Function for viewer responses of files and video: allows other sites to read them, keeps documents
 * from running scripts in the name of the delivery domain, and ends what is past its time, to the second, whatever the edge has
 * kept. Images get their headers from serve-image. For the limits of the runtime see domain/delivery/query-canonicaliser.ts.
 */
import { browserSeconds } from '../../domain/delivery/browser-seconds.ts';

/** The used fields of the event. Source: CloudFront Developer Guide, "CloudFront Functions event structure". */
export interface EdgeResponseEvent {
  readonly context: { readonly requestId: string };
  readonly response: FileResponse;
}

export interface FileResponse {
  readonly statusCode: number;
  readonly headers: Record<string, { value: string }>;
  /** Replaces the body, where it is there. */
  readonly body?: { readonly encoding: 'text'; readonly data: string };
}

/** For documents that must do nothing but show themselves. */
export const inertPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";
/** For HTML: it is live only in companies that allow active content. Its origin is opaque, so it reads no cookie of others. */
export const scriptPolicy = 'sandbox allow-scripts';

/** The object's metadata: when the time of the asset ends, in seconds since 1970 (domain/delivery/origin-metadata.ts). */
const liveUntilHeader = 'x-amz-meta-live-until';

export function handler(event: EdgeResponseEvent): FileResponse {
  const response = event.response;
  const headers = response.headers;
  const liveUntil = headers[liveUntilHeader];
  if (liveUntil !== undefined) {
    const left = Math.floor(Number(liveUntil.value) - Date.now() / 1000);
    if (left <= 0) return ended(event.context.requestId);
    delete headers[liveUntilHeader];
    headers['cache-control'] = { value: `public, max-age=${Math.min(browserSeconds, left)}` };
  }
  allowOtherSites(headers);
  const contentType = headers['content-type'];
  const policy = policyOf(contentType === undefined ? '' : contentType.value);
  if (policy !== '') headers['content-security-policy'] = { value: policy };
  return response;
}

function allowOtherSites(headers: FileResponse['headers']): void {
  headers['access-control-allow-origin'] = { value: '*' };
  headers['access-control-expose-headers'] = { value: '*' };
}

/** As for a file that is not there. */
function ended(requestId: string): FileResponse {
  const headers: FileResponse['headers'] = {
    'content-type': { value: 'application/problem+json' },
    'cache-control': { value: 'no-store' },
  };
  allowOtherSites(headers);
  const problem = {
    type: 'urn:pressroom:delivery.not-found',
    title: 'Not found',
    status: 404,
    code: 'delivery.not-found',
    detail: 'There is nothing at this address',
    requestId: requestId,
  };
  return { statusCode: 404, headers: headers, body: { encoding: 'text', data: JSON.stringify(problem) } };
}

/** PDF and others get none: a sandbox would switch off the viewers of browsers. */
function policyOf(contentType: string): string {
  const type = (contentType.split(';')[0] || '').trim().toLowerCase();
  if (type === 'text/html' || type === 'application/xhtml+xml') return scriptPolicy;
  if (type === 'text/xml' || type === 'application/xml' || /\+xml$/.test(type)) return inertPolicy;
  return '';
}
