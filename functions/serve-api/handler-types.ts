import type { ApiRoute, ResponseOf } from '@pressroom/api/route';
import type { RouteName, Routes } from '@pressroom/api/routes';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { CompanyRequest } from '../../adapters/http/company-request.ts';
import type { Dependencies } from './dependencies.ts';

/** A checked request of a route. */
export type RequestOf<Name extends RouteName> = CompanyRequest<Routes[Name]>;

/** The body of a route's response. */
export type PromisedResponse<Name extends RouteName> = Promise<ResponseOf<Routes[Name]>>;

type Handle<Route extends ApiRoute> = (
  request: CompanyRequest<Route>,
  dependencies: Dependencies,
) => Promise<ResponseOf<Route>>;

/** What serves a route. */
export type Handler<Route extends ApiRoute> =
  | Handle<Route>
  | {
      readonly handle: Handle<Route>;
      /** Further headers of the response: `etag`. */
      readonly headersOf: (value: ResponseOf<Route>) => Readonly<Record<string, string>>;
    }
  | {
      /** Makes the whole HTTP response: a file, or one of several statuses. */
      readonly respond: (
        request: CompanyRequest<Route>,
        dependencies: Dependencies,
      ) => Promise<APIGatewayProxyStructuredResultV2>;
    };

/** One handler for every route of a part of the contract. A missing or an extra one does not compile. */
export type HandlersOf<Part extends Readonly<Record<string, ApiRoute>>> = {
  readonly [Name in keyof Part]: Handler<Part[Name]>;
};
