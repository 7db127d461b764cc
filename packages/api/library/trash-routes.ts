import * as z from 'zod';
import { trashDays } from '../../../domain/library/trash.ts';
import { assetResponse } from '../assets/asset-response.ts';
import { defineRoute } from '../route.ts';
import { assetParams, companyParams, count, noQuery, page, pageOf } from '../values.ts';
import {
  assetSelection,
  hasOneSelection,
  oneSelection,
  remaining,
  scopeFailures,
  selectionOrScope,
  unknownIds,
} from './asset-selection.ts';

/** The trash. */

const warnings = z.array(z.string()).meta({
  description: 'Live sets that are incomplete now, and servers that did not withdraw an asset yet',
});

export const trashRoutes = {
  trashAsset: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/assets/{id}',
    operationId: 'trashAsset',
    summary: 'Put an asset into the trash',
    role: 'user',
    params: assetParams,
    query: noQuery,
    response: {
      status: 200,
      description: `The asset, withdrawn from all servers, and what is derived from it. Its id stays taken for ${trashDays} days`,
      schema: z
        .strictObject({
          asset: assetResponse,
          derived: z.array(z.string()).meta({ description: 'Derived images that went with it' }),
          warnings,
        })
        .meta({ id: 'TrashedAsset' }),
    },
    failures: ['asset.not-found', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  trashAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/trash',
    operationId: 'trashAssets',
    summary: 'Put assets into the trash',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject(selectionOrScope)
      .refine(hasOneSelection, oneSelection)
      .meta({ id: 'AssetsToTrash', example: { assetIds: ['red-shoe'] } }),
    response: {
      status: 200,
      description:
        'The assets that went to the trash, including derived images. Assets already in the trash stay as they are',
      schema: z
        .strictObject({
          trashed: z.array(z.string()),
          warnings,
          unknown: unknownIds,
          remaining,
        })
        .meta({ id: 'TrashedAssets' }),
    },
    failures: ['asset.not-found', 'asset.changed-meanwhile', 'storage.busy', ...scopeFailures],
  }),

  listTrash: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/trash',
    operationId: 'listTrash',
    summary: 'List the assets in the trash, by id',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject(page),
    response: {
      status: 200,
      description: 'A page of assets, each with its days until it is removed for good',
      schema: pageOf(
        z
          .strictObject({ asset: assetResponse, daysLeft: z.int().min(0).max(trashDays) })
          .meta({ id: 'TrashItem' }),
      ),
    },
    failures: [],
  }),

  restoreAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/trash/restore',
    operationId: 'restoreAssets',
    summary: 'Restore assets from the trash',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z.strictObject(assetSelection).meta({ id: 'AssetsToRestore', example: { assetIds: ['red-shoe'] } }),
    response: {
      status: 200,
      description:
        'The restored assets, including derived images. Assets with the intent `live` are live again, except for incomplete sets',
      schema: z
        .strictObject({
          items: z.array(assetResponse),
          warnings: z.array(z.string()).meta({ description: 'Assets that could not be published again' }),
          unknown: unknownIds,
          remaining,
        })
        .meta({ id: 'RestoredAssets' }),
    },
    failures: ['asset.not-found', 'asset.trashed', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  emptyTrash: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/trash/empty',
    operationId: 'emptyTrash',
    summary: 'Permanently delete assets from the trash',
    role: 'user',
    rights:
      'Users delete only assets that they uploaded or built themselves, with the images that are derived from them; admins delete all.',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        assetIds: assetSelection.assetIds
          .optional()
          .meta({ description: 'Default: everything in the trash that you may delete' }),
        partial: assetSelection.partial,
      })
      .prefault({})
      .meta({ id: 'TrashToEmpty', example: { assetIds: ['red-shoe'] } }),
    response: {
      status: 200,
      description:
        'The number of deleted assets. Their versions and history are deleted too and cannot be restored',
      schema: z
        .strictObject({
          purged: count,
          ids: z
            .array(z.string())
            .meta({ description: 'Ids of the deleted assets, derived images included' }),
          unknown: unknownIds,
          adminOnly: z.array(z.string()).optional().meta({
            description: 'With `partial`: ids of assets of other members, which only an admin can delete',
          }),
          remaining,
        })
        .meta({ id: 'EmptiedTrash' }),
    },
    failures: ['asset.not-found', 'asset.changed-meanwhile', 'storage.busy'],
    audit: { kind: 'purges', subject: { in: 'body', name: 'assetIds' }, result: 'ids' },
  }),
};
