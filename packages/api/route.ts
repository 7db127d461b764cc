import type * as z from 'zod';
import type { AuditKind } from '../../domain/companies/audit.ts';
import type { Role } from '../../domain/companies/role.ts';
import type { FailureCode } from '../../domain/failure.ts';

/** Every path begins with it. */
export const apiRoot = '/v1';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A successful response. */
export interface RouteResponse {
  readonly status: number;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Media types of files that the response may be instead of JSON. */
  readonly files?: readonly string[];
  /** The response is one of these files, never JSON. */
  readonly filesOnly?: true;
}

/** How the audit records a request. Dry runs are not recorded. */
export interface RouteAudit {
  readonly kind: AuditKind;
  /** The value of the request that names what it changes: a text or a list of texts. */
  readonly subject?: { readonly in: 'params' | 'body'; readonly name: string };
  /** The value of the response that names what was changed, for what a request cannot name. */
  readonly result?: string;
}

interface Route {
  readonly method: (typeof methods)[number];
  /** From the root, with `{name}` for a parameter: `/v1/companies/{company}/jobs/{jobId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly response: RouteResponse;
}

/**
 * A route for members of a company: its requests, the least role that may call it, and its responses. The schemas check
 * the requests and make the OpenAPI document.
 */
export interface ApiRoute extends Route {
  /** The least role that may call it. */
  readonly role: Role;
  /** What members with this role may do only with their own things. */
  readonly rights?: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Missing if the route takes no body. */
  readonly body?: z.ZodType;
  /** Takes an `If-Match` header with the ETag of what it changes. */
  readonly ifMatch?: true;
  /** Takes an `Idempotency-Key` header. */
  readonly idempotencyKey?: true;
  /** A POST that changes nothing when it is sent again: clients retry it. */
  readonly repeatable?: true;
  /** The response to a dry run: a schema with `dryRun: true` in it. */
  readonly dryRun?: RouteResponse;
  /** Another successful response, with a status of its own. */
  readonly alternative?: RouteResponse;
  /** Failures in addition to those that are possible on every route. */
  readonly failures: readonly FailureCode[];
  /** Records each request in the company's audit. Every route that only admins may use to change something has it. */
  readonly audit?: RouteAudit;
}

/** A route for everybody who is signed in, whether they are members of a company or not. */
export interface SignedInRoute extends Route {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Failures in addition to those that are possible on every route. */
  readonly failures: readonly FailureCode[];
}

/** A route that needs no token of a user, so that API Gateway asks for none. */
export interface PublicRoute extends Route {
  /** Why everybody may call it. */
  readonly publicBecause: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** Missing if the route takes no JSON. */
  readonly body?: z.ZodType;
  /** Takes a body of any type. */
  readonly anyBody?: true;
  /** Its path holds a secret, which no log may contain. */
  readonly secretPath?: true;
  /** Every failure that is possible. */
  readonly failures: readonly FailureCode[];
}

/** Keeps the exact types of the route's schemas. */
export function defineRoute<const Route extends ApiRoute>(
  route: Route & { readonly [Name in Exclude<keyof Route, keyof ApiRoute>]: never },
): Route {
  return route;
}

export function defineSignedInRoute<const Route extends SignedInRoute>(
  route: Route & { readonly [Name in Exclude<keyof Route, keyof SignedInRoute>]: never },
): Route {
  return route;
}

export function definePublicRoute<const Route extends PublicRoute>(
  route: Route & { readonly [Name in Exclude<keyof Route, keyof PublicRoute>]: never },
): Route {
  return route;
}

export type ParamsOf<Route extends ApiRoute> = z.output<Route['params']>;
export type QueryOf<Route extends ApiRoute> = z.output<Route['query']>;
export type BodyOf<Route extends ApiRoute> = Route extends { readonly body: infer Body extends z.ZodType }
  ? z.output<Body>
  : undefined;
export type ResponseOf<Route extends Pick<ApiRoute, 'response'>> =
  | z.input<Route['response']['schema']>
  | (Route extends { readonly dryRun: { readonly schema: infer Dry extends z.ZodType } }
      ? z.input<Dry>
      : never);
