import * as z from 'zod';
import { defineRoute } from '../route.ts';
import { companyParams, count, folder, noQuery, page, pageOf } from '../values.ts';
import { remaining } from './asset-selection.ts';

/** Folders, and where assets are: moving and renaming. */

export const folderResponse = z
  .strictObject({
    path: z.string(),
    name: z.string().meta({ description: 'Its last part; empty for the root' }),
  })
  .meta({ id: 'Folder', example: { path: '/autumn/shoes/', name: 'shoes' } });

const existing = folder.refine((path) => path !== '/', 'must not be the root');

export const folderRoutes = {
  createFolder: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/folders',
    operationId: 'createFolder',
    summary: 'Make a folder and its parent folders',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z.strictObject({ path: existing }).meta({ id: 'NewFolder', example: { path: '/autumn/shoes/' } }),
    response: {
      status: 201,
      description: 'The folder, even if it existed before',
      schema: folderResponse,
    },
    failures: [],
  }),

  listFolders: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/folders',
    operationId: 'listFolders',
    summary: 'List the folders directly below a folder',
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
    summary: 'Move or rename a folder with everything in it',
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
        'The number of moved assets. Ids, versions and delivery URLs stay; on Server Directory the path is the address',
      schema: z.strictObject({ moved: count, remaining }).meta({ id: 'FolderMoved' }),
    },
    failures: ['folder.not-found', 'folder.refused', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  deleteFolder: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/folders',
    operationId: 'deleteFolder',
    summary: 'Delete a folder: everything in it and below it goes to the trash',
    role: 'user',
    params: companyParams,
    query: z.strictObject({ path: existing }),
    response: {
      status: 200,
      description: 'The number of assets that went to the trash',
      schema: z
        .strictObject({
          trashed: count,
          warnings: z.array(z.string()).meta({
            description: 'Live sets that are incomplete now, and servers that did not withdraw an asset yet',
          }),
          remaining,
        })
        .meta({ id: 'FolderDeleted' }),
    },
    failures: ['folder.not-found', 'asset.changed-meanwhile', 'storage.busy'],
  }),
};
