import * as z from 'zod';
import { assetOrders, assetSorts } from '../../domain/library/asset-order.ts';
import { maxPresets } from '../../domain/sets/batch-set-preset.ts';
import { maxFileBytes, maxFiles, maxUploadParts, multipartAbove } from '../../domain/uploads/limits.ts';
import { derivedRoutes } from './assets/derived-routes.ts';
import { dryRun, dryRunResponse, partial, publicationRoutes } from './assets/publication-routes.ts';
import { versionRoutes } from './assets/version-routes.ts';
import { serverRoutes } from './companies/server-routes.ts';
import { settingsRoutes } from './companies/settings-routes.ts';
import { jobListRoutes } from './jobs/job-list-routes.ts';
import { jobOptions, jobScope } from './jobs/job-options.ts';
import { folderRoutes } from './library/folder-routes.ts';
import { metadataRoutes } from './library/metadata-routes.ts';
import { searchRoutes } from './library/search-routes.ts';
import { trashRoutes } from './library/trash-routes.ts';
import { notificationRoutes } from './notifications/notification-routes.ts';
import { defineRoute } from './route.ts';
import { scheduleRoutes } from './schedules/schedule-routes.ts';
import { presetName, setRoutes } from './sets/set-routes.ts';
import {
  assetId,
  assetParams,
  assetResponse,
  company,
  companyParams,
  fileParams,
  fileToSend,
  folder,
  historyItem,
  invalidationResponse,
  jobParams,
  jobResponse,
  mimeType,
  name,
  noBody,
  noQuery,
  page,
  pageOf,
  partNumber,
  sha256,
  time,
} from './values.ts';

/**
 * The API as data: every route with the schemas that check its requests, the least role that may call it, and
 * what it answers. Routing, checks, the routes of the deployed API and the OpenAPI document come of it.
 */

export const routes = {
  createUpload: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads',
    operationId: 'createUpload',
    summary: 'Start an upload and get where to send each file',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        files: z
          .array(
            z.strictObject({
              name: z.string().min(1, 'must not be empty').max(255, 'must have at most 255 characters').meta({
                description: 'File name; without extension it is the id of the asset',
                example: 'red-shoe.jpg',
              }),
              bytes: z
                .int('must be a whole number of bytes')
                .min(0, 'must be at least 0')
                .meta({ description: `At most ${maxFileBytes}`, example: 482_133 }),
              type: mimeType,
              sha256: sha256.optional().meta({
                description: `SHA-256 of the bytes, Base64. Needed up to ${multipartAbove} bytes, not taken above`,
              }),
            }),
          )
          .min(1, 'must have at least one file')
          .max(maxFiles, `must have at most ${maxFiles} files`),
        folder: folder.default('/'),
        publishAfterUploading: z.boolean().default(true),
        overwrite: z.boolean().default(true).meta({
          description:
            "Files whose id is taken overwrite what has it, by the company's overwrite mode. Off: they are duplicates and are not added",
        }),
        preservePublishState: z.boolean().optional().meta({
          description:
            "Files that are overwritten keep their publish state, whatever publishAfterUploading says. By the company's setting retainPublishState unless given",
        }),
        batchSetPresets: z
          .array(presetName)
          .max(maxPresets, `must name at most ${maxPresets} presets`)
          .optional()
          .meta({
            description:
              'Names of the presets by which sets are built of its files once all are taken in; the active ones unless given',
          }),
        name: name.default('Upload'),
      })
      .meta({
        id: 'NewUpload',
        example: {
          files: [
            {
              name: 'red-shoe.jpg',
              bytes: 482_133,
              type: 'image/jpeg',
              sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
            },
          ],
          folder: '/autumn/shoes/',
          publishAfterUploading: true,
          name: 'Autumn collection',
        },
      }),
    response: {
      status: 201,
      description: 'The upload job, and for each file where to send it',
      schema: z.strictObject({ job: jobResponse, files: z.array(fileToSend) }).meta({ id: 'Upload' }),
    },
    failures: ['upload.file-refused'],
  }),

  signParts: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads/{jobId}/files/{file}/parts',
    operationId: 'signParts',
    summary: 'Get where to send parts of a file',
    role: 'user',
    params: fileParams,
    query: noQuery,
    body: z
      .strictObject({
        parts: z
          .array(z.strictObject({ part: partNumber, sha256 }))
          .min(1, 'must have at least one part')
          .max(maxUploadParts, `must have at most ${maxUploadParts} parts`),
      })
      .meta({ id: 'PartsToSend' }),
    response: {
      status: 200,
      description: 'A presigned PUT for each part; keep the ETag that it answers',
      schema: z
        .strictObject({
          parts: z.array(
            z.strictObject({
              part: z.int(),
              method: z.literal('PUT'),
              url: z.url(),
              headers: z.record(z.string(), z.string()),
              expires: time,
            }),
          ),
        })
        .meta({ id: 'SignedParts' }),
    },
    failures: ['upload.file-not-found', 'upload.closed'],
  }),

  completeFile: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads/{jobId}/files/{file}/complete',
    operationId: 'completeFile',
    summary: 'Put the parts of a file together',
    role: 'user',
    params: fileParams,
    query: noQuery,
    body: z
      .strictObject({
        parts: z
          .array(
            z.strictObject({
              part: partNumber,
              etag: z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters'),
              sha256,
            }),
          )
          .min(1, 'must have at least one part')
          .max(maxUploadParts, `must have at most ${maxUploadParts} parts`),
      })
      .meta({ id: 'PartsSent' }),
    response: {
      status: 202,
      description: 'The file is complete and will be checked',
      schema: z
        .strictObject({ file: z.int(), name: z.string(), assetId: z.string() })
        .meta({ id: 'CompletedFile' }),
    },
    failures: ['upload.file-not-found', 'upload.closed'],
  }),

  submitJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs',
    operationId: 'submitJob',
    summary: 'Submit a publish job',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        name: name.default('Publish'),
        ...jobOptions,
        scope: jobScope,
        partial,
        dryRun,
      })
      .prefault({})
      .meta({
        id: 'NewJob',
        example: {
          name: 'Autumn collection',
          publish: 'full',
          servers: ['image-serving'],
          scope: { folder: '/autumn/', below: true },
        },
      }),
    idempotencyKey: true,
    response: {
      status: 201,
      description: 'The job, queued; the one of before, if the same was asked for with the same key',
      schema: jobResponse,
    },
    dryRun: { status: 200, description: 'What the job would do', schema: dryRunResponse },
    failures: ['asset.not-found', 'asset.trashed', 'request.key-reused', 'storage.busy'],
  }),

  retryJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs/{jobId}/retry',
    operationId: 'retryJob',
    summary: 'Submit a job of what failed, or was not reached, in another',
    role: 'user',
    params: jobParams,
    query: noQuery,
    body: noBody,
    idempotencyKey: true,
    response: { status: 201, description: 'The new job, queued', schema: jobResponse },
    failures: ['job.not-found', 'job.not-retryable', 'request.key-reused', 'storage.busy'],
  }),

  readJob: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}',
    operationId: 'readJob',
    summary: 'Read a job with its live counts',
    role: 'viewer',
    params: jobParams,
    query: noQuery,
    response: { status: 200, description: 'The job', schema: jobResponse },
    failures: ['job.not-found'],
  }),

  cancelJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs/{jobId}/cancel',
    operationId: 'cancelJob',
    summary: 'Stop a job at its next safe point, or one that has been stopping for five minutes by force',
    role: 'user',
    params: jobParams,
    query: noQuery,
    body: z
      .strictObject({
        force: z.boolean('must be true or false').default(false).meta({
          description:
            'End a publish job that does not come to a safe point. Only five minutes after it was asked to stop; before, 409 with the time `from` which it may. What is live stays live and is counted',
        }),
      })
      .prefault({}),
    response: { status: 202, description: 'The job, stopped or stopping', schema: jobResponse },
    failures: ['job.not-found', 'job.already-ended', 'job.too-early-for-force'],
  }),

  listAssets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets',
    operationId: 'listAssets',
    summary: 'List assets by folder, and within it by id, date, size or type',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject({
      ...page,
      folder: folder.optional().meta({ description: 'Only this folder; all of them unless given' }),
      below: z
        .enum(['true', 'false'], 'must be true or false')
        .default('false')
        .transform((text) => text === 'true')
        .meta({ description: 'Of the folder, those below it too' }),
      sort: z
        .enum(assetSorts, `must be one of ${assetSorts.join(', ')}`)
        .default('name')
        .meta({
          description: 'Within each folder: `name` is the id, `date` the last change',
        }),
      order: z.enum(assetOrders, 'must be asc or desc').default('asc'),
      state: z
        .enum(['published', 'unpublished'], 'must be published or unpublished')
        .optional()
        .meta({ description: 'Only published ones (live on at least one server), or only the others' }),
    }),
    response: {
      status: 200,
      description: 'A page of assets. With `state` it may be short, even empty, and still have a `next`',
      schema: pageOf(assetResponse),
    },
    failures: [],
  }),

  readAsset: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}',
    operationId: 'readAsset',
    summary: 'Read an asset',
    role: 'viewer',
    params: assetParams,
    query: noQuery,
    response: { status: 200, description: 'The asset', schema: assetResponse },
    failures: ['asset.not-found'],
  }),

  readAssetHistory: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/history',
    operationId: 'readAssetHistory',
    summary: 'List when an asset was published and withdrawn, newest first',
    role: 'viewer',
    params: assetParams,
    query: z.strictObject(page),
    response: { status: 200, description: 'A page of events', schema: pageOf(historyItem) },
    failures: ['asset.not-found'],
  }),

  invalidateCdn: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/cdn-invalidations',
    operationId: 'invalidateCdn',
    summary: 'Flush published assets from the CDN',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        assetIds: z
          .array(assetId)
          .min(1, 'must name at least one asset')
          .max(1_000, 'must name at most 1000 assets')
          .meta({ description: 'Ids of assets' }),
      })
      .meta({ id: 'NewInvalidation', example: { assetIds: ['red-shoe'] } }),
    response: { status: 202, description: 'The flush, in progress', schema: invalidationResponse },
    failures: ['asset.not-found', 'asset.not-published', 'storage.busy'],
  }),

  readInvalidation: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/cdn-invalidations/{id}',
    operationId: 'readInvalidation',
    summary: 'Read how far a flush of the CDN is',
    role: 'admin',
    params: z.strictObject({
      company,
      id: z.string().min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
    }),
    query: noQuery,
    response: { status: 200, description: 'The flush', schema: invalidationResponse },
    failures: ['invalidation.not-found'],
  }),

  ...jobListRoutes,
  ...scheduleRoutes,
  ...settingsRoutes,
  ...serverRoutes,
  ...publicationRoutes,
  ...metadataRoutes,
  ...searchRoutes,
  ...versionRoutes,
  ...setRoutes,
  ...derivedRoutes,
  ...folderRoutes,
  ...trashRoutes,
  ...notificationRoutes,
};

export type Routes = typeof routes;
export type RouteName = keyof Routes;
