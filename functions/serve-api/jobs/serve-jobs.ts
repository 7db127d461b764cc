import { actionRoutes } from '@pressroom/api/jobs/action-routes';
import { jobLogRoutes } from '@pressroom/api/jobs/job-log-routes';
import { jobRoutes } from '@pressroom/api/jobs/job-routes';
import { planRoutes } from '@pressroom/api/jobs/plan-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { actionHandlers } from './action-handlers.ts';
import { jobHandlers } from './job-handlers.ts';
import { jobLogHandlers } from './job-log-handlers.ts';
import { planHandlers } from './plan-handlers.ts';

export function serveJobs(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(jobRoutes, jobHandlers, dependencies),
    ...companyRoutes(actionRoutes, actionHandlers, dependencies),
    ...companyRoutes(jobLogRoutes, jobLogHandlers, dependencies),
    ...companyRoutes(planRoutes, planHandlers, dependencies),
  };
}
