import type { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import { openapiDocument } from '@pressroom/api/openapi-document';
import type { ApiRoute } from '@pressroom/api/route';
import { publicRoutes, type RouteName, type Routes, routes } from '@pressroom/api/routes';
import {
  jsonResponse,
  type ServedRoute,
  serveResponse,
  serveRoute,
} from '../../adapters/http/handle-request.ts';
import { assetHandlers } from './assets/asset-handlers.ts';
import { derivedHandlers } from './assets/derived-handlers.ts';
import { downloadHandlers } from './assets/download-handlers.ts';
import { posterHandlers } from './assets/poster-handlers.ts';
import { publicationHandlers } from './assets/publication-handlers.ts';
import { versionHandlers } from './assets/version-handlers.ts';
import { auditHandlers } from './companies/audit-handlers.ts';
import { changeHandlers } from './companies/change-handlers.ts';
import { machineHandlers } from './companies/machine-handlers.ts';
import { memberHandlers } from './companies/member-handlers.ts';
import { overviewHandlers } from './companies/overview-handlers.ts';
import { serveMe } from './companies/serve-me.ts';
import { serveToken } from './companies/serve-token.ts';
import { serverHandlers } from './companies/server-handlers.ts';
import { settingsHandlers } from './companies/settings-handlers.ts';
import { usageHandlers } from './companies/usage-handlers.ts';
import { imagePresetHandlers } from './delivery/image-preset-handlers.ts';
import { imageSettingsHandlers } from './delivery/image-settings-handlers.ts';
import { previewHandlers } from './delivery/preview-handlers.ts';
import type { Dependencies } from './dependencies.ts';
import type { Handler, HandlersOf } from './handler-types.ts';
import { jobHandlers } from './jobs/job-handlers.ts';
import { jobLogHandlers } from './jobs/job-log-handlers.ts';
import { planHandlers } from './jobs/plan-handlers.ts';
import { folderHandlers } from './library/folder-handlers.ts';
import { metadataHandlers } from './library/metadata-handlers.ts';
import { moveHandlers } from './library/move-handlers.ts';
import { searchHandlers } from './library/search-handlers.ts';
import { trashHandlers } from './library/trash-handlers.ts';
import { notificationHandlers } from './notifications/notification-handlers.ts';
import { scheduleHandlers } from './schedules/schedule-handlers.ts';
import { triggerHandlers } from './schedules/trigger-handlers.ts';
import { serveTrigger } from './schedules/trigger-job.ts';
import { presetHandlers } from './sets/preset-handlers.ts';
import { setHandlers } from './sets/set-handlers.ts';
import { uploadHandlers } from './uploads/upload-handlers.ts';
import { withSealedCursors } from './with-sealed-cursors.ts';

/** The routes that the function invalidate-cdn serves. */
type ServedElsewhere = keyof typeof invalidationRoutes;

const handlers = {
  ...assetHandlers,
  ...publicationHandlers,
  ...versionHandlers,
  ...downloadHandlers,
  ...derivedHandlers,
  ...posterHandlers,
  ...setHandlers,
  ...presetHandlers,
  ...imagePresetHandlers,
  ...previewHandlers,
  ...imageSettingsHandlers,
  ...uploadHandlers,
  ...folderHandlers,
  ...moveHandlers,
  ...metadataHandlers,
  ...searchHandlers,
  ...trashHandlers,
  ...jobHandlers,
  ...jobLogHandlers,
  ...planHandlers,
  ...scheduleHandlers,
  ...triggerHandlers,
  ...notificationHandlers,
  ...settingsHandlers,
  ...serverHandlers,
  ...memberHandlers,
  ...machineHandlers,
  ...auditHandlers,
  ...changeHandlers,
  ...overviewHandlers,
  ...usageHandlers,
} satisfies HandlersOf<Omit<Routes, ServedElsewhere>>;

/** Every route of this function. */
export function servedRoutes(dependencies: Dependencies): ServedRoute[] {
  return [
    ...Object.entries(handlers).map(([name, handler]) =>
      // The map above pairs each route with its handler.
      served(routes[name as RouteName], handler as unknown as Handler<ApiRoute>, dependencies),
    ),
    serveTrigger(dependencies),
    serveMe(dependencies),
    serveToken(dependencies),
    serveOpenapi(),
  ];
}

function served(route: ApiRoute, handler: Handler<ApiRoute>, dependencies: Dependencies): ServedRoute {
  if (typeof handler === 'function') {
    const handle = withSealedCursors(route, handler);
    return serveRoute(route, (request) => handle(request, dependencies));
  }
  if ('respond' in handler) return serveResponse(route, (request) => handler.respond(request, dependencies));
  const handle = withSealedCursors(route, handler.handle);
  return serveRoute(route, (request) => handle(request, dependencies), handler.headersOf);
}

function serveOpenapi(): ServedRoute {
  let document: string | undefined;
  return {
    ...publicRoutes.readOpenapi,
    respond: async () => {
      document ??= JSON.stringify(openapiDocument());
      return { ...jsonResponse(200, {}, { 'cache-control': 'public, max-age=300' }), body: document };
    },
  };
}
