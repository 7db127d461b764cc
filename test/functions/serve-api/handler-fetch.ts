/** A `fetch` that is the API as it ships, on the furnished company of these tests. The token is the subject of the caller. */
import { handleRequest } from '../../../adapters/http/handle-request.ts';
import { servedRoutes } from '../../../functions/serve-api/handlers.ts';
import { httpEvent, identify } from '../../adapters/http/http-event.ts';
import { dependenciesWith, findMember, type Replacements, shipped } from './ask.ts';
import { cdnRoutes } from './cdn-routes.ts';

export function handlerFetch(replacements: Replacements = {}): typeof fetch {
  return async (input, init = {}) => {
    const { pathname, search } = new URL(String(input));
    const { authorization = '', ...headers } = Object.fromEntries(new Headers(init.headers));
    const event = httpEvent({
      method: init.method ?? 'GET',
      path: pathname,
      query: search.slice(1),
      headers,
      claims: { sub: authorization.replace('Bearer ', '') },
      ...(typeof init.body === 'string' ? { rawBody: init.body } : {}),
    });
    const response = await handleRequest(
      event,
      [...servedRoutes(dependenciesWith(replacements)), ...cdnRoutes],
      {
        findMember,
        identify,
        audit: shipped.audit,
        log: { error: (_, error) => console.error(error), info: () => {} },
      },
    );
    const { statusCode = 200, body } = response;
    return new Response(statusCode === 204 ? null : body, {
      status: statusCode,
      headers: response.headers as Record<string, string>,
    });
  };
}
