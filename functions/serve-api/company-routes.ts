import type { ApiRoute } from '@pressroom/api/route';
import { type ServedRoute, serveResponse, serveRoute } from '../../adapters/http/handle-request.ts';
import type { Dependencies } from './dependencies.ts';
import type { Handler, HandlersOf } from './handler-types.ts';
import { withSealedCursors } from './with-sealed-cursors.ts';

/** Routes by their operation ids. */
export type RoutesByName = Readonly<Record<string, ServedRoute>>;

/** Pairs each route of a contract with its handler. A missing or an extra handler does not compile. */
export function companyRoutes<Contract extends Readonly<Record<string, ApiRoute>>>(
  contract: Contract,
  handlers: HandlersOf<Contract>,
  dependencies: Dependencies,
): RoutesByName {
  return Object.fromEntries(
    Object.entries(contract).map(([name, route]) => [
      name,
      served(route, handlers[name] as unknown as Handler<ApiRoute>, dependencies),
    ]),
  );
}

function served(route: ApiRoute, handler: Handler<ApiRoute>, dependencies: Dependencies): ServedRoute {
  if (typeof handler === 'function') {
    const handle = withSealedCursors(route, handler);
    return serveRoute(route, (request) => handle(request, dependencies));
  }
  if ('respond' in handler) return serveResponse(route, (request) => handler.respond(request, dependencies));
  const handle = withSealedCursors(route, handler.handle);
  return serveRoute(route, (request) => handle(request, dependencies), handler.headersOf);
}
