import * as z from 'zod';
import { assetTypes, setTypes } from '../../../domain/assets/asset.ts';
import { maxLabelLength, maxMembers, maxOccurrences, maxRows } from '../../../domain/sets/member-rules.ts';
import { memberRoles } from '../../../domain/sets/set-record.ts';
import { assetResponse } from '../assets/asset-response.ts';
import { defineRoute } from '../route.ts';
import {
  assetId,
  assetParams,
  company,
  companyParams,
  folder,
  noQuery,
  page,
  pageOf,
  withoutControls,
} from '../values.ts';

/** Sets, and the presets by which uploads build them. */

const label = z
  .string()
  .max(maxLabelLength, `must have at most ${maxLabelLength} characters`)
  .refine(...withoutControls)
  .refine((text) => text.isWellFormed(), 'must be valid Unicode');

const color = z
  .string()
  .regex(/^#?[0-9A-Fa-f]{6}$/, 'must be a colour of six hexadecimal digits, like a1b2c3')
  .transform((text) => text.replace('#', '').toLowerCase())
  .meta({ description: 'Six hexadecimal digits', example: 'a1b2c3' });

const member = z
  .strictObject({
    id: assetId,
    label: label.optional(),
    swatch: z
      .union(
        [z.strictObject({ id: assetId }), z.strictObject({ color, label: label.optional() })],
        'must be either an image, {"id"}, or a colour, {"color", "label"}',
      )
      .optional()
      .meta({
        description: 'A small image or a colour to choose the member by; in a mixed media set its thumbnail',
      }),
    row: z
      .int('must be a whole number')
      .min(0, 'must be at least 0')
      .max(maxRows - 1, `must be at most ${maxRows - 1}`)
      .optional()
      .meta({ description: 'Of a spin set with two dimensions, from 0' }),
    role: z
      .enum(memberRoles, `must be one of ${memberRoles.join(', ')}`)
      .optional()
      .meta({ description: 'Of templates and eCatalogs; by the type of the asset unless given' }),
  })
  .meta({ id: 'SetMember' });

const members = z
  .array(member)
  .min(1, 'must have at least one member')
  .max(maxMembers, `must have at most ${maxMembers} members`)
  .meta({ description: `In their order. One asset takes at most ${maxOccurrences} places` });

const publish = z.boolean().default(true).meta({
  description:
    'Publish after saving: the set and everything in it go live. Without it a published set goes live as saved, and its members keep their own state',
});

const words = (maxLength: number) =>
  z
    .string()
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine((text) => withoutControls[0](text.replace(/[\n\t]/g, '')), withoutControls[1])
    .refine((text) => text.isWellFormed(), 'must be valid Unicode');

const setResponse = z
  .strictObject({
    ...assetResponse.shape,
    members: z.array(
      z
        .strictObject({
          id: z.string(),
          label: z.string().optional(),
          swatch: z
            .union([
              z.strictObject({ id: z.string() }),
              z.strictObject({ color: z.string(), label: z.string().optional() }),
            ])
            .optional(),
          row: z.int().optional(),
          role: z.enum(memberRoles).optional(),
          type: z.enum(assetTypes).optional().meta({ description: 'Missing where the asset is gone' }),
          thumbnailUrl: assetResponse.shape.thumbnailUrl,
          previewUrl: assetResponse.shape.previewUrl,
          published: z.boolean().meta({ description: 'Live on at least one server' }),
          trashed: z.literal(true).optional(),
        })
        .meta({ id: 'MemberOfSet' }),
    ),
    warnings: z.array(z.string()).meta({
      description: 'Assets that did not go live, with the reason, and missing members of a live set',
    }),
  })
  .meta({ id: 'Set' });

export const setRoutes = {
  createSet: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/sets',
    operationId: 'createSet',
    summary: 'Make a set of assets',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        type: z.enum(setTypes, `must be one of ${setTypes.join(', ')}`),
        id: assetId,
        folder: folder.default('/'),
        members,
        publish,
        title: words(255).optional(),
        description: words(2_000).optional(),
        altText: words(1_000).optional(),
      })
      .meta({
        id: 'NewSet',
        example: {
          type: 'image-set',
          id: 'red-shoe-views',
          folder: '/autumn/shoes/',
          members: [
            { id: 'red-shoe-front', label: 'Front' },
            { id: 'red-shoe-back', label: 'Back' },
          ],
          publish: true,
        },
      }),
    response: { status: 201, description: 'The set', schema: setResponse },
    failures: ['asset.not-found', 'asset.id-taken', 'set.refused', 'asset.changed-meanwhile', 'storage.busy'],
  }),

  readSet: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/sets/{id}',
    operationId: 'readSet',
    summary: 'Read a set with its members',
    role: 'viewer',
    params: assetParams,
    query: noQuery,
    response: { status: 200, description: 'The set', schema: setResponse },
    failures: ['asset.not-found'],
  }),

  editSet: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/sets/{id}',
    operationId: 'editSet',
    summary: 'Change the members of a set, or their order',
    role: 'user',
    params: assetParams,
    query: noQuery,
    body: z.strictObject({ members, publish }).meta({
      id: 'SetEdit',
      example: { members: [{ id: 'red-shoe-back' }, { id: 'red-shoe-front' }], publish: false },
    }),
    ifMatch: true,
    response: { status: 200, description: 'The set', schema: setResponse },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'asset.stale',
      'set.refused',
      'asset.changed-meanwhile',
      'storage.busy',
    ],
  }),

  listSetsOfAsset: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/sets',
    operationId: 'listSetsOfAsset',
    summary: 'List the sets that contain an asset',
    role: 'viewer',
    params: z.strictObject({ company, id: assetId }),
    query: z.strictObject(page),
    response: {
      status: 200,
      description: 'A page of sets, by id',
      schema: pageOf(
        z
          .strictObject({
            id: z.string(),
            type: z.enum(assetTypes),
            places: z.int().min(1).meta({ description: 'How often the asset is in the set' }),
            thumbnailUrl: assetResponse.shape.thumbnailUrl,
            previewUrl: assetResponse.shape.previewUrl,
            published: z.boolean(),
            trashed: z.boolean(),
          })
          .meta({ id: 'SetOfAsset' }),
      ),
    },
    failures: ['asset.not-found'],
  }),
};
