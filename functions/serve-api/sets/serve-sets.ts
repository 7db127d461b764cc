import { presetRoutes } from '@pressroom/api/sets/preset-routes';
import { setRoutes } from '@pressroom/api/sets/set-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { presetHandlers } from './preset-handlers.ts';
import { setHandlers } from './set-handlers.ts';

export function serveSets(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(setRoutes, setHandlers, dependencies),
    ...companyRoutes(presetRoutes, presetHandlers, dependencies),
  };
}
