import { notificationRoutes } from '@pressroom/api/notifications/notification-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { notificationHandlers } from './notification-handlers.ts';

export function serveNotifications(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(notificationRoutes, notificationHandlers, dependencies),
  };
}
