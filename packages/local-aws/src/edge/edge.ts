import { applyResponseHeaders } from './apply-response-headers.ts';
import { isNotModified, parseRange, rangeApplies } from './conditional.ts';
import type { Behaviour, DistributionConfig } from './distribution-config.ts';
import type { EdgeCache } from './edge-cache.ts';
import {
  bodyOf,
  EdgeFunctionError,
  type EdgeFunctionEvent,
  type EdgeFunctionResult,
  headersOfReturned,
  queryOfReturned,
  setCookiesOf,
  toEdgeRequest,
} from './edge-function.ts';
import {
  contentLengthOf,
  type EdgeResponse,
  type HeaderMap,
  headerOf,
  type ViewerRequest,
  withoutHeaders,
} from './messages.ts';
import { createObjectSource, errorPage, type FoundObject, type ObjectRequest } from './object-source.ts';
import { discardBody, type Origin, OriginError } from './origin.ts';
import { matchesPathPattern, normalisePath } from './path-pattern.ts';
import { planRequest } from './request-plan.ts';

/** A compiled CloudFront Function, see `compileEdgeFunction`. */
export type EdgeFunctionRunner = (event: EdgeFunctionEvent, rawQuery?: string) => EdgeFunctionResult;

export interface EdgeDependencies {
  readonly id: string;
  readonly domainName: string;
  readonly config: DistributionConfig;
  readonly cache: EdgeCache;
  readonly origin: (id: string) => Origin;
  /** @throws Error if the function does not exist */
  readonly edgeFunction: (arn: string) => EdgeFunctionRunner;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (line: string) => void;
  /** Larger objects are not cached. CloudFront caches objects up to 50 GB. */
  readonly maxObjectBytes?: number;
}

/** Handles a visitor's request as CloudFront does, without sockets. */
export type Edge = (request: ViewerRequest) => Promise<EdgeResponse>;

/** Bytes of a URL; a CloudFront quota. */
const maxUrlBytes = 8_192;

/** Text of X-Cache for a response of a viewer-request function. */
const functionGenerated = 'FunctionGeneratedResponse';

/** A response before the response headers policy. */
interface Draft {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: EdgeResponse['body'];
  /** Text of X-Cache before "from cloudfront". */
  readonly cache: string;
}

export function createEdge(dependencies: EdgeDependencies): Edge {
  const { config, log } = dependencies;
  const source = createObjectSource({
    config,
    cache: dependencies.cache,
    origin: dependencies.origin,
    planErrorPage,
    now: dependencies.now,
    log,
    maxObjectBytes: dependencies.maxObjectBytes ?? 64 * 1024 * 1024,
  });

  function behaviourOf(path: string): Behaviour {
    const normalised = normalisePath(path);
    const found = config.behaviours.find(({ pattern }) => matchesPathPattern(pattern, normalised));
    if (!found) throw new Error('The distribution has no default behaviour');
    return found;
  }

  function planErrorPage(path: string, request: ObjectRequest): ObjectRequest {
    const behaviour = behaviourOf(path);
    const viewer = {
      method: 'GET',
      path,
      query: '',
      headers: {},
      ip: request.ip,
      httpVersion: '2.0',
    };
    const host = config.origins.get(behaviour.originId)?.domainName ?? '';
    const plan = planRequest(viewer, behaviour, host, dependencies.newId());
    return { ...request, method: 'GET', path, range: undefined, body: Buffer.alloc(0), behaviour, plan };
  }

  function eventFor(
    viewer: ViewerRequest,
    requestId: string,
    eventType: 'viewer-request' | 'viewer-response',
  ): EdgeFunctionEvent {
    return {
      version: '1.0',
      context: {
        distributionDomainName: dependencies.domainName,
        distributionId: dependencies.id,
        eventType,
        requestId,
      },
      viewer: { ip: viewer.ip },
      request: toEdgeRequest(viewer),
    };
  }

  async function respond(viewer: ViewerRequest, behaviour: Behaviour, requestId: string): Promise<Draft> {
    if (viewer.path.length + (viewer.query?.length ?? 0) > maxUrlBytes) {
      return ownError(414, `The URL is longer than ${maxUrlBytes} bytes.`);
    }
    if (!behaviour.allowedMethods.has(viewer.method)) {
      return ownError(403, `The distribution does not allow the method ${viewer.method} for this path.`);
    }

    let path = viewer.path;
    let query = viewer.query ?? '';
    let headers = viewer.headers;
    if (behaviour.viewerRequestFunction) {
      const event = eventFor(viewer, requestId, 'viewer-request');
      const result = dependencies.edgeFunction(behaviour.viewerRequestFunction)(event, viewer.query);
      if (result.kind === 'response') {
        const body = bodyOf(result.response);
        const own = withoutHeaders(headersOfReturned(result.response.headers, undefined), 'content-length');
        const cookies = setCookiesOf(result.response.cookies);
        return {
          status: result.response.statusCode,
          headers: {
            ...own,
            'content-length': String(body.length),
            ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
          },
          body,
          cache: functionGenerated,
        };
      }
      const { request } = result;
      path = request.uri;
      query = queryOfReturned(request.querystring, { raw: viewer.query, parsed: event.request.querystring });
      headers = headersOfReturned(request.headers, request.cookies);
    }
    if (path === '/' && config.defaultRootObject) path = `/${config.defaultRootObject}`;

    const planned = {
      method: viewer.method,
      path,
      query,
      headers,
      ip: viewer.ip,
      httpVersion: viewer.httpVersion,
    };
    const host = config.origins.get(behaviour.originId)?.domainName ?? '';
    const found = await source.find({
      method: viewer.method,
      path,
      range: viewer.method === 'GET' ? headerOf(headers, 'range') : undefined,
      ifRange: headerOf(headers, 'if-range'),
      body: viewer.body,
      ip: viewer.ip,
      behaviour,
      plan: planRequest(planned, behaviour, host, requestId),
    });
    return fitToViewer(viewer.method, headers, found);
  }

  /**
   * Viewer-response functions run after the response headers policy, and not for errors nor for responses of a
   * viewer-request function. They do not see the body, but can replace it.
   */
  function afterResponseFunction(
    viewer: ViewerRequest,
    behaviour: Behaviour,
    requestId: string,
    fitted: Draft,
  ): Draft {
    if (!behaviour.viewerResponseFunction || fitted.status >= 400 || fitted.cache === functionGenerated) {
      return fitted;
    }
    const headers = toEdgeRequest({
      method: viewer.method,
      path: viewer.path,
      query: '',
      headers: fitted.headers,
    }).headers;
    const event = {
      ...eventFor(viewer, requestId, 'viewer-response'),
      response: { statusCode: fitted.status, headers, cookies: {} },
    };
    const result = dependencies.edgeFunction(behaviour.viewerResponseFunction)(event, viewer.query);
    if (result.kind !== 'response') throw new EdgeFunctionError(502, 'The function returned no response');
    const cookies = setCookiesOf(result.response.cookies);
    const head = {
      ...headersOfReturned(result.response.headers, undefined),
      ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    };
    if (result.response.body === undefined)
      return { ...fitted, status: result.response.statusCode, headers: head };
    const body = bodyOf(result.response);
    if (fitted.body && !Buffer.isBuffer(fitted.body)) discardBody(fitted.body);
    return {
      ...fitted,
      status: result.response.statusCode,
      headers: { ...withoutHeaders(head, 'content-length'), 'content-length': String(body.length) },
      body,
    };
  }

  return async (viewer) => {
    const requestId = dependencies.newId();
    const behaviour = behaviourOf(viewer.path);
    let draft: Draft;
    const withPolicy = (made: Draft): Draft => ({
      ...made,
      headers: applyResponseHeaders(made.headers, behaviour.responseHeadersPolicy, viewer),
    });
    try {
      const made = withPolicy(await respond(viewer, behaviour, requestId));
      draft = afterResponseFunction(viewer, behaviour, requestId, made);
    } catch (error) {
      if (error instanceof EdgeFunctionError) {
        log(`${error.status} for ${viewer.path}: ${error.message}`);
        const kind = error.status === 503 ? 'FunctionExecutionError' : 'FunctionValidationError';
        draft = withPolicy({ ...ownError(error.status, 'The CloudFront function failed.'), cache: kind });
      } else {
        const status = error instanceof OriginError ? error.status : 502;
        log(`${status} for ${viewer.path}: ${error instanceof Error ? error.message : String(error)}`);
        draft = withPolicy(ownError(status, 'The origin returned no valid response.'));
      }
    }
    const hasNoBody = viewer.method === 'HEAD' || draft.status === 204 || draft.status === 304;
    return {
      status: draft.status,
      headers: {
        date: new Date(dependencies.now()).toUTCString(),
        ...draft.headers,
        'x-cache': `${draft.cache} from cloudfront`,
        via: '1.1 local.cloudfront.net (CloudFront)',
        'x-amz-cf-pop': 'LOCAL1-P1',
        'x-amz-cf-id': requestId,
      },
      body: hasNoBody ? undefined : draft.body,
    };
  };
}

function ownError(status: number, reason: string): Draft {
  const body = Buffer.from(errorPage(status, reason));
  return {
    status,
    headers: { server: 'CloudFront', 'content-type': 'text/html', 'content-length': String(body.length) },
    body,
    cache: 'Error',
  };
}

/** Applies a visitor's conditions and range to an object. */
async function fitToViewer(method: string, request: HeaderMap, found: FoundObject): Promise<Draft> {
  const whole = {
    status: found.status,
    headers: found.age === undefined ? found.headers : { ...found.headers, age: String(found.age) },
    cache: found.cacheStatus,
  };
  const dropBody = () => {
    if (!Buffer.isBuffer(found.body)) found.body.abandon();
    return undefined;
  };
  if (found.status === 200 && isNotModified(request, found.headers)) {
    const headers = withoutHeaders(
      whole.headers,
      'content-length',
      'content-type',
      'content-encoding',
      'accept-ranges',
    );
    return { ...whole, status: 304, headers, body: dropBody() };
  }
  if (method === 'HEAD') return { ...whole, body: dropBody() };

  const range = headerOf(request, 'range');
  if (
    method === 'GET' &&
    found.status === 200 &&
    range !== undefined &&
    rangeApplies(request, found.headers)
  ) {
    let { body } = found;
    let length = Buffer.isBuffer(body) ? body.length : contentLengthOf(found.headers);
    if (length === undefined && !Buffer.isBuffer(body) && body.retained) {
      const complete = await body.completed;
      if (complete) {
        body = complete;
        length = complete.length;
      }
    }
    const part = length === undefined ? undefined : parseRange(range, length);
    if (part?.kind === 'unsatisfiable') {
      dropBody();
      const refusal = ownError(416, 'The object does not contain this range.');
      return { ...refusal, headers: { ...refusal.headers, 'content-range': `bytes */${length}` } };
    }
    if (part) {
      const headers = {
        ...whole.headers,
        'content-length': String(part.end - part.start),
        'content-range': `bytes ${part.start}-${part.end - 1}/${length}`,
      };
      const slice = Buffer.isBuffer(body)
        ? body.subarray(part.start, part.end)
        : body.read(part.start, part.end);
      return { ...whole, status: 206, headers, body: slice };
    }
  }
  return { ...whole, body: Buffer.isBuffer(found.body) ? found.body : found.body.read() };
}
