import type { ServedRoute } from '../../adapters/http/handle-request.ts';
import type { RoutesByName } from './company-routes.ts';
import type { Dependencies } from './dependencies.ts';
import { type FeatureName, features } from './features.ts';
import { routeTable } from './route-table.ts';

/** Every route of this function. Its feature is loaded with the first request for it. */
export function servedRoutes(dependencies: Dependencies): ServedRoute[] {
  const loaded = new Map<FeatureName, Promise<RoutesByName>>();
  const load = (name: FeatureName): Promise<RoutesByName> => {
    const feature = loaded.get(name) ?? features[name]().then((serve) => serve(dependencies));
    loaded.set(name, feature);
    return feature;
  };
  return Object.entries(routeTable).map(([operation, [feature, route, secret]]) => {
    const [method, path] = route.split(' ') as [ServedRoute['method'], string];
    return {
      method,
      path,
      ...(secret && { secretPath: true }),
      respond: async (...request) => {
        const { [operation]: served } = await load(feature);
        if (!served)
          throw new Error(`${operation} is not in the feature ${feature}: route-table.ts is out of date`);
        return served.respond(...request);
      },
    };
  });
}
