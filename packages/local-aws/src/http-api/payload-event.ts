/** A request as it came in. Header names in lower case; several of one name are joined by a comma. */
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

/** What the gateway knows beyond the request. */
export interface EventSurroundings {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  /** `ANY /v1/{proxy+}`, `$default` */
  readonly routeKey: string;
  /** As the event shows it: an HTTP API decodes it, a function URL does not. */
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
export function payloadEvent(request: IncomingRequest, surroundings: EventSurroundings): object {
  const { cookie, ...headers } = request.headers;
  const query = queryParameters(request.query);
  const text = isText(request);
  return {
    version: '2.0',
    routeKey: surroundings.routeKey,
    rawPath: surroundings.rawPath,
    rawQueryString: request.query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/).filter((pair) => pair !== '') }),
    headers,
    ...(query && { queryStringParameters: query }),
    ...(surroundings.pathParameters && { pathParameters: surroundings.pathParameters }),
    ...(surroundings.stageVariables && { stageVariables: surroundings.stageVariables }),
    requestContext: {
      accountId: surroundings.accountId,
      apiId: surroundings.apiId,
      ...(surroundings.authorizer !== undefined && { authorizer: surroundings.authorizer }),
      domainName: surroundings.domainName,
      domainPrefix: surroundings.domainName.split('.')[0],
      http: {
        method: request.method,
        path: surroundings.rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.ip,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: surroundings.requestId,
      routeKey: surroundings.routeKey,
      stage: surroundings.stage,
      time: gatewayTime(surroundings.time),
      timeEpoch: surroundings.time,
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

/** Decoded; several values of one name are joined by a comma. */
function queryParameters(query: string): Record<string, string> | undefined {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query))
    values.set(name, [...(values.get(name) ?? []), value]);
  if (values.size === 0) return undefined;
  return Object.fromEntries([...values].map(([name, list]) => [name, list.join(',')]));
}

/** A body is handed on as text by its type, and as base64 otherwise: forms too. */
function isText({ headers, body }: IncomingRequest): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (!type) return Buffer.from(body.toString('utf8')).equals(body);
  return /^text\/|^application\/(json|javascript|xml)$|\+(json|xml)$/.test(type);
}
