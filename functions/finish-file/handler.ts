/**
 * "Finish File", the CloudFront Function for viewer responses of files and video: allows other sites to read them, and
 * keeps documents from running scripts in the name of the delivery domain. Images get their headers from serve-image. For
 * the limits of the runtime see domain/delivery/image-commands.ts.
 */

/** The used fields of the event. Source: CloudFront Developer Guide, "CloudFront Functions event structure". */
export interface EdgeResponseEvent {
  readonly response: FileResponse;
}

export interface FileResponse {
  readonly headers: Record<string, { value: string }>;
}

/** For documents that must do nothing but show themselves. */
export const inertPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";
/** For HTML: it is live only in companies that allow active content. Its origin is opaque, so it reads no cookie of others. */
export const scriptPolicy = 'sandbox allow-scripts';

export function handler(event: EdgeResponseEvent): FileResponse {
  const response = event.response;
  response.headers['access-control-allow-origin'] = { value: '*' };
  response.headers['access-control-expose-headers'] = { value: '*' };
  const contentType = response.headers['content-type'];
  const policy = policyOf(contentType === undefined ? '' : contentType.value);
  if (policy !== '') response.headers['content-security-policy'] = { value: policy };
  return response;
}

/** PDF and others get none: a sandbox would switch off the viewers of browsers. */
function policyOf(contentType: string): string {
  const type = (contentType.split(';')[0] || '').trim().toLowerCase();
  if (type === 'text/html' || type === 'application/xhtml+xml') return scriptPolicy;
  if (type === 'text/xml' || type === 'application/xml' || /\+xml$/.test(type)) return inertPolicy;
  return '';
}
