import { scheduleRoutes } from '@pressroom/api/schedules/schedule-routes';
import { triggerRoutes } from '@pressroom/api/schedules/trigger-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { scheduleHandlers } from './schedule-handlers.ts';
import { triggerHandlers } from './trigger-handlers.ts';
import { serveTrigger } from './trigger-job.ts';

export function serveSchedules(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(scheduleRoutes, scheduleHandlers, dependencies),
    ...companyRoutes(triggerRoutes, triggerHandlers, dependencies),
    triggerJob: serveTrigger(dependencies),
  };
}
