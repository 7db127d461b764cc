import * as z from 'zod';
import { defineRoute } from '../route.ts';
import { assetParams, count, time } from '../values.ts';

/** Original files. */

export const downloadRoutes = {
  downloadAsset: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/download',
    operationId: 'downloadAsset',
    summary: 'Get a URL that downloads the original file of an asset, or that of an earlier version',
    role: 'viewer',
    params: assetParams,
    query: z.strictObject({
      version: z.coerce
        .number('must be the number of a version')
        .int('must be a whole number')
        .min(1, 'must be at least 1')
        .max(9_999_999_999, 'must have at most 10 digits')
        .optional()
        .meta({ description: 'Number of the version. Default: the current one', example: 2 }),
    }),
    response: {
      status: 200,
      description: 'The URL, valid for 10 minutes. Everyone who has it can use it',
      schema: z
        .strictObject({
          url: z.url(),
          expires: time,
          fileName: z.string().meta({ description: 'The name that a browser saves it under' }),
          version: z.int().min(1),
          type: z.string().meta({ description: 'MIME type of the file' }),
          bytes: count,
        })
        .meta({ id: 'AssetDownload' }),
    },
    failures: ['asset.not-found', 'asset.no-file', 'version.not-found'],
  }),
};
