import { presetRoutes } from '@pressroom/api/sets/preset-routes';
import { setRoutes } from '@pressroom/api/sets/set-routes';
import { companyRoutes, type ServedPart } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { presetHandlers } from './preset-handlers.ts';
import { setHandlers } from './set-handlers.ts';

export function serveSets(dependencies: Dependencies): ServedPart {
  return {
    ...companyRoutes(setRoutes, setHandlers, dependencies),
    ...companyRoutes(presetRoutes, presetHandlers, dependencies),
  };
}
