import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createCustomOrigin } from '../../src/edge/custom-origin.ts';
import { parseDistributionConfig } from '../../src/edge/distribution-config.ts';
import { createEdge, type Edge } from '../../src/edge/edge.ts';
import { createEdgeCache, type EdgeCache } from '../../src/edge/edge-cache.ts';
import { compileEdgeFunction } from '../../src/edge/edge-function.ts';
import { createHttpClient } from '../../src/edge/http-exchange.ts';
import type { HeaderMap, ViewerRequest } from '../../src/edge/messages.ts';
import {
  parseCachePolicy,
  parseOriginRequestPolicy,
  parseResponseHeadersPolicy,
} from '../../src/edge/policies.ts';

/** A whole response for a visitor, read to its end. */
interface VisitorResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Buffer;
}

export interface EdgeFixture {
  readonly edge: Edge;
  readonly cache: EdgeCache;
  /** Every request that reached the origin: `GET /path?query`. */
  readonly originRequests: string[];
  /** The headers of those requests. */
  readonly originHeaders: IncomingMessage['headers'][];
  readonly logged: string[];
  get(url: string, headers?: Record<string, string>): Promise<VisitorResponse>;
  send(request: Partial<ViewerRequest> & { path: string }): Promise<VisitorResponse>;
  /** Advances the clock of the edge. */
  advance(seconds: number): void;
  stop(): Promise<void>;
}

interface FixtureOptions {
  readonly origin: (request: IncomingMessage, response: ServerResponse) => void;
  /** More properties of the DistributionConfig. */
  readonly config?: Record<string, unknown>;
  readonly behaviour?: Record<string, unknown>;
  readonly cachePolicy?: Record<string, unknown>;
  readonly originRequestPolicy?: unknown;
  readonly responseHeadersPolicy?: unknown;
  readonly customOrigin?: Record<string, unknown>;
  /** Code of the viewer-request function. */
  readonly viewerRequest?: string;
  readonly viewerResponse?: string;
  readonly maxObjectBytes?: number;
}

/** Policy settings that include the whole query in the cache key, and nothing else. */
export const allQueries = {
  QueryStringsConfig: { QueryStringBehavior: 'all' },
  HeadersConfig: { HeaderBehavior: 'none' },
  CookiesConfig: { CookieBehavior: 'none' },
};

/** Starts an edge in front of an HTTP server of this process, with a clock that the test advances. */
export async function startEdgeFixture(options: FixtureOptions): Promise<EdgeFixture> {
  const originRequests: string[] = [];
  const originHeaders: IncomingMessage['headers'][] = [];
  const logged: string[] = [];
  const server = createServer((request, response) => {
    originRequests.push(`${request.method} ${request.url}`);
    originHeaders.push(request.headers);
    options.origin(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const functions = [
    ...(options.viewerRequest ? [{ EventType: 'viewer-request', FunctionARN: 'request' }] : []),
    ...(options.viewerResponse ? [{ EventType: 'viewer-response', FunctionARN: 'response' }] : []),
  ];
  const config = parseDistributionConfig(
    {
      Enabled: true,
      HttpVersion: 'http2and3',
      Origins: [
        {
          Id: 'origin',
          DomainName: `127.0.0.1:${port}`,
          CustomOriginConfig: { OriginProtocolPolicy: 'http-only', ...options.customOrigin },
        },
      ],
      DefaultCacheBehavior: {
        TargetOriginId: 'origin',
        ViewerProtocolPolicy: 'https-only',
        CachePolicyId: 'cache',
        ...(options.originRequestPolicy ? { OriginRequestPolicyId: 'forward' } : {}),
        ...(options.responseHeadersPolicy ? { ResponseHeadersPolicyId: 'headers' } : {}),
        ...(functions.length > 0 ? { FunctionAssociations: functions } : {}),
        ...options.behaviour,
      },
      ...options.config,
    },
    {
      cachePolicies: new Map([
        [
          'cache',
          parseCachePolicy({
            MinTTL: '0',
            DefaultTTL: 3600,
            MaxTTL: 36_000,
            ParametersInCacheKeyAndForwardedToOrigin: allQueries,
            ...options.cachePolicy,
          }),
        ],
      ]),
      originRequestPolicies: new Map(
        options.originRequestPolicy
          ? [['forward', parseOriginRequestPolicy(options.originRequestPolicy)]]
          : [],
      ),
      responseHeadersPolicies: new Map(
        options.responseHeadersPolicy
          ? [['headers', parseResponseHeadersPolicy(options.responseHeadersPolicy)]]
          : [],
      ),
    },
  );

  let now = Date.parse('2026-11-24T12:00:00Z');
  let ids = 0;
  const client = createHttpClient();
  const cache = createEdgeCache(64 * 1024 * 1024);
  const runners = new Map(
    [
      ['request', options.viewerRequest],
      ['response', options.viewerResponse],
    ].flatMap(([name, code]) => (name && code ? [[name, compileEdgeFunction(code)] as const] : [])),
  );
  const edge = createEdge({
    id: 'E1',
    domainName: '127.0.0.1:1',
    config,
    cache,
    origin: (id) => {
      const found = config.origins.get(id);
      if (!found) throw new Error(`no origin ${id}`);
      return createCustomOrigin(found, client);
    },
    edgeFunction: (arn) => {
      const runner = runners.get(arn);
      if (!runner) throw new Error(`no function ${arn}`);
      return runner;
    },
    now: () => now,
    newId: () => `id-${++ids}`,
    log: (line) => logged.push(line),
    ...(options.maxObjectBytes === undefined ? {} : { maxObjectBytes: options.maxObjectBytes }),
  });

  async function send(request: Partial<ViewerRequest> & { path: string }): Promise<VisitorResponse> {
    const response = await edge({
      method: 'GET',
      query: undefined,
      headers: {},
      ip: '192.0.2.7',
      httpVersion: '2.0',
      body: Buffer.alloc(0),
      ...request,
    });
    const chunks: Uint8Array[] = [];
    if (Buffer.isBuffer(response.body)) chunks.push(response.body);
    else if (response.body) for await (const chunk of response.body) chunks.push(chunk);
    return { status: response.status, headers: response.headers, body: Buffer.concat(chunks) };
  }

  return {
    edge,
    cache,
    originRequests,
    originHeaders,
    logged,
    send,
    get(url, headers = {}) {
      const [path = '/', query] = url.split('?', 2);
      return send({ path, query, headers });
    },
    advance(seconds) {
      now += seconds * 1000;
    },
    async stop() {
      client.close();
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
