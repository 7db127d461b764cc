import type { AnswerOf } from '../../adapters/http/api-route.ts';
import type { CompanyRequest } from '../../adapters/http/company-request.ts';
import type { RouteName, Routes } from '../api.contract.ts';

/** A checked request of a route. */
export type RequestOf<Name extends RouteName> = CompanyRequest<Routes[Name]>;

/** What a route answers. */
export type ReplyOf<Name extends RouteName> = Promise<AnswerOf<Routes[Name]>>;
