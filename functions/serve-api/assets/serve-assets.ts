import { assetRoutes } from '@pressroom/api/assets/asset-routes';
import { derivedRoutes } from '@pressroom/api/assets/derived-routes';
import { downloadRoutes } from '@pressroom/api/assets/download-routes';
import { posterRoutes } from '@pressroom/api/assets/poster-routes';
import { publicationRoutes } from '@pressroom/api/assets/publication-routes';
import { versionRoutes } from '@pressroom/api/assets/version-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { assetHandlers } from './asset-handlers.ts';
import { derivedHandlers } from './derived-handlers.ts';
import { downloadHandlers } from './download-handlers.ts';
import { posterHandlers } from './poster-handlers.ts';
import { publicationHandlers } from './publication-handlers.ts';
import { versionHandlers } from './version-handlers.ts';

export function serveAssets(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(assetRoutes, assetHandlers, dependencies),
    ...companyRoutes(publicationRoutes, publicationHandlers, dependencies),
    ...companyRoutes(versionRoutes, versionHandlers, dependencies),
    ...companyRoutes(downloadRoutes, downloadHandlers, dependencies),
    ...companyRoutes(derivedRoutes, derivedHandlers, dependencies),
    ...companyRoutes(posterRoutes, posterHandlers, dependencies),
  };
}
