import type { ServedRoute } from '../../adapters/http/handle-request.ts';
import type { ServedPart } from './company-routes.ts';
import type { Dependencies } from './dependencies.ts';
import { type PartName, parts } from './parts.ts';
import { routeTable } from './route-table.ts';

/** Every route of this function. Its part is loaded with the first request for it. */
export function servedRoutes(dependencies: Dependencies): ServedRoute[] {
  const loaded = new Map<PartName, Promise<ServedPart>>();
  const load = (name: PartName): Promise<ServedPart> => {
    const part = loaded.get(name) ?? parts[name]().then((serve) => serve(dependencies));
    loaded.set(name, part);
    return part;
  };
  return Object.entries(routeTable).map(([operation, [part, route, secret]]) => {
    const [method, path] = route.split(' ') as [ServedRoute['method'], string];
    return {
      method,
      path,
      ...(secret && { secretPath: true }),
      respond: async (...request) => {
        const { [operation]: served } = await load(part);
        if (!served)
          throw new Error(`${operation} is not in the part ${part}: route-table.ts is out of date`);
        return served.respond(...request);
      },
    };
  });
}
