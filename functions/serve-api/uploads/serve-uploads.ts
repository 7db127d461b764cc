import { uploadRoutes } from '@pressroom/api/uploads/upload-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { uploadHandlers } from './upload-handlers.ts';

export function serveUploads(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(uploadRoutes, uploadHandlers, dependencies),
  };
}
