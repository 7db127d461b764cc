import * as z from 'zod';
import { outcomes } from '../../../domain/jobs/job.ts';
import { maxFileBytes, maxFiles, maxUploadParts, multipartAbove } from '../../../domain/uploads/limits.ts';
import { maxFileNameBytes } from '../../../domain/uploads/upload-file-name.ts';
import { jobResponse } from '../jobs/job-response.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, jobId, jobParams, name, noBody, noQuery, time } from '../values.ts';
import { uploadOptions } from './upload-options.ts';
import { uploadSource } from './upload-source.ts';

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
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.+-]*\/[A-Za-z0-9][A-Za-z0-9_.+-]*$/, 'must be a MIME type like image/jpeg')
  .meta({ description: 'MIME type; application/octet-stream where it is not known', example: 'image/jpeg' });

const fileNumber = z.coerce
  .number('must be the number of a file of this upload')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(maxFiles, `must be at most ${maxFiles}`)
  .meta({ description: 'Number of the file within its upload, from 1', example: 1 });

const partNumber = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(maxUploadParts, `must be at most ${maxUploadParts}`);

const fileParams = z.strictObject({ company, jobId, file: fileNumber });

const fileToSend = [
  z
    .strictObject({
      file: z.int(),
      name: z.string(),
      assetId: z.string(),
      method: z.literal('PUT'),
      url: z.url(),
      headers: z.record(z.string(), z.string()).meta({ description: 'Send them unchanged' }),
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
    .meta({ description: 'Send the file in parts of partBytes each; the last part may be smaller' }),
  z.strictObject({ file: z.int(), name: z.string(), refused: z.string() }).meta({
    description:
      'Refused for the given reason, which is also an error entry in the log of the job. Do not send the file',
  }),
] as const;

const settledFile = z
  .strictObject({
    file: z.int(),
    name: z.string(),
    assetId: z.string().optional(),
    outcome: z.enum(outcomes),
    message: z.string(),
  })
  .meta({
    description:
      'Nothing is to be sent: the file has arrived, was refused, was cancelled, or the upload is closed. Outcome and message are those of its log entry',
  });

export const uploadRoutes = {
  createUpload: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads',
    operationId: 'createUpload',
    summary:
      'Start an upload: get the address for each file, or have files fetched from a bucket or from URLs',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        files: z
          .array(
            z.strictObject({
              name: z
                .string()
                .min(1, 'must not be empty')
                .max(2_000, 'must have at most 2000 characters')
                .meta({
                  description: `File name; without extension it is the id of the asset. A path is cut at its last slash or backslash. What remains has at most ${maxFileNameBytes} bytes in UTF-8, and no control or format characters except joiners that a script needs`,
                  example: 'red-shoe.jpg',
                }),
              bytes: z
                .int('must be a whole number of bytes')
                .min(0, 'must be at least 0')
                .meta({ description: `At most ${maxFileBytes}`, example: 482_133 }),
              type: mimeType,
              sha256: sha256.optional().meta({
                description: `SHA-256 of the bytes, Base64. Required up to ${multipartAbove} bytes, not allowed above`,
              }),
            }),
          )
          .min(1, 'must have at least one file')
          .max(maxFiles, `must have at most ${maxFiles} files`)
          .optional()
          .meta({ description: 'The files that will be sent. Name either them or `from`' }),
        from: uploadSource.optional(),
        ...uploadOptions,
        name: name.default('Upload'),
      })
      .refine(({ files, from }) => (files === undefined) !== (from === undefined), {
        error: 'must have either files or from',
        path: ['files'],
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
    idempotencyKey: true,
    response: {
      status: 201,
      description:
        'The upload job, and the address for each file. With `from` there are no addresses. For a repeated key: the upload of the first request, with fresh addresses',
      schema: z
        .strictObject({ job: jobResponse, files: z.array(z.union(fileToSend)) })
        .meta({ id: 'Upload' }),
    },
    failures: ['quota.exceeded', 'request.key-reused', 'storage.busy', 'upload.file-refused'],
  }),

  readUpload: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/uploads/{jobId}',
    operationId: 'readUpload',
    summary: 'Continue an upload: a fresh address for each file that has not arrived',
    role: 'user',
    params: jobParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'The upload job, and for each file its address, or what has become of it',
      schema: z
        .strictObject({ job: jobResponse, files: z.array(z.union([settledFile, ...fileToSend])) })
        .meta({ id: 'OpenUpload' }),
    },
    failures: ['upload.file-not-found'],
  }),

  signParts: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads/{jobId}/files/{file}/parts',
    operationId: 'signParts',
    summary: 'Get the addresses for parts of a file',
    role: 'user',
    repeatable: true,
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
      description: 'A presigned PUT for each part. Keep the ETag of its response',
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
    summary: 'Complete a file that was sent in parts',
    role: 'user',
    repeatable: true,
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

  cancelFile: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/uploads/{jobId}/files/{file}/cancel',
    operationId: 'cancelFile',
    summary: 'Leave a file out of an upload, so that the upload does not wait for it',
    role: 'user',
    repeatable: true,
    params: fileParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 200,
      description: 'The file is not reached. Cancelling it again changes nothing',
      schema: settledFile.meta({ id: 'CancelledFile' }),
    },
    failures: ['upload.file-not-found', 'upload.closed'],
  }),
};
