import * as z from 'zod';
import {
  defaultPreviewSeconds,
  maxPreviewSeconds,
  minPreviewSeconds,
} from '../../../domain/delivery/preview-scope.ts';
import { maxRecipeLength } from '../../../domain/sets/recipe.ts';
import { defineRoute } from '../route.ts';
import { assetId, companyParams, count, noQuery, time } from '../values.ts';

/** Signed addresses of what is not published. */

const previewResponse = z
  .strictObject({
    url: z.url().meta({ description: 'Works for everybody who has it, until it expires or is revoked' }),
    kind: z.enum(['image', 'set', 'content', 'video']).meta({
      description:
        '`image` takes every image command, `set` takes `req=`, `content` is the file as it is, `video` takes byte ranges',
    }),
    assetId: z.string(),
    version: z.int().min(1).meta({ description: 'The version that it shows, also after a newer one exists' }),
    expires: time,
  })
  .meta({ id: 'Preview' });

export const previewRoutes = {
  createPreview: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/previews',
    operationId: 'createPreview',
    summary: 'Make a link that shows an asset, a version or a recipe that is not published',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        assetId,
        version: z
          .int('must be a whole number')
          .min(1, 'must be at least 1')
          .optional()
          .meta({ description: 'Default: the current version' }),
        recipe: z
          .string()
          .max(maxRecipeLength, `must have at most ${maxRecipeLength} characters`)
          .optional()
          .meta({
            description:
              'Image commands of a derived image that is not saved: the asset is its parent, or the derived image whose recipe is to change',
          }),
        seconds: z
          .int('must be a whole number')
          .min(minPreviewSeconds, `must be at least ${minPreviewSeconds}`)
          .max(maxPreviewSeconds, `must be at most ${maxPreviewSeconds}, which is 30 days`)
          .default(defaultPreviewSeconds)
          .meta({ description: 'How long it works' }),
      })
      .meta({ id: 'NewPreview', example: { assetId: 'red-shoe', seconds: 86_400 } }),
    audit: { kind: 'previews', subject: { in: 'body', name: 'assetId' } },
    response: { status: 201, description: 'The preview', schema: previewResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'version.not-found',
      'version.refused',
      'preview.refused',
      'storage.busy',
    ],
  }),

  revokePreview: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/previews/revoke',
    operationId: 'revokePreview',
    summary: 'End one preview: its URL stops working within 60 seconds',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        url: z
          .string()
          .min(1, 'must not be empty')
          .max(8_192, 'must have at most 8192 characters')
          .meta({ description: 'The URL of the preview, or its path' }),
      })
      .meta({ id: 'PreviewToRevoke' }),
    response: {
      status: 200,
      description: 'The asset that it showed. To revoke it again changes nothing',
      schema: z.strictObject({ assetId: z.string(), expires: time }).meta({ id: 'RevokedPreview' }),
    },
    failures: ['preview.not-found', 'preview.refused', 'storage.busy'],
  }),

  revokePreviews: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/previews',
    operationId: 'revokePreviews',
    summary: 'End every preview of the company: their URLs stop working within 60 seconds',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    audit: { kind: 'previews' },
    response: {
      status: 200,
      description: 'Counts how often this was done, from 2',
      schema: z.strictObject({ generation: count }).meta({ id: 'RevokedPreviews' }),
    },
    failures: ['storage.busy'],
  }),
};
