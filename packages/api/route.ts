import type * as z from 'zod';
import type { Role } from '../../domain/companies/role.ts';
import type { FailureCode } from '../../domain/failure.ts';

/** What a successful answer looks like. */
export interface RouteResponse {
  readonly status: number;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Media types of files that it may be instead of JSON. */
  readonly files?: readonly string[];
}

/**
 * One route of the API: what its requests must look like, who may call it and what it answers. Requests are
 * checked by the same schemas that the OpenAPI document is made of.
 */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root, `{name}` for a parameter: `/v1/companies/{company}/jobs/{jobId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** The least role that may call it. */
  readonly role: Role;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Missing where the route takes no body. */
  readonly body?: z.ZodType;
  /** Takes an `If-Match` header with the ETag of what it changes. */
  readonly ifMatch?: true;
  /** Takes an `Idempotency-Key` header. */
  readonly idempotencyKey?: true;
  readonly response: RouteResponse;
  /** Answered in place of that where a dry run was asked for: a schema with `dryRun: true` in it. */
  readonly dryRun?: RouteResponse;
  /** Answered in place of that, with another status, as the route decides. */
  readonly alternative?: RouteResponse;
  /** What can go wrong besides what can go wrong on every route. */
  readonly failures: readonly FailureCode[];
}

/** Keeps the exact types of the route's schemas, and gives `params` its company. */
export function defineRoute<const Route extends ApiRoute>(route: Route): Route {
  return route;
}

export type ParamsOf<Route extends ApiRoute> = z.output<Route['params']>;
export type QueryOf<Route extends ApiRoute> = z.output<Route['query']>;
export type BodyOf<Route extends ApiRoute> = Route extends { readonly body: infer Body extends z.ZodType }
  ? z.output<Body>
  : undefined;
export type ResponseOf<Route extends ApiRoute> =
  | z.input<Route['response']['schema']>
  | (Route extends { readonly dryRun: { readonly schema: infer Dry extends z.ZodType } }
      ? z.input<Dry>
      : never);
