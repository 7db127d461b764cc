import type {
  ConditionalOperation,
  IdempotentOperation,
  OperationBody,
  OperationName,
  OperationParams,
  OperationQuery,
  OperationResponse,
} from '@pressroom/api/operation-types';

type Field<Key extends string, Value> =
  Partial<Value> extends Value ? { readonly [K in Key]?: Value } : { readonly [K in Key]: Value };

type BodyField<Body> = [Body] extends [undefined]
  ? { readonly body?: undefined }
  : undefined extends Body
    ? { readonly body?: Omit<Exclude<Body, undefined>, 'dryRun'> }
    : { readonly body: DistributedOmit<Body, 'dryRun'> };

type DistributedOmit<Value, Key extends string> = Value extends unknown ? Omit<Value, Key> : never;

/** What one call sends. */
export type OperationRequest<Name extends OperationName> = Field<'params', OperationParams<Name>> &
  Field<'query', OperationQuery<Name>> &
  BodyField<OperationBody<Name>> & {
    /** The company, where it is not the client's own. */
    readonly company?: string;
    readonly signal?: AbortSignal | undefined;
  } & (Name extends ConditionalOperation
    ? {
        /** ETag of what you read: the change is refused with 412 if it has changed since. */
        readonly ifMatch?: string | undefined;
      }
    : unknown) &
  (Name extends IdempotentOperation
    ? {
        /** The API executes requests with the same key once. The client makes one for each call unless given. */
        readonly idempotencyKey?: string | undefined;
      }
    : unknown);

/** The request may be left out if all its fields are optional. */
export type RequestArguments<Name extends OperationName> =
  Partial<OperationRequest<Name>> extends OperationRequest<Name>
    ? [request?: OperationRequest<Name>]
    : [request: OperationRequest<Name>];

/** Sends a request and reads the JSON of its response. */
export type Call = <Name extends OperationName>(
  name: Name,
  ...request: RequestArguments<Name>
) => Promise<OperationResponse<Name>>;
