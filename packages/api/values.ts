import * as z from 'zod';
import { assetTypes } from '../../domain/assets/asset.ts';
import { maxAssetIdLength } from '../../domain/assets/asset-id.ts';
import { roles } from '../../domain/companies/role.ts';
import { servers } from '../../domain/delivery/server.ts';
import { failureCodes } from '../../domain/failure.ts';
import { jobStatuses, outcomes, publishKinds, serverToggles } from '../../domain/jobs/job.ts';
import { maxFiles, maxUploadParts } from '../../domain/uploads/limits.ts';
import { notificationOptionsResponse } from './notifications/notification-options.ts';

/** The values that several routes of the API take or answer. */

export const time = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC', example: '2026-11-24T08:30:00.000Z' });
export const count = z.int().min(0);

export const company = z.string().meta({ description: 'Name of the company', example: 'luma' });
export const jobId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of a job id')
  .meta({ description: 'Id of the job', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });
export const assetId = z
  .string()
  .min(1, 'must not be empty')
  .max(maxAssetIdLength * 2, `must have at most ${maxAssetIdLength} characters`)
  .normalize('NFC')
  .meta({ description: 'Id of the asset: its file name without extension', example: 'red-shoe' });
export const fileNumber = z.coerce
  .number('must be the number of a file of this upload')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(maxFiles, `must be at most ${maxFiles}`)
  .meta({ description: 'Number of the file within its upload, from 1', example: 1 });
export const folder = z
  .string()
  .max(500, 'must have at most 500 characters')
  .regex(
    /^\/(?:(?!\.{1,2}\/)[^/\\\p{Cc}]{1,100}\/)*$/u,
    'must start and end with a slash, with folder names of 1 to 100 characters between',
  )
  .refine((text) => text.isWellFormed(), 'must be valid Unicode')
  .normalize('NFC')
  .meta({ description: 'Starts and ends with a slash', example: '/autumn/shoes/' });
export const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')
  .meta({ description: 'Name of the job; the time of its start is added', example: 'Autumn collection' });
export const sha256 = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be a SHA-256 in Base64, 44 characters')
  .meta({
    description: 'SHA-256 of the bytes, Base64',
    example: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  });
export const mimeType = z
  .string()
  .max(127, 'must have at most 127 characters')
  .regex(/^[A-Za-z0-9][\w.+-]*\/[A-Za-z0-9][\w.+-]*$/, 'must be a MIME type like image/jpeg')
  .meta({ description: 'MIME type; application/octet-stream where it is not known', example: 'image/jpeg' });
export const partNumber = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(maxUploadParts, `must be at most ${maxUploadParts}`);

export const page = {
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
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Cursor of the next page; missing on the last one' }),
  });

export const companyParams = z.strictObject({ company });
export const jobParams = z.strictObject({ company, jobId });
export const fileParams = z.strictObject({ company, jobId, file: fileNumber });
export const assetParams = z.strictObject({ company, id: assetId });
export const noQuery = z.strictObject({});
export const noBody = z.strictObject({}).prefault({});

export const counts = z
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

export const jobBase = {
  id: z.string(),
  name: z
    .string()
    .meta({ description: 'The given name and the start of the job', example: 'Autumn 2026-11-24 08:30:00' }),
  givenName: z.string(),
  status: z.enum(jobStatuses),
  counts,
  progress: z.number().min(0).max(1).meta({ description: 'Part of the work that is behind it, 0 to 1' }),
  planned: z.boolean().meta({ description: 'Whether `total` is final: a publish job finds its work first' }),
  rate: z.number().min(0).optional().meta({
    description: 'Lines a second since the work began: of a publish job, since it was planned',
  }),
  bytesPerSecond: z.number().min(0).optional().meta({ description: 'Since the work began' }),
  eta: time.optional().meta({
    description: 'When a running job will be done if it goes on as it has; missing until it is planned',
  }),
  submitted: time,
  submittedBy: z.string().meta({ description: 'Subject of the user' }),
  user: z
    .string()
    .meta({ description: 'Subject of whose job it is: the member that it runs as, else who submitted it' }),
  duration: z.number().min(0).optional().meta({
    description: 'Seconds from its start to its end, or to now; missing where it was not started',
    example: 12.25,
  }),
  started: time.optional(),
  ended: time.optional(),
  reason: z.string().optional().meta({ description: 'Why a failed job failed' }),
  stoppedBy: z.string().optional(),
  stopRequested: time.optional().meta({
    description: 'When a running job was asked to stop. Five minutes later it may be cancelled by force',
  }),
};

const serverCounts = z.strictObject({ done: count, skipped: count, errors: count, bytes: count });

export const jobResponse = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...jobBase,
      kind: z.literal('publish'),
      publish: z.enum([...publishKinds, ...serverToggles]).meta({
        description: '`enable-server`, `disable-server`: a server was turned on or off for the company',
      }),
      servers: z.array(z.enum(servers)),
      scope: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('folder'), folder: z.string(), below: z.boolean() }),
          z.strictObject({ kind: z.literal('assets'), count }),
          z.strictObject({ kind: z.literal('failed'), jobId: z.string() }),
        ])
        .optional()
        .meta({ description: 'What it looks at, where that is not the whole library' }),
      force: z.literal(true).optional(),
      invalidate: z.literal(true).optional(),
      runAs: z.string().optional().meta({ description: 'Subject of the member whose job it is' }),
      perServer: z
        .partialRecord(z.enum(servers), serverCounts)
        .optional()
        .meta({ description: 'Counts by server; missing before it runs' }),
      position: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'Of a job that waits: 1 is the next to start' }),
      waitsFor: z
        .array(z.string())
        .optional()
        .meta({ description: 'Jobs that hold its servers, or stand before it for one of them' }),
      schedule: z
        .strictObject({ id: z.string(), name: z.string(), due: time })
        .optional()
        .meta({ description: 'The schedule that started it, and the time that was due' }),
      leftOut: z
        .array(z.strictObject({ id: z.string(), message: z.string() }))
        .optional()
        .meta({
          description:
            'Only where it is submitted with `partial`: assets that it names and does not take, and why',
        }),
      ...notificationOptionsResponse,
    }),
    z.strictObject({
      ...jobBase,
      kind: z.literal('upload'),
      folder: z.string(),
      destination: z.string().meta({ description: 'Company and folder', example: 'luma/autumn/shoes/' }),
      publishAfterUploading: z.boolean(),
      overwrite: z.boolean(),
      preservePublishState: z.boolean().optional(),
      batchSetPresets: z
        .array(z.string())
        .readonly()
        .optional()
        .meta({ description: 'As it names them; the active ones unless it does' }),
    }),
  ])
  .meta({ id: 'Job' });

export const logEntry = z
  .strictObject({
    time,
    asset: z.string().optional(),
    type: z.string().optional(),
    server: z.enum(servers).optional(),
    outcome: z.enum([...outcomes, 'begin', 'end', 'notice']),
    message: z.string(),
    bytes: count.optional(),
    replaced: z
      .literal(true)
      .optional()
      .meta({ description: 'It took the place of what visitors had: told where the job flushes the CDN' }),
  })
  .meta({ id: 'LogEntry' });

export const publication = z.strictObject({
  version: z.int().min(1),
  at: time,
  jobId: z.string().optional(),
  by: z.string(),
});

export const assetResponse = z
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
    title: z.string().optional(),
    description: z.string().optional(),
    altText: z.string().optional(),
    keywords: z.array(z.string()).readonly().optional(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    parent: z.string().optional().meta({ description: 'Of a derived image: the image it is made of' }),
    recipe: z.string().optional().meta({ description: 'Of a derived image: its image commands' }),
    derivedCount: count.optional().meta({ description: 'Images that are derived from this one' }),
    memberCount: count.optional().meta({ description: 'Of a set: places of members' }),
    trashed: z
      .strictObject({
        at: time,
        by: z.string(),
        with: z.string().optional().meta({ description: 'The image that it went there with' }),
        purging: z.literal(true).optional().meta({ description: 'It is being removed for good' }),
        renamedTo: z
          .string()
          .optional()
          .meta({ description: 'It only keeps its id: the asset has this one now' }),
        redirect: z.literal(true).optional(),
      })
      .optional(),
    renamedFrom: z.string().optional().meta({ description: 'The id that it had before' }),
    redirectsFrom: z
      .array(z.string())
      .readonly()
      .optional()
      .meta({ description: 'Former ids that lead to it' }),
    uploadedAt: time,
    uploadJobId: z.string().optional().meta({ description: 'Missing where it was built, not uploaded' }),
    created: time,
    createdBy: z.string(),
    modified: time,
    modifiedBy: z.string(),
  })
  .meta({ id: 'Asset' });

export const historyItem = z
  .strictObject({
    event: z.enum(['published', 'withdrawn']),
    at: time,
    server: z.enum(servers),
    version: z.int().min(1),
    rollbackOf: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'The earlier version whose content this version took up again' }),
    by: z.string(),
    jobId: z.string().optional(),
  })
  .meta({ id: 'HistoryItem' });

export const fileToSend = z.union([
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

export const invalidationResponse = z
  .strictObject({
    id: z.string(),
    status: z.enum(['in-progress', 'completed']),
    assets: z.array(z.string()),
    submitted: time,
    submittedBy: z.string(),
  })
  .meta({ id: 'Invalidation' });

/** Every error answer, as `application/problem+json` (RFC 9457). */
export const problemResponse = z
  .strictObject({
    type: z.string().meta({ example: 'urn:pressroom:request.invalid' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(failureCodes),
    detail: z.string(),
    errors: z
      .array(
        z.strictObject({
          field: z.string(),
          message: z.string(),
          column: z
            .int()
            .min(1)
            .optional()
            .meta({ description: 'Of a text that was read: where the wrong part begins, from 1' }),
          nearest: z
            .string()
            .optional()
            .meta({ description: 'Of a value that cannot be: the nearest one that can' }),
        }),
      )
      .optional()
      .meta({ description: 'Each wrong value and its rule' }),
    requiredRole: z.enum(roles).optional(),
    allow: z.string().optional().meta({ description: 'Methods that the address takes' }),
    retryAfter: z.string().optional().meta({ description: 'Seconds to wait before another try' }),
    jobId: z.string().optional().meta({ description: 'The job that is in the way' }),
    etag: z.string().optional().meta({ description: 'The current ETag, where the given one is stale' }),
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
