import * as z from 'zod';
import { presetNamePattern } from '../../../domain/delivery/image-preset.ts';
import { queryScope } from '../jobs/publish-options.ts';
import { defineRoute } from '../route.ts';
import { assetId, company, companyParams, count, noQuery, page, pageOf, time } from '../values.ts';

const cost = (description: string) => z.number().min(0).meta({ description, example: 0.005 });

const invalidationResponse = z
  .strictObject({
    id: z.string(),
    status: z.enum(['in-progress', 'completed']),
    by: z.enum(['assets', 'urls', 'preset', 'scope']).meta({ description: 'What the request named' }),
    assets: z.array(z.string()).meta({ description: 'The first 100 invalidated assets' }),
    assetCount: count.meta({ description: 'The number of invalidated assets' }),
    preset: z.string().optional().meta({ description: 'The image preset whose images were invalidated' }),
    tags: count.meta({ description: 'Cache tags that CloudFront charges for. Above 500 assets it is one' }),
    maxCostUsd: cost('US dollars, if none of the free tags of the month is left'),
    submitted: time,
    submittedBy: z.string(),
    completedAt: time
      .optional()
      .meta({ description: 'When it was first seen to have reached all edges: read it every few seconds' }),
  })
  .meta({ id: 'Invalidation' });

const maxAtOnce = 1_000;
const selections = ['assetIds', 'urls', 'preset', 'scope'] as const;

const newInvalidation = z
  .strictObject({
    assetIds: z
      .array(assetId)
      .min(1, 'must name at least one asset')
      .max(maxAtOnce, 'must name at most 1000 assets')
      .optional()
      .meta({ description: 'Ids of assets' }),
    urls: z
      .array(z.string().min(1, 'must not be empty').max(8_192, 'must have at most 8192 characters'))
      .min(1, 'must name at least one URL')
      .max(maxAtOnce, 'must name at most 1000 URLs')
      .optional()
      .meta({
        description:
          'Delivery URLs of the company, with or without the host. The assets that they name are invalidated in all variants',
      }),
    preset: z
      .string()
      .regex(presetNamePattern, 'must be the name of an image preset')
      .optional()
      .meta({ description: 'Name of an image preset: every image that was made with it is invalidated' }),
    scope: queryScope.optional().meta({
      description: 'Every published asset that a search finds. Any number: above 500 it is one tag',
    }),
  })
  .refine(
    (body) => selections.filter((name) => body[name] !== undefined).length === 1,
    'must have exactly one of assetIds, urls, preset and scope',
  )
  .meta({ id: 'NewInvalidation', example: { assetIds: ['red-shoe'] } });

export const invalidationRoutes = {
  invalidateCdn: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/cdn-invalidations',
    operationId: 'invalidateCdn',
    summary: 'Remove published assets from the CDN cache: by id, by URL, by image preset or by a search',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: newInvalidation,
    response: { status: 202, description: 'The invalidation, in progress', schema: invalidationResponse },
    failures: [
      'asset.not-found',
      'asset.not-published',
      'preset.not-found',
      'scope.changed',
      'search.not-ready',
      'storage.busy',
    ],
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

  listInvalidations: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/cdn-invalidations',
    operationId: 'listInvalidations',
    summary: 'List CDN invalidations, newest first, and what this month has used',
    role: 'admin',
    params: companyParams,
    query: z.strictObject({
      limit: page.limit,
      // Not signed like those of other lists: it is the id of an invalidation that the list shows.
      cursor: z
        .string()
        .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'is not one that this list gave')
        .optional()
        .meta({ description: 'The `next` of the previous page' }),
    }),
    response: {
      status: 200,
      description: 'A page of invalidations',
      schema: pageOf(invalidationResponse)
        .extend({
          month: z
            .strictObject({
              month: z.string().meta({ description: 'Year and month, UTC', example: '2026-11' }),
              tags: count.meta({
                description:
                  'Cache tags of this company that were invalidated, also automatically after an asset was unpublished',
              }),
              freeTags: count.meta({
                description: 'Tags and paths that are free in a month for the whole AWS account',
              }),
              minCostUsd: cost('US dollars, if only this company used the free tags'),
              maxCostUsd: cost('US dollars, if others used all of the free tags'),
            })
            .meta({ id: 'InvalidationMonth' }),
        })
        .meta({ id: 'Invalidations' }),
    },
    failures: [],
  }),
};
