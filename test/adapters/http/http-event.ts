import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly rawBody?: string;
  readonly base64?: boolean;
  readonly headers?: Record<string, string>;
  /** Claims of the token; none without. */
  readonly claims?: Record<string, string>;
}

/** An HTTP API's event, payload format 2.0, as API Gateway would hand it over. */
export function httpEvent(request: TestRequest): APIGatewayProxyEventV2WithJWTAuthorizer {
  const { method = 'GET', path, query = '', body, claims } = request;
  const text = request.rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    version: '2.0',
    routeKey: 'ANY /v1/{proxy+}',
    rawPath: path,
    rawQueryString: query,
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: 'ANY /v1/{proxy+}',
      stage: '$default',
      time: '24/Nov/2026:08:00:00 +0000',
      timeEpoch: 1_795_507_200_000,
      ...(claims === undefined
        ? {}
        : { authorizer: { principalId: '', integrationLatency: 0, jwt: { claims, scopes: [] } } }),
    } as APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'],
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: request.base64 ?? false,
  };
}
