/** A received request. Header names are in lower case; several headers of one name are joined by a comma. */
export interface IncomingRequest {
  readonly method: string;
  /** Still encoded, without the query. */
  readonly path: string;
  /** Still encoded, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly ip: string;
}

/** What the gateway adds to the request. */
export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  /** `ANY /v1/{proxy+}`, `$default` */
  readonly routeKey: string;
  /** An HTTP API decodes it, a function URL does not. */
  readonly rawPath: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly authorizer?: unknown;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * The event of an HTTP API or a function URL, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function payloadEvent(request: IncomingRequest, context: EventContext): object {
  const { cookie, ...headers } = request.headers;
  const query = queryParameters(request.query);
  const text = isText(request);
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: context.rawPath,
    rawQueryString: request.query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/).filter((pair) => pair !== '') }),
    headers,
    ...(query && { queryStringParameters: query }),
    ...(context.pathParameters && { pathParameters: context.pathParameters }),
    ...(context.stageVariables && { stageVariables: context.stageVariables }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      ...(context.authorizer !== undefined && { authorizer: context.authorizer }),
      domainName: context.domainName,
      domainPrefix: context.domainName.split('.')[0],
      http: {
        method: request.method,
        path: context.rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.ip,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: gatewayTime(context.time),
      timeEpoch: context.time,
    },
    ...(request.body.length > 0 && { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
export function gatewayTime(time: number): string {
  const [, day, month, year, clock] =
    /, (\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** Decoded parameters; several values of one name are joined by a comma. */
function queryParameters(query: string): Record<string, string> | undefined {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query))
    values.set(name, [...(values.get(name) ?? []), value]);
  if (values.size === 0) return undefined;
  return Object.fromEntries([...values].map(([name, list]) => [name, list.join(',')]));
}

/** Whether the event contains the body as text. All other bodies, including forms, are base64. */
function isText({ headers, body }: IncomingRequest): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (!type) return Buffer.from(body.toString('utf8')).equals(body);
  return /^text\/|^application\/(json|javascript|xml)$|\+(json|xml)$/.test(type);
}
