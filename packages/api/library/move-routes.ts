import * as z from 'zod';
import { assetResponse } from '../assets/asset-response.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, companyParams, folder, noQuery } from '../values.ts';
import {
  hasOneSelection,
  oneSelection,
  remaining,
  scopeFailures,
  selectionOrScope,
  unknownIds,
} from './asset-selection.ts';

export const moveRoutes = {
  moveAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/move',
    operationId: 'moveAssets',
    summary: 'Move assets to a folder',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ ...selectionOrScope, folder })
      .refine(hasOneSelection, oneSelection)
      .meta({ id: 'AssetMove', example: { assetIds: ['red-shoe'], folder: '/archive/' } }),
    response: {
      status: 200,
      description: 'The assets in their new folder. Ids, versions and delivery URLs stay',
      schema: z
        .strictObject({ items: z.array(assetResponse), unknown: unknownIds, remaining })
        .meta({ id: 'AssetsMoved' }),
    },
    failures: ['asset.not-found', 'asset.changed-meanwhile', 'storage.busy', ...scopeFailures],
  }),

  renameAsset: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/rename',
    operationId: 'renameAsset',
    summary: 'Give an asset another id',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z
      .strictObject({
        to: assetId.meta({ description: 'The new id; unique in the company, also in the trash' }),
        redirect: z.boolean().default(false).meta({
          description:
            'The former address keeps working for 30 days: images redirect to the new address, files and videos stay in place',
        }),
      })
      .meta({ id: 'AssetRename', example: { to: 'crimson-shoe', redirect: true } }),
    response: {
      status: 200,
      description:
        'The asset under its new id: live where it was, with its history, in the same sets. Its file keeps its extension',
      schema: z
        .strictObject({
          asset: assetResponse,
          warnings: z.array(z.string()).meta({ description: 'Assets that could not be published again' }),
        })
        .meta({ id: 'AssetRenamed' }),
    },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.id-taken',
      'asset.changed-meanwhile',
      'storage.busy',
    ],
  }),
};
