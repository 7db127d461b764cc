import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { type FailureCode, statusOf, titleOf } from '../../domain/failure.ts';
import type { ApiRoute, PublicRoute, RouteResponse, SignedInRoute } from './route.ts';
import { publicRoutes, routes, signedInRoutes } from './routes.ts';
import { gatewayResponse, problemResponse } from './values.ts';

/** Failures that are possible on every route below a company. */
const always: readonly FailureCode[] = [
  'request.invalid',
  'access.not-signed-in',
  'access.role-too-low',
  'company.not-found',
  'system.fault',
];

/** Failures that are possible if a route takes a body. */
const withBody: readonly FailureCode[] = [
  'request.not-json',
  'request.too-large',
  'request.unsupported-media-type',
];

/** Responses of the gateway itself, which every route may have. */
const gatewayStatuses: Readonly<Record<string, string>> = {
  400: 'The gateway cannot read the request',
  404: 'The address is not one of the API',
  413: 'The request has more than 10 MB',
  429: 'The installation gets more requests than it allows',
  500: 'The gateway could not call the function',
  503: 'The function did not respond in time',
};

/** Refused before the request is read, so that its body is not described: it may be empty. */
const headersTooLarge = {
  431: {
    description:
      'Sent by the gateway, perhaps without a body: the request line and the headers have more than 10,240 bytes',
  },
};

const ifMatchHeader = z.object({
  'if-match': z.string().optional().meta({
    description:
      'ETag of the asset, schedule or setting as it was read. If it has changed since, the request is refused with 412',
    example: '"3-2026-11-24T08:30:00.000Z"',
  }),
});

const idempotencyKeyHeader = z.object({
  'idempotency-key': z.string().optional().meta({
    description:
      'A key of your choice, 1 to 255 visible ASCII characters. The same request with the same key is processed once within 24 hours, and has the same response',
    example: '4f9c2b7e-autumn',
  }),
});

/** The OpenAPI 3.1 document of the API, made of the schemas that check its requests. */
export function openapiDocument() {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of Object.values<PublicRoute>(publicRoutes)) {
    paths[route.path] = { ...paths[route.path], [methodOf(route)]: publicOperation(route) };
  }
  for (const route of Object.values<SignedInRoute>(signedInRoutes)) {
    paths[route.path] = { ...paths[route.path], [methodOf(route)]: signedInOperation(route) };
  }
  for (const route of Object.values<ApiRoute>(routes)) {
    paths[route.path] = { ...paths[route.path], [methodOf(route)]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Pressroom',
      version: '1.0.0',
      description:
        'Upload media, publish them to the servers that visitors load them from, and follow the jobs that do so. ' +
        'Times are ISO 8601 in UTC. Lists return `items` and, except on the last page, `next`. Send it as `cursor` to get the next page. ' +
        'Errors are `application/problem+json` with a stable `code`. ' +
        'API Gateway sends some by itself, as `application/json` with a `message`: above its limits, for example.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Token of the identity issuer',
        },
      },
      schemas: { Problem: problemResponse, GatewayMessage: gatewayResponse },
    },
  });
}

function methodOf({ method }: Pick<ApiRoute, 'method'>) {
  return method.toLowerCase() as Lowercase<ApiRoute['method']>;
}

function publicOperation(route: PublicRoute): ZodOpenApiOperationObject {
  const { operationId, summary, description, params, headers, response, failures } = route;
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    security: [],
    ...(params === undefined && headers === undefined
      ? {}
      : {
          requestParams: {
            ...(params === undefined ? {} : { path: params }),
            ...(headers === undefined ? {} : { header: headers }),
          },
        }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    ...(route.anyBody ? { requestBody: { required: false, content: { '*/*': { schema: {} } } } } : {}),
    responses: {
      [String(response.status)]: toOpenapiResponse(response),
      ...withGateway(problems(failures)),
    },
  };
}

function signedInOperation(route: SignedInRoute): ZodOpenApiOperationObject {
  const { operationId, summary, response, failures } = route;
  return {
    operationId,
    summary,
    description: 'Requires a valid token, and no role.',
    responses: {
      [String(response.status)]: toOpenapiResponse(response),
      ...withGateway(problems(['request.invalid', 'access.not-signed-in', 'system.fault', ...failures])),
    },
  };
}

function operation(route: ApiRoute): ZodOpenApiOperationObject {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `Requires the role \`${route.role}\` or a higher one.${route.rights === undefined ? '' : ` ${route.rights}`}`,
    requestParams: {
      path: route.params,
      ...(Object.keys(route.query.shape).length === 0 ? {} : { query: route.query }),
      ...(route.ifMatch ? { header: ifMatchHeader } : {}),
      ...(route.idempotencyKey ? { header: idempotencyKeyHeader } : {}),
    },
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: { 'application/json': { schema: route.body } },
          },
        }),
    responses: {
      ...responses(route),
      ...withGateway(problems([...always, ...(route.body === undefined ? [] : withBody), ...route.failures])),
    },
  };
}

function responses({ response, dryRun, alternative }: ApiRoute) {
  if (alternative !== undefined)
    return {
      [String(response.status)]: toOpenapiResponse(response),
      [String(alternative.status)]: toOpenapiResponse(alternative),
    };
  if (dryRun === undefined) return { [String(response.status)]: toOpenapiResponse(response) };
  if (dryRun.status !== response.status) {
    return {
      [String(response.status)]: toOpenapiResponse(response),
      [String(dryRun.status)]: toOpenapiResponse(dryRun),
    };
  }
  const description = `${response.description}. Or, of a dry run: ${dryRun.description}`;
  return {
    [String(response.status)]: toOpenapiResponse({
      description,
      schema: z.union([response.schema, dryRun.schema]),
    }),
  };
}

function toOpenapiResponse({
  description,
  schema,
  files = [],
  filesOnly,
}: Pick<RouteResponse, 'description' | 'schema' | 'files' | 'filesOnly'>) {
  const file = { schema: { type: 'string' as const } };
  return {
    description,
    content: {
      ...(filesOnly ? {} : { 'application/json': { schema } }),
      ...Object.fromEntries(files.map((type) => [type, file])),
    },
  };
}

// A type, since an interface does not fit into one with an index signature.
type ErrorResponse = { description: string; content?: Record<string, { schema: z.ZodType }> };

/** Adds the responses of the gateway. */
function withGateway(ofFunction: Readonly<Record<string, ErrorResponse>>): Record<string, ErrorResponse> {
  const added = Object.entries(gatewayStatuses).map(([status, reason]) => {
    const own = ofFunction[status];
    const description = `Sent by the gateway as \`application/json\`: ${reason}`;
    return [
      status,
      {
        description: own === undefined ? description : `${own.description}. ${description}`,
        content: { ...own?.content, 'application/json': { schema: gatewayResponse } },
      },
    ] as const;
  });
  return { ...ofFunction, ...Object.fromEntries(added), ...headersTooLarge };
}

/** The problems by status, with their codes. */
function problems(codes: readonly FailureCode[]): Record<string, ErrorResponse> {
  const byStatus = Map.groupBy(codes, (code) => String(statusOf(code)));
  return Object.fromEntries(
    [...byStatus].map(([status, here]) => [
      status,
      {
        description: here.map((code) => `\`${code}\`: ${titleOf(code)}`).join('. '),
        content: { 'application/problem+json': { schema: problemResponse } },
      },
    ]),
  );
}
