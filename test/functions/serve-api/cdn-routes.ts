import { routes } from '@pressroom/api/routes';
import { serveRoute } from '../../../adapters/http/handle-request.ts';
import { now } from './api-records.ts';

const invalidation = {
  id: 'i1',
  status: 'completed' as const,
  by: 'assets' as const,
  assets: ['a'],
  assetCount: 1,
  tags: 1,
  maxCostUsd: 0.005,
  submitted: now,
  submittedBy: 'admin',
};
/** Routes that a function of their own serves, with made-up responses. */
export const cdnRoutes = [
  serveRoute(routes.invalidateCdn, async () => invalidation),
  serveRoute(routes.readInvalidation, async () => invalidation),
  serveRoute(routes.listInvalidations, async () => ({
    items: [invalidation],
    month: { month: '2026-11', tags: 1, freeTags: 1_000, minCostUsd: 0, maxCostUsd: 0.005 },
  })),
];
