import { assetRoutes } from './assets/asset-routes.ts';
import { derivedRoutes } from './assets/derived-routes.ts';
import { downloadRoutes } from './assets/download-routes.ts';
import { posterRoutes } from './assets/poster-routes.ts';
import { publicationRoutes } from './assets/publication-routes.ts';
import { versionRoutes } from './assets/version-routes.ts';
import { auditRoutes } from './companies/audit-routes.ts';
import { changeRoutes } from './companies/change-routes.ts';
import { machineRoutes, publicTokenRoutes } from './companies/machine-routes.ts';
import { meRoutes } from './companies/me-routes.ts';
import { memberRoutes } from './companies/member-routes.ts';
import { overviewRoutes } from './companies/overview-routes.ts';
import { serverRoutes } from './companies/server-routes.ts';
import { settingsRoutes } from './companies/settings-routes.ts';
import { usageRoutes } from './companies/usage-routes.ts';
import { imagePresetRoutes } from './delivery/image-preset-routes.ts';
import { imageSettingsRoutes } from './delivery/image-settings-routes.ts';
import { invalidationRoutes } from './delivery/invalidation-routes.ts';
import { previewRoutes } from './delivery/preview-routes.ts';
import { actionRoutes } from './jobs/action-routes.ts';
import { jobLogRoutes } from './jobs/job-log-routes.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import { planRoutes } from './jobs/plan-routes.ts';
import { folderRoutes } from './library/folder-routes.ts';
import { metadataRoutes } from './library/metadata-routes.ts';
import { moveRoutes } from './library/move-routes.ts';
import { searchRoutes } from './library/search-routes.ts';
import { trashRoutes } from './library/trash-routes.ts';
import { notificationRoutes } from './notifications/notification-routes.ts';
import { openapiRoutes } from './openapi-routes.ts';
import { scheduleRoutes } from './schedules/schedule-routes.ts';
import { publicTriggerRoutes, triggerRoutes } from './schedules/trigger-routes.ts';
import { presetRoutes } from './sets/preset-routes.ts';
import { setRoutes } from './sets/set-routes.ts';
import { uploadRoutes } from './uploads/upload-routes.ts';

/** Every route for members of a company, by its operation id. */
export const routes = {
  ...assetRoutes,
  ...publicationRoutes,
  ...versionRoutes,
  ...downloadRoutes,
  ...derivedRoutes,
  ...posterRoutes,
  ...setRoutes,
  ...presetRoutes,
  ...imagePresetRoutes,
  ...imageSettingsRoutes,
  ...uploadRoutes,
  ...folderRoutes,
  ...moveRoutes,
  ...metadataRoutes,
  ...searchRoutes,
  ...trashRoutes,
  ...jobRoutes,
  ...actionRoutes,
  ...jobLogRoutes,
  ...planRoutes,
  ...scheduleRoutes,
  ...triggerRoutes,
  ...notificationRoutes,
  ...invalidationRoutes,
  ...previewRoutes,
  ...settingsRoutes,
  ...serverRoutes,
  ...memberRoutes,
  ...machineRoutes,
  ...auditRoutes,
  ...changeRoutes,
  ...overviewRoutes,
  ...usageRoutes,
};

/** Every route for everybody who is signed in. */
export const signedInRoutes = { ...meRoutes };

/** Every route that needs no token of a user. */
export const publicRoutes = { ...publicTriggerRoutes, ...publicTokenRoutes, ...openapiRoutes };

export type Routes = typeof routes;
export type RouteName = keyof Routes;
