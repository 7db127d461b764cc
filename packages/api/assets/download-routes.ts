import * as z from 'zod';
import { maxZipFiles } from '../../../domain/library/zip-download.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, companyParams, count, downloadParams, noQuery, time } from '../values.ts';

/** Original files, one by one or as a ZIP file. */

const zipDownload = z
  .strictObject({
    id: z.string(),
    status: z.enum(['writing', 'ready']).meta({
      description: '`writing`: read it again after some seconds. `ready`: it has a `url`',
    }),
    files: count.meta({ description: 'Files in the ZIP file' }),
    bytes: count.meta({ description: 'Bytes of the ZIP file' }),
    written: count.meta({ description: 'Bytes that have been written' }),
    requested: time,
    requestedBy: z.string().meta({ description: 'Subject of the user' }),
    expires: time.meta({ description: 'Until then the ZIP file can be downloaded' }),
    leftOut: z.array(z.strictObject({ id: z.string(), message: z.string() })).meta({
      description: 'Assets that have no file in the ZIP file, with the reason',
    }),
    url: z
      .url()
      .optional()
      .meta({ description: 'Downloads the ZIP file. Valid for 10 minutes. Everyone who has it can use it' }),
    fileName: z.string().meta({ description: 'The name that a browser saves it under' }),
  })
  .meta({ id: 'ZipDownload' });

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

  createDownload: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/downloads',
    operationId: 'createDownload',
    summary: 'Have the original files of many assets written into one ZIP file',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        assetIds: z
          .array(assetId)
          .min(1, 'must name at least one asset')
          .max(maxZipFiles, `must name at most ${maxZipFiles} assets`)
          .meta({ description: 'Ids of assets. A repeated id counts once' }),
      })
      .meta({ id: 'NewDownload', example: { assetIds: ['red-shoe', 'blue-shoe'] } }),
    response: {
      status: 202,
      description: 'The ZIP file that is being written. Read it again until it is `ready`',
      schema: zipDownload,
    },
    failures: ['asset.no-file', 'download.too-large'],
  }),

  readDownload: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/downloads/{downloadId}',
    operationId: 'readDownload',
    summary: 'Read how far a ZIP file is, and get its URL',
    role: 'viewer',
    params: downloadParams,
    query: noQuery,
    response: { status: 200, description: 'The ZIP file', schema: zipDownload },
    failures: ['download.not-found'],
  }),
};
