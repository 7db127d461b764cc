import type * as z from 'zod';
import type { Routes as CompanyRoutes, signedInRoutes } from './routes.ts';
import type { problemResponse } from './values.ts';

/** The types of every operation as a client sees them: before defaults and conversions of the request. */

type Routes = CompanyRoutes & typeof signedInRoutes;

export type OperationName = keyof Routes;

type Input<Schema> = z.input<Schema>;

/** A value in a path or query string. Schemas that convert text to a number accept both. */
type UrlValue<Value> = unknown extends Value
  ? string | number
  : Value extends 'true' | 'false'
    ? Value | boolean
    : Value;

type UrlValues<Values> = {
  readonly [Key in keyof Values]:
    | UrlValue<Values[Key]>
    | (Partial<Values> extends Pick<Values, Key> ? undefined : never);
};

/** Path parameters, without the company. */
export type OperationParams<Name extends OperationName> = string extends keyof Input<Routes[Name]['params']>
  ? Readonly<Record<never, never>>
  : UrlValues<Omit<Input<Routes[Name]['params']>, 'company'>>;

type QueryInput<Name extends OperationName> = Input<Routes[Name]['query']>;
export type OperationQuery<Name extends OperationName> = string extends keyof QueryInput<Name>
  ? Readonly<Record<never, never>>
  : UrlValues<QueryInput<Name>>;

/** `undefined` where the operation accepts no body. Includes `undefined` where the body is optional. */
export type OperationBody<Name extends OperationName> = Routes[Name] extends { readonly body: infer Schema }
  ? Input<Schema>
  : undefined;

/** The JSON of a successful response; a dry run has its own type. */
export type OperationResponse<Name extends OperationName> =
  | Input<Routes[Name]['response']['schema']>
  | (Routes[Name] extends { readonly alternative: { readonly schema: infer Schema } }
      ? Input<Schema>
      : never);

/** The operations that can be tried without effect. */
export type DryRunOperation = {
  [Name in OperationName]: Routes[Name] extends { readonly dryRun: unknown } ? Name : never;
}[OperationName];

/** The JSON of the response to a dry run. */
export type DryRunResponse<Name extends DryRunOperation> = Routes[Name] extends {
  readonly dryRun: { readonly schema: infer Schema };
}
  ? Input<Schema>
  : never;

/** The operations whose responses are pages with `items` and a cursor `next`. */
export type PagedOperation = {
  [Name in OperationName]: 'cursor' extends keyof OperationQuery<Name> ? Name : never;
}[OperationName];

/** The type of one item of a page. */
export type OperationItem<Name extends PagedOperation> =
  OperationResponse<Name> extends { items: readonly (infer Item)[] } ? Item : never;

/** The operations that accept an `If-Match` header. */
export type ConditionalOperation = {
  [Name in OperationName]: Routes[Name] extends { readonly ifMatch: true } ? Name : never;
}[OperationName];

/** The operations that accept an `Idempotency-Key` header. */
export type IdempotentOperation = {
  [Name in OperationName]: Routes[Name] extends { readonly idempotencyKey: true } ? Name : never;
}[OperationName];

/** The JSON of an unsuccessful response (`application/problem+json`). */
export type Problem = z.infer<typeof problemResponse>;
