import * as z from 'zod';
import { maxAssetIdLength } from '../../domain/assets/asset-id.ts';
import { roles } from '../../domain/companies/role.ts';
import { failureCodes } from '../../domain/failure.ts';
import { findHiddenCharacter } from '../../domain/hidden-character.ts';
import { maxFolderPathBytes } from '../../domain/library/folder-path.ts';
import { utf8Bytes } from '../../domain/utf8-bytes.ts';

/**
 * Schemas that several features share. Patterns are for the OpenAPI document too, whose tools generate texts from them: no
 * lookaround and no Unicode properties. Functions check the rest.
 */

/** Control characters would break the lines of a log or a mail. */
export const withoutControls = [
  (text: string) => !/\p{Cc}/u.test(text),
  'must not contain control characters',
] as const;

/** Texts that become part of a key of S3 or DynamoDB, which are limited in bytes. */
export const withinBytes = (max: number) =>
  [
    (text: string) => utf8Bytes(text) <= max,
    {
      error: ({ input }: { readonly input?: unknown }) =>
        `must have at most ${max} bytes in UTF-8; it has ${utf8Bytes(String(input))}`,
    },
  ] as const;

/** Names that are keys: nobody sees these characters, and two names would look the same. */
export const withoutHidden = [
  (text: string) => findHiddenCharacter(text) === undefined,
  {
    error: ({ input }: { readonly input?: unknown }) =>
      `must not contain control or format characters; it contains ${findHiddenCharacter(String(input))}`,
  },
] as const;

export const time = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC', example: '2026-11-24T08:30:00.000Z' });
export const count = z.int().min(0);

export const company = z.string().meta({ description: 'Name of the company', example: 'luma' });
export const jobId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of a job id')
  .meta({ description: 'Id of the job', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });
export const planId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of a plan id')
  .meta({ description: 'Id of the plan', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });
export const downloadId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of the id of a download')
  .meta({ description: 'Id of the ZIP file', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });
export const assetId = z
  .string()
  .min(1, 'must not be empty')
  .max(maxAssetIdLength * 2, `must have at most ${maxAssetIdLength} characters`)
  .normalize('NFC')
  .meta({ description: 'Id of the asset: its file name without extension', example: 'red-shoe' });
export const folder = z
  .string()
  .regex(
    /^\/(?:[^/\\]{1,100}\/)*$/u,
    'must start and end with a slash, with folder names of 1 to 100 characters between',
  )
  .refine((text) => !/\/\.{1,2}\//.test(text), 'must not have folders with the names . and ..')
  .refine(...withoutHidden)
  .normalize('NFC')
  .refine(...withinBytes(maxFolderPathBytes))
  .meta({
    description: `Starts and ends with a slash. At most ${maxFolderPathBytes} bytes in UTF-8`,
    maxLength: maxFolderPathBytes,
    example: '/autumn/shoes/',
  });
export const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine(...withoutControls)
  .meta({
    description: 'Name of the job, to which the time of its start is added',
    example: 'Autumn collection',
  });

/** Several values with commas between them. */
export const commaSeparated = <const Value extends string>(values: readonly Value[], name: string) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(','))].sort())
    .refine(
      (given): given is Value[] => given.every((one) => values.some((known) => known === one)),
      `must be one ${name} or several of ${values.join(', ')}, with commas between`,
    )
    .optional();

export const page = {
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1_000, 'must be at most 1000')
    .default(100)
    .meta({ description: 'Maximum number of items in a page', example: 100 }),
  cursor: z
    .string()
    .min(1, 'must not be empty')
    .max(4_000, 'is not one that this list gave')
    .optional()
    .meta({ description: 'The `next` of the previous page. Valid only with the same filters and order' }),
};
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Cursor of the next page; missing on the last one' }),
  });

export const partial = z.boolean().default(false).meta({
  description:
    'Process the assets that exist and report each other one with a reason. Without it, one unknown id refuses the whole request',
});

export const companyParams = z.strictObject({ company });
export const jobParams = z.strictObject({ company, jobId });
export const planParams = z.strictObject({ company, planId });
export const downloadParams = z.strictObject({ company, downloadId });
export const assetParams = z.strictObject({ company, id: assetId });
export const noQuery = z.strictObject({});
export const noBody = z.strictObject({}).prefault({});

/**
 * What API Gateway sends by itself, as `application/json`, before a function sees the request:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export const gatewayResponse = z
  .strictObject({ message: z.string() })
  .meta({ id: 'GatewayMessage', example: { message: 'Too Many Requests' } });

/** Every error response of the functions, as `application/problem+json` (RFC 9457). */
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
            .meta({ description: 'For a text: the column where the wrong part begins, counted from 1' }),
          nearest: z.string().optional().meta({ description: 'For an invalid value: the nearest valid one' }),
        }),
      )
      .optional()
      .meta({ description: 'Each invalid value and the rule that it breaks' }),
    requiredRole: z.enum(roles).optional(),
    allow: z.string().optional().meta({ description: 'Methods that the path allows' }),
    retryAfter: z.string().optional().meta({ description: 'Seconds to wait before you try again' }),
    jobId: z.string().optional().meta({ description: 'The job that prevents the request' }),
    matches: z
      .string()
      .optional()
      .meta({ description: 'For a scope by a search: the assets that match now' }),
    etag: z.string().optional().meta({ description: 'The current ETag, if the given one is outdated' }),
    quota: z.string().optional().meta({ description: 'The quota that is used: `assets` or `bytes`' }),
    used: z.string().optional().meta({ description: 'What the company has of it' }),
    limit: z.string().optional().meta({ description: 'What it may have' }),
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
