import { auditRoutes } from '@pressroom/api/companies/audit-routes';
import { changeRoutes } from '@pressroom/api/companies/change-routes';
import { machineRoutes } from '@pressroom/api/companies/machine-routes';
import { memberRoutes } from '@pressroom/api/companies/member-routes';
import { overviewRoutes } from '@pressroom/api/companies/overview-routes';
import { serverRoutes } from '@pressroom/api/companies/server-routes';
import { settingsRoutes } from '@pressroom/api/companies/settings-routes';
import { usageRoutes } from '@pressroom/api/companies/usage-routes';
import { companyRoutes, type RoutesByName } from '../company-routes.ts';
import type { Dependencies } from '../dependencies.ts';
import { auditHandlers } from './audit-handlers.ts';
import { changeHandlers } from './change-handlers.ts';
import { machineHandlers } from './machine-handlers.ts';
import { memberHandlers } from './member-handlers.ts';
import { overviewHandlers } from './overview-handlers.ts';
import { serveMe } from './serve-me.ts';
import { serveToken } from './serve-token.ts';
import { serverHandlers } from './server-handlers.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { usageHandlers } from './usage-handlers.ts';

export function serveCompanies(dependencies: Dependencies): RoutesByName {
  return {
    ...companyRoutes(settingsRoutes, settingsHandlers, dependencies),
    ...companyRoutes(serverRoutes, serverHandlers, dependencies),
    ...companyRoutes(memberRoutes, memberHandlers, dependencies),
    ...companyRoutes(machineRoutes, machineHandlers, dependencies),
    ...companyRoutes(auditRoutes, auditHandlers, dependencies),
    ...companyRoutes(changeRoutes, changeHandlers, dependencies),
    ...companyRoutes(overviewRoutes, overviewHandlers, dependencies),
    ...companyRoutes(usageRoutes, usageHandlers, dependencies),
    readMe: serveMe(dependencies),
    exchangeToken: serveToken(dependencies),
  };
}
