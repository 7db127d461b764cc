import { imagePresetRoutes } from '@pressroom/api/delivery/image-preset-routes';
import { imageSettingsRoutes } from '@pressroom/api/delivery/image-settings-routes';
import { previewRoutes } from '@pressroom/api/delivery/preview-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { imagePresetHandlers } from './image-preset-handlers.ts';
import { imageSettingsHandlers } from './image-settings-handlers.ts';
import { previewHandlers } from './preview-handlers.ts';

export function serveDelivery(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(imagePresetRoutes, imagePresetHandlers, dependencies),
    ...companyRoutes(previewRoutes, previewHandlers, dependencies),
    ...companyRoutes(imageSettingsRoutes, imageSettingsHandlers, dependencies),
  };
}
