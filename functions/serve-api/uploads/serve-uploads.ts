import { uploadRoutes } from '@pressroom/api/uploads/upload-routes';
import { companyRoutes, type ServedPart } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { uploadHandlers } from './upload-handlers.ts';

export function serveUploads(dependencies: Dependencies): ServedPart {
  return {
    ...companyRoutes(uploadRoutes, uploadHandlers, dependencies),
  };
}
