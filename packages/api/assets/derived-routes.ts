import * as z from 'zod';
import { maxModifierLength } from '../../../domain/delivery/check-modifiers.ts';
import { maxRecipeLength } from '../../../domain/sets/recipe.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, company, folder, noQuery, page, pageOf, withoutControls } from '../values.ts';
import { assetResponse, focus } from './asset-response.ts';

/** Derived images: recipes over one parent image. And the focal point of an image, which they share. */

const recipe = z
  .string()
  .min(1, 'must not be empty')
  .max(maxRecipeLength, `must have at most ${maxRecipeLength} characters`)
  .refine(...withoutControls)
  .meta({ description: 'Image commands, as in a URL', example: 'wid=400&hei=300&fit=crop' });

const derivedResponse = z
  .strictObject({
    ...assetResponse.shape,
    warnings: z.array(z.string()).meta({ description: 'Assets that did not go live, with the reason' }),
  })
  .meta({ id: 'DerivedImage' });

const modifier = z
  .string()
  .max(maxModifierLength, `must have at most ${maxModifierLength} characters`)
  .refine(...withoutControls)
  .nullable()
  .default(null);

export const derivedRoutes = {
  createDerived: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/{id}/derived',
    operationId: 'createDerived',
    summary: 'Derive an image from another. It changes with its parent and is deleted with it',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z
      .strictObject({
        id: assetId.meta({ description: 'Id of the derived image' }),
        recipe,
        folder: folder.optional().meta({ description: 'Default: the folder of the parent' }),
        publish: z.boolean().default(true).meta({ description: 'Publish it at once' }),
      })
      .meta({ id: 'NewDerived', example: { id: 'red-shoe-teaser', recipe: 'wid=400&hei=300&fit=crop' } }),
    response: { status: 201, description: 'The derived image', schema: derivedResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'derived.refused',
      'asset.id-taken',
      'asset.changed-meanwhile',
      'storage.busy',
    ],
  }),

  listDerived: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/derived',
    operationId: 'listDerived',
    summary: 'List the images that are derived from an image, by id',
    role: 'viewer',
    params: assetParams,
    query: z.strictObject(page),
    response: { status: 200, description: 'A page of derived images', schema: pageOf(assetResponse) },
    failures: ['asset.not-found'],
  }),

  editDerived: defineRoute({
    method: 'PATCH',
    path: '/v1/companies/{company}/assets/{id}/derived/{derivedId}',
    operationId: 'editDerived',
    summary: 'Change the recipe of a derived image. If it is live, the new form goes live at once',
    role: 'user',
    params: z.strictObject({ company, id: assetId, derivedId: assetId }),
    query: noQuery,
    body: z.strictObject({ recipe }).meta({ id: 'DerivedEdit', example: { recipe: 'wid=600' } }),
    ifMatch: true,
    response: { status: 200, description: 'The derived image', schema: derivedResponse },
    failures: ['asset.not-found', 'asset.trashed', 'asset.stale', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  setFocus: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/assets/{id}/focus',
    operationId: 'setFocus',
    summary:
      'Set the focal point of an image, which crops keep. It gets a new version, as do its derived images; if it is live, the new version goes live at once',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z
      .strictObject({ focus: focus.nullable().meta({ description: 'Null: crops keep the middle' }) })
      .meta({ id: 'FocusEdit', example: { focus: { x: 0.25, y: 0.4 } } }),
    ifMatch: true,
    response: { status: 200, description: 'The image', schema: derivedResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.stale',
      'asset.changed-meanwhile',
      'focus.refused',
      'storage.busy',
    ],
  }),

  setModifiers: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/assets/{id}/modifiers',
    operationId: 'setModifiers',
    summary:
      'Set the image commands that an image has in each of its addresses. It gets a new version; if it is live, the new version goes live at once and the CDN is invalidated',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z
      .strictObject({
        modifier: modifier.meta({
          description: 'Counts as if it stood before the commands of an address: they replace its commands',
        }),
        postModifier: modifier.meta({
          description: 'Counts as if it stood after the commands of an address: it replaces them',
        }),
      })
      .meta({
        id: 'ModifiersEdit',
        example: { modifier: 'op_sharpen=1', postModifier: 'layer=1&src=watermark&opac=40' },
      }),
    ifMatch: true,
    response: { status: 200, description: 'The image', schema: derivedResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.stale',
      'asset.changed-meanwhile',
      'modifiers.refused',
      'storage.busy',
    ],
  }),
};
