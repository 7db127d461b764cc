import * as z from 'zod';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, company, count, noBody, noQuery, page, pageOf, time } from '../values.ts';
import { assetResponse, sha256Fact, sha256PartBytesFact } from './asset-response.ts';

/** The versions of an asset, and the way back to one. */

const versionResponse = z
  .strictObject({
    version: z.int().min(1),
    current: z.boolean(),
    liveOn: z.array(z.enum(servers)).meta({ description: 'Servers on which this version is live' }),
    at: time.meta({ description: 'Time when it was made' }),
    by: z.string().meta({ description: 'Subject of the member who made it' }),
    type: z.enum(assetTypes),
    mimeType: z.string(),
    bytes: count,
    width: z.int().min(1).optional(),
    height: z.int().min(1).optional(),
    sha256: sha256Fact,
    sha256PartBytes: sha256PartBytesFact,
    fileName: z.string(),
    uploadJobId: z.string().optional(),
    recipe: z.string().optional(),
    memberCount: count.optional(),
    thumbnailUrl: assetResponse.shape.thumbnailUrl,
    previewUrl: assetResponse.shape.previewUrl,
    rollbackOf: z.int().min(1).optional().meta({ description: 'The version whose content it restored' }),
  })
  .meta({ id: 'Version' });

export const versionRoutes = {
  listVersions: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/versions',
    operationId: 'listVersions',
    summary: 'List the versions of an asset, newest first',
    role: 'viewer',
    params: assetParams,
    query: z.strictObject(page),
    response: { status: 200, description: 'A page of versions', schema: pageOf(versionResponse) },
    failures: ['asset.not-found'],
  }),

  publishVersion: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/versions/{version}/publish',
    operationId: 'publishVersion',
    summary: 'Restore the content of an earlier version as a new version, and publish it at once',
    role: 'user',
    params: z.strictObject({
      company,
      id: assetId,
      version: z.coerce
        .number('must be the number of a version')
        .int('must be a whole number')
        .min(1, 'must be at least 1')
        .max(9_999_999_999, 'must have at most 10 digits')
        .meta({ description: 'Number of the version', example: 2 }),
    }),
    query: noQuery,
    ifMatch: true,
    body: noBody,
    response: {
      status: 200,
      description: 'The asset, in its new version, live. Of the current version: the asset, live, as it is',
      schema: z
        .strictObject({
          ...assetResponse.shape,
          warnings: z
            .array(z.string())
            .meta({ description: 'Assets that did not go live with it, with the reason' }),
        })
        .meta({ id: 'VersionTakenUp' }),
    },
    failures: [
      'asset.not-found',
      'asset.stale',
      'asset.trashed',
      'asset.changed-meanwhile',
      'version.not-found',
      'version.refused',
      'storage.busy',
    ],
  }),
};
