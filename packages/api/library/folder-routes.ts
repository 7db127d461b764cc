import * as z from 'zod';
import { maxSelectedAssets } from '../../../domain/library/limits.ts';
import { defineRoute } from '../route.ts';
import {
  assetId,
  assetParams,
  assetResponse,
  companyParams,
  count,
  folder,
  noQuery,
  page,
  pageOf,
} from '../values.ts';

/** Folders, and where assets are: moving and renaming. */

export const folderResponse = z
  .strictObject({
    path: z.string(),
    name: z.string().meta({ description: 'Its last part; empty for the root' }),
  })
  .meta({ id: 'Folder', example: { path: '/autumn/shoes/', name: 'shoes' } });

/** Of a route that works on many: it ends before API Gateway does. */
export const remaining = z.boolean().meta({
  description: 'The time was up before all was done: make the same call again until this is false',
});

export const assetSelection = {
  assetIds: z
    .array(assetId)
    .min(1, 'must name at least one asset')
    .max(maxSelectedAssets, `must name at most ${maxSelectedAssets} assets`)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name an asset twice')
    .meta({ description: 'Ids of assets' }),
  partial: z.boolean().default(false).meta({
    description: 'Do what can be done where some of the assets do not exist; else nothing is done then',
  }),
};

export const unknownIds = z.array(z.string()).meta({ description: 'With `partial`: ids that do not exist' });

const existing = folder.refine((path) => path !== '/', 'must not be the root');

export const folderRoutes = {
  createFolder: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/folders',
    operationId: 'createFolder',
    summary: 'Make a folder, and those it lies in',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z.strictObject({ path: existing }).meta({ id: 'NewFolder', example: { path: '/autumn/shoes/' } }),
    response: {
      status: 201,
      description: 'The folder, also where it was there before',
      schema: folderResponse,
    },
    failures: [],
  }),

  listFolders: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/folders',
    operationId: 'listFolders',
    summary: 'List the folders right below one',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject({ ...page, parent: folder.default('/') }),
    response: {
      status: 200,
      description: 'A page of folders, in the order of their characters',
      schema: pageOf(folderResponse),
    },
    failures: ['folder.not-found'],
  }),

  moveFolder: defineRoute({
    method: 'PATCH',
    path: '/v1/companies/{company}/folders',
    operationId: 'moveFolder',
    summary: 'Move or rename a folder with all that is in it',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        from: existing,
        to: existing.meta({ description: 'The new path. There must be no such folder yet' }),
      })
      .meta({ id: 'FolderMove', example: { from: '/autumn/shoes/', to: '/archive/shoes/' } }),
    response: {
      status: 200,
      description:
        'What was moved. Ids, versions and delivery URLs stay; on Server Directory the path is the address',
      schema: z.strictObject({ moved: count, remaining }).meta({ id: 'FolderMoved' }),
    },
    failures: ['folder.not-found', 'folder.refused', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  deleteFolder: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/folders',
    operationId: 'deleteFolder',
    summary: 'Delete a folder: all that is in it and below goes to the trash',
    role: 'user',
    params: companyParams,
    query: z.strictObject({ path: existing }),
    response: {
      status: 200,
      description: 'What went to the trash',
      schema: z
        .strictObject({
          trashed: count,
          warnings: z.array(z.string()).meta({ description: 'Live sets that have a hole now' }),
          remaining,
        })
        .meta({ id: 'FolderDeleted' }),
    },
    failures: ['folder.not-found', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  moveAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/move',
    operationId: 'moveAssets',
    summary: 'Move assets to a folder',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ ...assetSelection, folder })
      .meta({ id: 'AssetMove', example: { assetIds: ['red-shoe'], folder: '/archive/' } }),
    response: {
      status: 200,
      description: 'The assets in their new folder. Ids, versions and delivery URLs stay',
      schema: z
        .strictObject({ items: z.array(assetResponse), unknown: unknownIds, remaining })
        .meta({ id: 'AssetsMoved' }),
    },
    failures: ['asset.not-found', 'asset.changed-meanwhile', 'storage.busy'],
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
            'The former address leads to the new one for 30 days: images by a redirect, files and video by staying as they are',
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
          warnings: z.array(z.string()).meta({ description: 'What could not be put live again' }),
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
