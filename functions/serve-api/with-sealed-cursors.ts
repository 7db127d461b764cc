import type { ApiRoute } from '@pressroom/api/route';
import { type CursorOwner, openCursor, sealCursor } from '../../adapters/http/sealed-cursor.ts';
import type { Dependencies } from './dependencies.ts';
import type { Handler } from './handler-types.ts';

type Handle = Extract<Handler<ApiRoute>, (...parameters: never[]) => unknown>;

/**
 * Signs the `next` of a list's pages, and checks the `cursor` that comes back, for every list in the same way. Handlers see
 * positions without signatures.
 */
export function withSealedCursors(route: ApiRoute, handle: Handle): Handle {
  if (!('cursor' in route.query.shape)) return handle;
  return async (request, dependencies: Dependencies) => {
    const { cursor, limit, ...query } = request.query as Record<string, unknown>;
    const { company, params } = request;
    const owner: CursorOwner = { company, list: route.operationId, params, query };
    const key = await dependencies.companies.cursorKey();
    const position = typeof cursor === 'string' ? openCursor(cursor, owner, key) : undefined;
    const response = await handle(
      { ...request, query: { ...request.query, cursor: position } },
      dependencies,
    );
    return isPage(response) ? { ...response, next: sealCursor(response.next, owner, key) } : response;
  };
}

function isPage(response: unknown): response is { readonly next: string } {
  return (
    typeof response === 'object' &&
    response !== null &&
    'next' in response &&
    typeof response.next === 'string'
  );
}
