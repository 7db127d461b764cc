import * as z from 'zod';
import { publishOutcomes } from '../../../domain/assets/publish-step.ts';
import { servers } from '../../../domain/delivery/server.ts';
import {
  hasOneSelection,
  oneSelection,
  scopeFailures,
  selectionOrScope,
} from '../library/asset-selection.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, companyParams, noQuery, partial } from '../values.ts';
import { assetResponse } from './asset-response.ts';
import { dryRun, dryRunResponse } from './dry-run.ts';
import { liveDate } from './live-date.ts';

/** Publishing and withdrawing by hand, what it would do, and in which sets an asset appears. */

const serverList = z.array(z.enum(servers));

/** Assets that one call names. */
export const maxAssetsPerCall = 1_000;

const assetIds = z
  .array(assetId)
  .min(1, 'must name at least one asset')
  .max(maxAssetsPerCall, `must name at most ${maxAssetsPerCall} assets`)
  .meta({ description: 'Ids of assets' });

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
  .meta({ description: 'Published sets that are incomplete now, because they contain a withdrawn asset' });

const stillLive = z.array(z.string()).meta({
  description:
    'Images that are derived from a withdrawn asset and stay live. Unpublish them too if visitors must not see them',
});

const complete = z.boolean().meta({ description: 'False if some assets were not reached: call it again' });

const oneBody = z.strictObject({ dryRun }).prefault({});

export const publicationRoutes = {
  setDates: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/assets/{id}/dates',
    operationId: 'setDates',
    summary:
      'Set from when until when an asset is live, to the minute, with the images that are derived from it. What the change itself publishes or withdraws, it does within a minute',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z
      .strictObject({
        liveFrom: liveDate.meta({
          description:
            'ISO 8601 on the full minute, with Z or an offset, or without one in the time zone of the company. Null: none',
        }),
        liveUntil: liveDate.meta({ description: 'The same. It must be after liveFrom' }),
      })
      .meta({
        id: 'DatesEdit',
        example: { liveFrom: '2027-03-15T14:10', liveUntil: '2027-04-01T00:00+02:00' },
      }),
    ifMatch: true,
    response: { status: 200, description: 'The asset, in the same version', schema: assetResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.stale',
      'asset.changed-meanwhile',
      'dates.refused',
      'storage.busy',
    ],
  }),

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
      description: 'The asset, live, and the results of everything that belongs to it',
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
    summary: 'Withdraw an asset from all servers and invalidate it on the CDN',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: oneBody,
    response: {
      status: 200,
      description: 'The asset, held',
      schema: z.strictObject({ ...assetResponse.shape, warnings, stillLive }).meta({ id: 'WithdrawnAsset' }),
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
        'The result of each asset: first the named ones, then those published with them. Works for 20 seconds at most',
      schema: z.strictObject({ complete, results: z.array(publishResult) }).meta({ id: 'PublishedAssets' }),
    },
    dryRun: { status: 200, description: 'What would be done', schema: dryRunResponse },
    failures: ['asset.not-found', 'asset.trashed'],
  }),

  unpublishAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/unpublish',
    operationId: 'unpublishAssets',
    summary: 'Withdraw many assets from all servers and invalidate them on the CDN',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ assetIds: assetIds.optional(), partial, scope: selectionOrScope.scope, dryRun })
      .refine(hasOneSelection, oneSelection)
      .meta({ id: 'AssetsToUnpublish', example: { assetIds: ['red-shoe'] } }),
    response: {
      status: 200,
      description:
        'The result of each asset. Members of sets and derived images stay as they are. Works for 20 seconds at most',
      schema: z
        .strictObject({ complete, results: z.array(withdrawResult), warnings, stillLive })
        .meta({ id: 'WithdrawnAssets' }),
    },
    dryRun: { status: 200, description: 'What would be done', schema: dryRunResponse },
    failures: ['asset.not-found', 'asset.trashed', ...scopeFailures],
  }),
};
