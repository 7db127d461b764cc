import { folderRoutes } from '@pressroom/api/library/folder-routes';
import { metadataRoutes } from '@pressroom/api/library/metadata-routes';
import { moveRoutes } from '@pressroom/api/library/move-routes';
import { searchRoutes } from '@pressroom/api/library/search-routes';
import { trashRoutes } from '@pressroom/api/library/trash-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { folderHandlers } from './folder-handlers.ts';
import { metadataHandlers } from './metadata-handlers.ts';
import { moveHandlers } from './move-handlers.ts';
import { searchHandlers } from './search-handlers.ts';
import { trashHandlers } from './trash-handlers.ts';

export function serveLibrary(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(folderRoutes, folderHandlers, dependencies),
    ...companyRoutes(moveRoutes, moveHandlers, dependencies),
    ...companyRoutes(metadataRoutes, metadataHandlers, dependencies),
    ...companyRoutes(searchRoutes, searchHandlers, dependencies),
    ...companyRoutes(trashRoutes, trashHandlers, dependencies),
  };
}
