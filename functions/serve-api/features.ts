import type { RoutesByName } from './company-routes.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * The features of the API. A feature is loaded with the first request for one of its routes, because contract and handlers of
 * all of them would be a third of each cold start: docs/decisions/0042-the-api-loads-a-feature-when-it-is-asked-for.md.
 */
export const features = {
  assets: () => import('./assets/serve-assets.ts').then(({ serveAssets }) => serveAssets),
  companies: () => import('./companies/serve-companies.ts').then(({ serveCompanies }) => serveCompanies),
  delivery: () => import('./delivery/serve-delivery.ts').then(({ serveDelivery }) => serveDelivery),
  jobs: () => import('./jobs/serve-jobs.ts').then(({ serveJobs }) => serveJobs),
  library: () => import('./library/serve-library.ts').then(({ serveLibrary }) => serveLibrary),
  notifications: () =>
    import('./notifications/serve-notifications.ts').then(({ serveNotifications }) => serveNotifications),
  schedules: () => import('./schedules/serve-schedules.ts').then(({ serveSchedules }) => serveSchedules),
  sets: () => import('./sets/serve-sets.ts').then(({ serveSets }) => serveSets),
  uploads: () => import('./uploads/serve-uploads.ts').then(({ serveUploads }) => serveUploads),
  openapi: () => import('./serve-openapi.ts').then(({ serveOpenapi }) => serveOpenapi),
} satisfies Readonly<Record<string, () => Promise<(dependencies: Dependencies) => RoutesByName>>>;

export type FeatureName = keyof typeof features;
