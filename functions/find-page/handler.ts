/**
 * "Find Page", the CloudFront Function for viewer requests of the console: every address of a page is the same document,
 * which finds the page itself. For the limits of the runtime see domain/delivery/image-commands.ts.
 */

/** The used fields of the event. Source: CloudFront Developer Guide, "CloudFront Functions event structure". */
export interface PageRequestEvent {
  readonly request: PageRequest;
}

export interface PageRequest {
  uri: string;
}

export function handler(event: PageRequestEvent): PageRequest {
  const request = event.request;
  // No company has a name with an underscore: what is built lies in its folder, and nothing else has a path of its own.
  if (request.uri.indexOf('/_/') !== 0 && request.uri !== '/config.json') request.uri = '/index.html';
  return request;
}
