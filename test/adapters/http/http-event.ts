import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { AuditDependencies } from '../../../adapters/http/audited.ts';

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

/** A token for {@link identify}. */
export function tokenOf(claims: Record<string, string>): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

/** Takes every token of `httpEvent` for a valid one. */
export async function identify(token: string): Promise<Record<string, string>> {
  return JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, string>;
}

/** For requests of routes that are not audited. */
export const noAudit: AuditDependencies = {
  beginAudit: async ({ operation }) => {
    throw new Error(`${operation} must not be audited here`);
  },
  endAudit: async () => {},
};

/** An HTTP API's event, payload format 2.0, as API Gateway would hand it over. */
export function httpEvent(request: TestRequest): APIGatewayProxyEventV2 {
  const { method = 'GET', path, query = '', body, claims } = request;
  const text = request.rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    version: '2.0',
    routeKey: 'ANY /v1/{proxy+}',
    rawPath: path,
    rawQueryString: query,
    headers: {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(claims === undefined ? {} : { authorization: `Bearer ${tokenOf(claims)}` }),
      ...request.headers,
    },
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
    } as APIGatewayProxyEventV2['requestContext'],
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: request.base64 ?? false,
  };
}
