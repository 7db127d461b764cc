import * as z from 'zod';
import { maxPosterBytes } from '../../../domain/assets/poster.ts';
import { defineRoute } from '../route.ts';
import { assetParams, noQuery } from '../values.ts';
import { assetResponse } from './asset-response.ts';

/** Characters of base64 for a poster of the largest size. */
const maxCharacters = Math.ceil(maxPosterBytes / 3) * 4;

export const posterRoutes = {
  setPoster: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/assets/{id}/poster',
    operationId: 'setPoster',
    summary:
      'Give a video the picture that its thumbnail shows. There is no new version, and nothing goes live',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z
      .strictObject({
        image: z
          .base64('must be base64')
          .min(1, 'must not be empty')
          .max(
            maxCharacters,
            `must have at most ${maxPosterBytes} bytes, which are ${maxCharacters} characters`,
          )
          .nullable()
          .meta({
            description: `A JPEG, PNG or WebP image of at most ${maxPosterBytes} bytes, in base64. Null: no poster`,
          }),
      })
      .meta({ id: 'PosterEdit', example: { image: '/9j/4AAQSkZJRgABAQAAAQABAAA=' } }),
    response: { status: 200, description: 'The video', schema: assetResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.changed-meanwhile',
      'poster.refused',
      'storage.busy',
    ],
  }),
};
