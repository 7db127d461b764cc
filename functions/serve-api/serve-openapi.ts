import { openapiDocument } from '@pressroom/api/openapi-document';
import { openapiRoutes } from '@pressroom/api/openapi-routes';
import { jsonResponse } from '../../adapters/http/handle-request.ts';
import type { RoutesByName } from './company-routes.ts';

export function serveOpenapi(): RoutesByName {
  let document: string | undefined;
  return {
    readOpenapi: {
      ...openapiRoutes.readOpenapi,
      respond: async () => {
        document ??= JSON.stringify(openapiDocument());
        return { ...jsonResponse(200, {}, { 'cache-control': 'public, max-age=300' }), body: document };
      },
    },
  };
}
