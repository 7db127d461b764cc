import * as z from 'zod';
import { defineRoute } from '../route.ts';
import { assetId, company, companyParams, noQuery, time } from '../values.ts';

const invalidationResponse = z
  .strictObject({
    id: z.string(),
    status: z.enum(['in-progress', 'completed']),
    assets: z.array(z.string()),
    submitted: time,
    submittedBy: z.string(),
  })
  .meta({ id: 'Invalidation' });

export const invalidationRoutes = {
  invalidateCdn: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/cdn-invalidations',
    operationId: 'invalidateCdn',
    summary: 'Invalidate published assets on the CDN',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        assetIds: z
          .array(assetId)
          .min(1, 'must name at least one asset')
          .max(1_000, 'must name at most 1000 assets')
          .meta({ description: 'Ids of assets' }),
      })
      .meta({ id: 'NewInvalidation', example: { assetIds: ['red-shoe'] } }),
    response: { status: 202, description: 'The invalidation, in progress', schema: invalidationResponse },
    failures: ['asset.not-found', 'asset.not-published', 'storage.busy'],
    audit: { kind: 'invalidations', subject: { in: 'body', name: 'assetIds' } },
  }),

  readInvalidation: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/cdn-invalidations/{id}',
    operationId: 'readInvalidation',
    summary: 'Read the state of a CDN invalidation',
    role: 'admin',
    params: z.strictObject({
      company,
      id: z.string().min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
    }),
    query: noQuery,
    response: { status: 200, description: 'The invalidation', schema: invalidationResponse },
    failures: ['invalidation.not-found'],
  }),
};
