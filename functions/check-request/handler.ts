/**
 * "Check Request", the CloudFront Function for viewer requests: refuses requests that no origin could serve, and gives each
 * request the canonical form of its meaning, so that the cache stores it once. Wrong image commands are refused by the image
 * server: its texts do not fit in here. For the limits of the runtime see query-canonicaliser.ts.
 */
import { readDeliveryPath } from '../../domain/delivery/delivery-path.ts';
import { negotiatedQuery } from '../../domain/delivery/negotiated-query.ts';
import { encodeStrictly, queryCanonicaliser } from '../../domain/delivery/query-canonicaliser.ts';
import { edgeFailures } from './edge-failures.ts';

/** The text of edge-grammar.ts. The bundler puts it here, because the table itself does not fit in. */
declare const EDGE_GRAMMAR: string;

const canonicalImageQuery = queryCanonicaliser(EDGE_GRAMMAR);

/** The used fields of the event. Source: CloudFront Developer Guide, "CloudFront Functions event structure". */
export interface EdgeEvent {
  readonly context: { readonly requestId: string };
  readonly request: EdgeRequest;
}

export interface EdgeRequest {
  readonly method: string;
  /** As the viewer sent it: percent-encoded. */
  uri: string;
  readonly headers: Readonly<Record<string, { readonly value: string } | undefined>>;
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

type EdgeFailureCode = keyof typeof edgeFailures;

export function handler(event: EdgeEvent): EdgeRequest | EdgeResponse {
  const request = event.request;
  if (request.method === 'OPTIONS') return preflight;
  const path = readDeliveryPath(request.uri);
  if (path === undefined) {
    return refuse(event, 'delivery.not-found', 'There is nothing at this address');
  }
  if (path === 'malformed') {
    return refuse(event, 'request.invalid', 'The path is not valid percent-encoded UTF-8');
  }
  const key = `${path.company}/${path.kind === 'content' ? 'content/' : ''}${encodeStrictly(path.id)}`;
  const sent = request.rawQueryString() || '';
  const query = canonicalImageQuery(sent, path);
  if (path.kind === 'image') {
    request.uri = `/is/image/${key}`;
    request.querystring = negotiatedQuery(sent, query, (name) => headerOf(request, name));
  } else {
    request.uri = `/${key}`;
    // Of a file's query only `id` counts, as for images. The rest must not make further copies of a file in the cache, nor
    // reach S3, which has its own queries.
    const cacheBuster = /(^|&)(id=[0-9]+)/.exec(query);
    request.querystring = cacheBuster ? cacheBuster[2] : '';
  }
  return request;
}

function headerOf(request: EdgeRequest, name: string): string {
  const header = request.headers[name];
  return header === undefined ? '' : header.value;
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

function refuse(event: EdgeEvent, code: EdgeFailureCode, detail: string): EdgeResponse {
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
        requestId: event.context.requestId,
      }),
    },
  };
}
