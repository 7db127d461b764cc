import * as z from 'zod';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { publishOutcomes } from '../../../domain/assets/publish-step.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { defineRoute } from '../route.ts';
import {
  assetId,
  assetParams,
  assetResponse,
  company,
  companyParams,
  noQuery,
  page,
  pageOf,
} from '../values.ts';

/** Publishing and withdrawing by hand, what it would do, and in which sets an asset appears. */

export const dryRun = z
  .boolean()
  .default(false)
  .meta({ description: 'Do nothing, and tell what would be done and what it would cost' });

const count = z.int().min(0);
const serverList = z.array(z.enum(servers));

/** Assets that one call names. */
export const maxAssetsPerCall = 1_000;

/** Assets that the answer to a dry run lists. At 120 bytes each a megabyte: a function may answer 6. */
export const maxListed = 10_000;

const assetIds = z
  .array(assetId)
  .min(1, 'must name at least one asset')
  .max(maxAssetsPerCall, `must name at most ${maxAssetsPerCall} assets`)
  .meta({ description: 'Ids of assets' });

export const partial = z.boolean().default(false).meta({
  description:
    'Do it for those that can be had, and tell of each other one why not. Without it one unknown id refuses all',
});

export const dryRunResponse = z
  .strictObject({
    dryRun: z.literal(true),
    complete: z
      .boolean()
      .meta({ description: 'False where the time was up before everything was looked at' }),
    assets: z
      .array(
        z.strictObject({
          id: z.string(),
          type: z.enum(assetTypes).optional(),
          action: z.enum(['publish', 'withdraw', 'mark', 'hold', 'none', 'refuse']),
          servers: serverList,
          bytes: count,
          message: z.string().optional().meta({ description: 'Why nothing is done' }),
        }),
      )
      .meta({ description: `In the order of the work, at most ${maxListed}` }),
    leftOut: count.meta({ description: 'Assets that are counted and not listed' }),
    totals: z.strictObject({
      assets: count.meta({ description: 'On which something is done' }),
      copies: count,
      deletes: count,
      writeUnits: count,
      readUnits: count,
      bytes: count,
      invalidations: count,
      estimatedCostUsd: z.number().min(0).meta({ description: 'From list prices in us-east-1' }),
    }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'DryRun' });

const publishResult = z.strictObject({
  id: z.string(),
  outcome: z.enum([...publishOutcomes, 'not-found']),
  servers: serverList,
  message: z.string(),
});

const withdrawResult = z.strictObject({
  id: z.string(),
  outcome: z.enum(['unpublished', 'not-live', 'error', 'not-reached', 'not-found']),
  servers: serverList.meta({ description: 'Where it was live' }),
  message: z.string(),
});

const warnings = z
  .array(z.string())
  .meta({ description: 'Published sets that show what was withdrawn, and have a hole now' });

const complete = z.boolean().meta({ description: 'False where some were not reached: call it again' });

const oneBody = z.strictObject({ dryRun }).prefault({});

export const publicationRoutes = {
  publishAsset: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/publish',
    operationId: 'publishAsset',
    summary: 'Publish an asset at once, with its members and derived images',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: oneBody,
    response: {
      status: 200,
      description: 'The asset, live, and what became of everything that belongs to it',
      schema: z
        .strictObject({ ...assetResponse.shape, results: z.array(publishResult) })
        .meta({ id: 'PublishedAsset' }),
    },
    dryRun: { status: 200, description: 'What would be done', schema: dryRunResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.not-publishable',
      'asset.changed-meanwhile',
      'publication.not-finished',
      'storage.busy',
    ],
  }),

  unpublishAsset: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/unpublish',
    operationId: 'unpublishAsset',
    summary: 'Withdraw an asset from all servers and flush it from the CDN',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: oneBody,
    response: {
      status: 200,
      description: 'The asset, held',
      schema: z.strictObject({ ...assetResponse.shape, warnings }).meta({ id: 'WithdrawnAsset' }),
    },
    dryRun: { status: 200, description: 'What would be done', schema: dryRunResponse },
    failures: ['asset.not-found', 'asset.trashed', 'asset.changed-meanwhile'],
  }),

  publishAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/publish',
    operationId: 'publishAssets',
    summary: 'Publish many assets at once, each with its members and derived images',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ assetIds, partial, dryRun })
      .meta({ id: 'AssetsToPublish', example: { assetIds: ['red-shoe', 'shoes'] } }),
    response: {
      status: 200,
      description:
        'What became of each: first those that were named, then what went live with them. Works for 20 seconds',
      schema: z.strictObject({ complete, results: z.array(publishResult) }).meta({ id: 'PublishedAssets' }),
    },
    dryRun: { status: 200, description: 'What would be done', schema: dryRunResponse },
    failures: ['asset.not-found', 'asset.trashed'],
  }),

  unpublishAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/unpublish',
    operationId: 'unpublishAssets',
    summary: 'Withdraw many assets from all servers and flush them from the CDN',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ assetIds, partial, dryRun })
      .meta({ id: 'AssetsToUnpublish', example: { assetIds: ['red-shoe'] } }),
    response: {
      status: 200,
      description: 'What became of each. Their members stay as they are. Works for 20 seconds',
      schema: z
        .strictObject({ complete, results: z.array(withdrawResult), warnings })
        .meta({ id: 'WithdrawnAssets' }),
    },
    dryRun: { status: 200, description: 'What would be done', schema: dryRunResponse },
    failures: ['asset.not-found', 'asset.trashed'],
  }),

  listSetsOfAsset: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/sets',
    operationId: 'listSetsOfAsset',
    summary: 'List the sets in which an asset appears',
    role: 'viewer',
    params: z.strictObject({ company, id: assetId }),
    query: z.strictObject(page),
    response: {
      status: 200,
      description: 'A page of sets, by id',
      schema: pageOf(
        z
          .strictObject({
            id: z.string(),
            type: z.enum(assetTypes),
            places: z.int().min(1).meta({ description: 'How often it appears there' }),
            published: z.boolean(),
            trashed: z.boolean(),
          })
          .meta({ id: 'SetOfAsset' }),
      ),
    },
    failures: ['asset.not-found'],
  }),
};
