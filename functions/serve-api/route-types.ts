import type { CompanyRequest } from '../../adapters/http/company-request.ts';
import type { ResponseOf } from '../../packages/api/route.ts';
import type { RouteName, Routes } from '../../packages/api/routes.ts';

/** A checked request of a route. */
export type RequestOf<Name extends RouteName> = CompanyRequest<Routes[Name]>;

/** What a route answers. */
export type PromisedResponse<Name extends RouteName> = Promise<ResponseOf<Routes[Name]>>;
