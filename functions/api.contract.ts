import * as z from 'zod';
import { defineRoute } from '../adapters/http/api-route.ts';
import { roles } from '../domain/access/role.ts';
import { assetTypes } from '../domain/asset/asset.ts';
import { longestAssetId } from '../domain/asset/asset-id.ts';
import { servers } from '../domain/delivery/server.ts';
import { failureCodes } from '../domain/failure.ts';
import { jobStatuses, outcomes, publishKinds } from '../domain/job/job.ts';
import { mostBytesOfAny, mostFiles, mostPartsOfFile, multipartAbove } from '../domain/upload/limits.ts';

/**
 * The API as data: every route with the schemas that check its requests, the least role that may call it, and
 * what it answers. Routing, checks, the routes of the deployed API and the OpenAPI document come of it.
 */

const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC', example: '2026-11-24T08:30:00.000Z' });
const count = z.int().min(0);

const company = z.string().meta({ description: 'Name of the company', example: 'luma' });
const jobId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of a job id')
  .meta({ description: 'Id of the job', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });
const assetId = z
  .string()
  .min(1, 'must not be empty')
  .max(longestAssetId * 2, `must have at most ${longestAssetId} characters`)
  .normalize('NFC')
  .meta({ description: 'Id of the asset: its file name without extension', example: 'red-shoe' });
const fileNumber = z.coerce
  .number('must be the number of a file of this upload')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(mostFiles, `must be at most ${mostFiles}`)
  .meta({ description: 'Number of the file within its upload, from 1', example: 1 });
const folder = z
  .string()
  .max(500, 'must have at most 500 characters')
  .regex(
    /^\/(?:(?!\.{1,2}\/)[^/\\\p{Cc}]{1,100}\/)*$/u,
    'must start and end with a slash, with folder names of 1 to 100 characters between',
  )
  .refine((text) => text.isWellFormed(), 'must be valid Unicode')
  .normalize('NFC')
  .meta({ description: 'Starts and ends with a slash', example: '/autumn/shoes/' });
const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')
  .meta({ description: 'Name of the job; the time of its start is added', example: 'Autumn collection' });
const sha256 = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be a SHA-256 in Base64, 44 characters')
  .meta({
    description: 'SHA-256 of the bytes, Base64',
    example: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  });
const mimeType = z
  .string()
  .max(127, 'must have at most 127 characters')
  .regex(/^[A-Za-z0-9][\w.+-]*\/[A-Za-z0-9][\w.+-]*$/, 'must be a MIME type like image/jpeg')
  .meta({ description: 'MIME type; application/octet-stream where it is not known', example: 'image/jpeg' });
const partNumber = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(mostPartsOfFile, `must be at most ${mostPartsOfFile}`);

const page = {
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1_000, 'must be at most 1000')
    .default(100)
    .meta({ description: 'Most items of a page', example: 100 }),
  cursor: z
    .string()
    .min(1, 'must not be empty')
    .max(2_000, 'is not one that this list gave')
    .optional()
    .meta({ description: 'The `next` of the page before' }),
};
const pageOf = (item: z.ZodType) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Cursor of the next page; missing on the last one' }),
  });

const ofCompany = z.strictObject({ company });
const ofJob = z.strictObject({ company, jobId });
const ofFile = z.strictObject({ company, jobId, file: fileNumber });
const ofAsset = z.strictObject({ company, id: assetId });
const noQuery = z.strictObject({});
const noBody = z.strictObject({}).prefault({});

const counts = z
  .strictObject({
    total: count,
    done: count,
    skipped: count,
    warnings: count,
    errors: count,
    notReached: count,
    bytes: count,
  })
  .meta({
    id: 'JobCounts',
    description:
      'Lines of work. Once the job has ended total = done + skipped + errors + notReached; warnings are counted as done too.',
  });

const jobBase = {
  id: z.string(),
  name: z
    .string()
    .meta({ description: 'The given name and the start of the job', example: 'Autumn 2026-11-24 08:30:00' }),
  givenName: z.string(),
  status: z.enum(jobStatuses),
  counts,
  progress: z.number().min(0).max(1).meta({ description: 'Part of the work that is behind it, 0 to 1' }),
  rate: z.number().min(0).optional().meta({ description: 'Lines a second since the start' }),
  submitted: time,
  submittedBy: z.string().meta({ description: 'Subject of the user' }),
  started: time.optional(),
  ended: time.optional(),
  reason: z.string().optional().meta({ description: 'Why a failed job failed' }),
  stoppedBy: z.string().optional(),
};

export const jobAnswer = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...jobBase,
      kind: z.literal('publish'),
      publish: z.enum(publishKinds),
      servers: z.array(z.enum(servers)),
    }),
    z.strictObject({
      ...jobBase,
      kind: z.literal('upload'),
      folder: z.string(),
      publishAfterUploading: z.boolean(),
    }),
  ])
  .meta({ id: 'Job' });

const logLine = z
  .strictObject({
    time,
    asset: z.string().optional(),
    type: z.string().optional(),
    server: z.enum(servers).optional(),
    outcome: z.enum([...outcomes, 'begin', 'end']),
    message: z.string(),
    bytes: count.optional(),
  })
  .meta({ id: 'LogLine' });

const publication = z.strictObject({
  version: z.int().min(1),
  at: time,
  jobId: z.string().optional(),
  by: z.string(),
});

export const assetAnswer = z
  .strictObject({
    id: z.string(),
    type: z.enum(assetTypes),
    mimeType: z.string(),
    bytes: count,
    width: z.int().min(1).optional().meta({ description: 'Pixels, after orientation' }),
    height: z.int().min(1).optional().meta({ description: 'Pixels, after orientation' }),
    colourSpace: z.string().optional(),
    hasAlpha: z.boolean().optional(),
    orientation: z.int().min(1).max(8).optional().meta({ description: 'EXIF orientation as stored' }),
    folder: z.string(),
    fileName: z.string(),
    version: z.int().min(1),
    intent: z.enum(['live', 'pending', 'held']),
    published: z.boolean().meta({ description: 'Live on at least one server' }),
    publications: z.partialRecord(z.enum(servers), publication).meta({ description: 'By server' }),
    lastPublished: time.optional(),
    urls: z
      .strictObject({ image: z.url().optional(), content: z.url().optional(), video: z.url().optional() })
      .meta({
        description:
          'Where it is delivered while it is published: `image` takes commands, `content` is the file as it is, `video` takes byte ranges',
        example: { image: 'https://d111111abcdef8.cloudfront.net/is/image/luma/red-shoe' },
      }),
    uploadedAt: time,
    uploadJobId: z.string(),
    created: time,
    createdBy: z.string(),
    modified: time,
    modifiedBy: z.string(),
  })
  .meta({ id: 'Asset' });

const historyItem = z
  .strictObject({
    event: z.enum(['published', 'withdrawn']),
    at: time,
    server: z.enum(servers),
    version: z.int().min(1),
    by: z.string(),
    jobId: z.string().optional(),
  })
  .meta({ id: 'HistoryItem' });

const fileToSend = z.union([
  z
    .strictObject({
      file: z.int(),
      name: z.string(),
      assetId: z.string(),
      method: z.literal('PUT'),
      url: z.url(),
      headers: z.record(z.string(), z.string()).meta({ description: 'To send exactly as they are' }),
      expires: time,
    })
    .meta({ description: 'Send the file with one PUT' }),
  z
    .strictObject({
      file: z.int(),
      name: z.string(),
      assetId: z.string(),
      multipart: z.strictObject({ partBytes: z.int().min(1), parts: z.int().min(1) }),
    })
    .meta({ description: 'Send the file in parts: partBytes each, the last one the rest' }),
  z
    .strictObject({ file: z.int(), name: z.string(), refused: z.string() })
    .meta({ description: 'Refused for the reason named; an error line of the job. Not to be sent' }),
]);

const invalidationAnswer = z
  .strictObject({
    id: z.string(),
    status: z.enum(['in-progress', 'completed']),
    assets: z.array(z.string()),
    submitted: time,
    submittedBy: z.string(),
  })
  .meta({ id: 'Invalidation' });

/** Every error answer, as `application/problem+json` (RFC 9457). */
export const problemAnswer = z
  .strictObject({
    type: z.string().meta({ example: 'urn:pressroom:request.invalid' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(failureCodes),
    detail: z.string(),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each wrong value and its rule' }),
    requiredRole: z.enum(roles).optional(),
    allow: z.string().optional().meta({ description: 'Methods that the address takes' }),
    requestId: z.string(),
  })
  .meta({
    id: 'Problem',
    example: {
      type: 'urn:pressroom:request.invalid',
      title: 'The request is not valid',
      status: 400,
      code: 'request.invalid',
      detail: 'limit: must be at most 1000',
      errors: [{ field: 'limit', message: 'must be at most 1000' }],
      requestId: 'JKJaXmPLvHcESHA=',
    },
  });

export const routes = {
  createUpload: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads',
    operationId: 'createUpload',
    summary: 'Start an upload and get where to send each file',
    role: 'user',
    params: ofCompany,
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
                .meta({ description: `At most ${mostBytesOfAny}`, example: 482_133 }),
              type: mimeType,
              sha256: sha256.optional().meta({
                description: `SHA-256 of the bytes, Base64. Needed up to ${multipartAbove} bytes, not taken above`,
              }),
            }),
          )
          .min(1, 'must have at least one file')
          .max(mostFiles, `must have at most ${mostFiles} files`),
        folder: folder.default('/'),
        publishAfterUploading: z.boolean().default(true),
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
    answer: {
      status: 201,
      description: 'The upload job, and for each file where to send it',
      schema: z.strictObject({ job: jobAnswer, files: z.array(fileToSend) }).meta({ id: 'Upload' }),
    },
    failures: ['upload.file-refused'],
  }),

  signParts: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads/{jobId}/files/{file}/parts',
    operationId: 'signParts',
    summary: 'Get where to send parts of a file',
    role: 'user',
    params: ofFile,
    query: noQuery,
    body: z
      .strictObject({
        parts: z
          .array(z.strictObject({ part: partNumber, sha256 }))
          .min(1, 'must have at least one part')
          .max(mostPartsOfFile, `must have at most ${mostPartsOfFile} parts`),
      })
      .meta({ id: 'PartsToSend' }),
    answer: {
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
    params: ofFile,
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
          .max(mostPartsOfFile, `must have at most ${mostPartsOfFile} parts`),
      })
      .meta({ id: 'PartsSent' }),
    answer: {
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
    params: ofCompany,
    query: noQuery,
    body: z
      .strictObject({
        name: name.default('Publish'),
        publish: z
          .enum(publishKinds, `must be one of ${publishKinds.join(', ')}`)
          .default('new')
          .meta({
            description:
              '`new`: what was never published. `full`: that, and what changed since it was published',
          }),
        servers: z
          .array(z.enum(servers, `must be one of ${servers.join(', ')}`))
          .min(1, 'must name at least one server')
          .refine((list) => new Set(list).size === list.length, 'must not name a server twice')
          .optional()
          .meta({ description: "Publish To. All of the company's servers unless given" }),
      })
      .prefault({})
      .meta({
        id: 'NewJob',
        example: { name: 'Autumn collection', publish: 'full', servers: ['image-serving'] },
      }),
    answer: { status: 201, description: 'The job, queued', schema: jobAnswer },
    failures: [],
  }),

  listJobs: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs',
    operationId: 'listJobs',
    summary: 'List jobs, newest first',
    role: 'viewer',
    params: ofCompany,
    query: z.strictObject(page),
    answer: { status: 200, description: 'A page of jobs', schema: pageOf(jobAnswer) },
    failures: [],
  }),

  readJob: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}',
    operationId: 'readJob',
    summary: 'Read a job with its live counts',
    role: 'viewer',
    params: ofJob,
    query: noQuery,
    answer: { status: 200, description: 'The job', schema: jobAnswer },
    failures: ['job.not-found'],
  }),

  readJobLog: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/jobs/{jobId}/log',
    operationId: 'readJobLog',
    summary: "Read a job's log",
    role: 'viewer',
    params: ofJob,
    query: z.strictObject({ ...page, limit: page.limit.unwrap().default(1_000) }),
    answer: { status: 200, description: 'A page of lines: begin, work, end', schema: pageOf(logLine) },
    failures: ['job.not-found'],
  }),

  cancelJob: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/jobs/{jobId}/cancel',
    operationId: 'cancelJob',
    summary: 'Stop a job at its next safe point',
    role: 'user',
    params: ofJob,
    query: noQuery,
    body: noBody,
    answer: { status: 202, description: 'The job, stopped or stopping', schema: jobAnswer },
    failures: ['job.not-found', 'job.already-ended'],
  }),

  listAssets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets',
    operationId: 'listAssets',
    summary: 'List assets by folder and id',
    role: 'viewer',
    params: ofCompany,
    query: z.strictObject({
      ...page,
      folder: folder.optional().meta({ description: 'Only this folder; all of them unless given' }),
      state: z
        .enum(['published', 'unpublished'], 'must be published or unpublished')
        .optional()
        .meta({ description: 'Only published ones (live on at least one server), or only the others' }),
    }),
    answer: {
      status: 200,
      description: 'A page of assets. With `state` it may be short, even empty, and still have a `next`',
      schema: pageOf(assetAnswer),
    },
    failures: [],
  }),

  readAsset: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}',
    operationId: 'readAsset',
    summary: 'Read an asset',
    role: 'viewer',
    params: ofAsset,
    query: noQuery,
    answer: { status: 200, description: 'The asset', schema: assetAnswer },
    failures: ['asset.not-found'],
  }),

  readAssetHistory: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/history',
    operationId: 'readAssetHistory',
    summary: 'List when an asset was published and withdrawn, newest first',
    role: 'viewer',
    params: ofAsset,
    query: z.strictObject(page),
    answer: { status: 200, description: 'A page of events', schema: pageOf(historyItem) },
    failures: ['asset.not-found'],
  }),

  publishAsset: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/publish',
    operationId: 'publishAsset',
    summary: 'Publish an asset at once',
    role: 'user',
    params: ofAsset,
    query: noQuery,
    body: noBody,
    answer: { status: 200, description: 'The asset, live', schema: assetAnswer },
    failures: ['asset.not-found', 'asset.changed-meanwhile'],
  }),

  unpublishAsset: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/unpublish',
    operationId: 'unpublishAsset',
    summary: 'Withdraw an asset from all servers and flush it from the CDN',
    role: 'user',
    params: ofAsset,
    query: noQuery,
    body: noBody,
    answer: { status: 200, description: 'The asset, held', schema: assetAnswer },
    failures: ['asset.not-found', 'asset.changed-meanwhile'],
  }),

  invalidateCdn: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/cdn-invalidations',
    operationId: 'invalidateCdn',
    summary: 'Flush published assets from the CDN',
    role: 'admin',
    params: ofCompany,
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
    answer: { status: 202, description: 'The flush, in progress', schema: invalidationAnswer },
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
    answer: { status: 200, description: 'The flush', schema: invalidationAnswer },
    failures: ['invalidation.not-found'],
  }),
};

export type Routes = typeof routes;
export type RouteName = keyof Routes;
