/**
 * "Check Request", the CloudFront Function for viewer requests: refuses requests that no origin could serve, and gives each
 * request the canonical form of its meaning, so that the cache stores it once. For the limits of the runtime see
 * image-commands.ts.
 */
import { readDeliveryPath } from '../../domain/delivery/delivery-path.ts';
import { encodeStrictly, printImageCommand } from '../../domain/delivery/print-image-command.ts';
import {
  escapedAmpersand,
  type ImageProblem,
  readImageQuery,
} from '../../domain/delivery/read-image-query.ts';

/** The used fields of the event. Source: CloudFront Developer Guide, "CloudFront Functions event structure". */
export interface EdgeEvent {
  readonly context: { readonly requestId: string };
  readonly request: EdgeRequest;
}

export interface EdgeRequest {
  readonly method: string;
  /** As the viewer sent it: percent-encoded. */
  uri: string;
  /** Parsed and not decoded when it arrives. CloudFront also accepts a string when it is returned. */
  querystring: unknown;
  /**
   * The query as sent, without `?`; undefined if the URL has none. The parsed query does not show which of `WID=1` and
   * `wid=2` came last. Source: as above, "General helper methods".
   */
  rawQueryString(): string | undefined;
}

export interface EdgeResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: { readonly encoding: 'text'; readonly data: string };
}

/** The failures that are used here; there is no room for the whole catalogue. A test compares them with it. */
export const edgeFailures = {
  'delivery.not-found': { status: 404, title: 'Not found' },
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'image.invalid-argument': { status: 400, title: 'An image command has an invalid argument' },
  'image.too-large': { status: 400, title: 'The requested image is too large' },
} as const;

type EdgeFailureCode = keyof typeof edgeFailures;

export function handler(event: EdgeEvent): EdgeRequest | EdgeResponse {
  const request = event.request;
  if (request.method === 'OPTIONS') return preflight;
  const path = readDeliveryPath(request.uri);
  if (path === undefined) {
    return refuse(event, 'delivery.not-found', 'There is nothing at this address', []);
  }
  if (path === 'malformed') {
    return refuse(event, 'request.invalid', 'The path is not valid percent-encoded UTF-8', []);
  }
  const key = `${path.company}/${path.kind === 'content' ? 'content/' : ''}${encodeStrictly(path.id)}`;
  if (path.kind !== 'image') {
    request.uri = `/${key}`;
    request.querystring = cacheBusterOf(request.rawQueryString() || '');
    return request;
  }
  const query = readImageQuery(request.rawQueryString() || '');
  if (query.problems) return refuseCommand(event, query.problems);
  request.uri = `/is/image/${key}`;
  request.querystring = printImageCommand(query.command);
  return request;
}

/** The response to a CORS preflight request, the same for every address. Browsers keep it a day at most. */
const preflight: EdgeResponse = {
  statusCode: 204,
  headers: {
    'access-control-allow-origin': { value: '*' },
    'access-control-allow-methods': { value: 'GET, HEAD' },
    'access-control-allow-headers': { value: '*' },
    'access-control-max-age': { value: '86400' },
  },
};

/**
 * The only part of a file's query that counts: `id`, as for images. The rest must not make further copies of a file in the
 * cache, nor reach S3, which has its own queries.
 */
function cacheBusterOf(query: string): string {
  const text = query
    .split('&')
    .map((pair) => pair.replace(escapedAmpersand, ''))
    .filter((pair) => /^id=/i.test(pair))
    .map((pair) => pair.slice(3))
    .pop();
  const read = readImageQuery(`id=${text || ''}`);
  return read.command ? printImageCommand(read.command) : '';
}

function refuseCommand(event: EdgeEvent, problems: readonly ImageProblem[]): EdgeResponse {
  const first = problems[0] as ImageProblem;
  return refuse(
    event,
    first.code as EdgeFailureCode,
    `${first.field}: ${first.message}`,
    problems.map((problem) => ({ field: problem.field, message: problem.message })),
  );
}

function refuse(
  event: EdgeEvent,
  code: EdgeFailureCode,
  detail: string,
  errors: readonly { readonly field: string; readonly message: string }[],
): EdgeResponse {
  const failure = edgeFailures[code];
  return {
    statusCode: failure.status,
    headers: {
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'access-control-allow-origin': { value: '*' },
    },
    body: {
      encoding: 'text',
      data: JSON.stringify({
        type: `urn:pressroom:${code}`,
        title: failure.title,
        status: failure.status,
        code: code,
        detail: detail,
        errors: errors.length === 0 ? undefined : errors,
        requestId: event.context.requestId,
      }),
    },
  };
}
