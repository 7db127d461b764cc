import * as z from 'zod';
import { maxPresetLength, presetNamePattern } from '../../../domain/delivery/image-preset.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, count, noQuery, time } from '../values.ts';

/** Image presets: image commands with a name, for addresses such as `…/red-shoe?$large$`. */

const name = z
  .string()
  .regex(
    presetNamePattern,
    'must be 1 to 60 letters, digits, dots, hyphens and underscores, and begin with a letter',
  )
  .meta({ description: 'Name of the preset. Case does not matter in addresses', example: 'large' });
const commands = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(maxPresetLength, `must have at most ${maxPresetLength} characters`)
  .meta({
    description:
      'Image commands as in the query of an address, without `?`. They may use variables, whose values an address gives',
    example: 'wid=1200&hei=800&fit=crop&fmt=auto&qlt=85',
  });

const presetResponse = z
  .strictObject({
    name,
    commands,
    version: count.meta({ description: 'Counts the changes, from 1' }),
    modified: time,
    modifiedBy: z.string().meta({ description: 'Subject of the member' }),
  })
  .meta({ id: 'ImagePreset' });

const presetParams = z.strictObject({ company, name });

export const imagePresetRoutes = {
  listImagePresets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/image-presets',
    operationId: 'listImagePresets',
    summary: 'List the image presets, by name',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'Every preset',
      schema: z.strictObject({ items: z.array(presetResponse) }).meta({ id: 'ImagePresets' }),
    },
    failures: [],
  }),

  putImagePreset: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/image-presets/{name}',
    operationId: 'putImagePreset',
    summary: 'Make or replace an image preset. Images at addresses that use it are flushed from the CDN',
    role: 'admin',
    params: presetParams,
    query: noQuery,
    body: z
      .strictObject({ commands })
      .meta({ id: 'ImagePresetEdit', example: { commands: 'wid=1200&hei=800&fit=crop&fmt=auto&qlt=85' } }),
    ifMatch: true,
    response: { status: 200, description: 'The preset', schema: presetResponse },
    failures: ['preset.stale', 'storage.busy'],
    audit: { kind: 'presets', subject: { in: 'params', name: 'name' } },
  }),

  deleteImagePreset: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/image-presets/{name}',
    operationId: 'deleteImagePreset',
    summary: 'Delete an image preset. Addresses that use it stop working',
    role: 'admin',
    params: presetParams,
    query: noQuery,
    response: { status: 200, description: 'The preset as it was', schema: presetResponse },
    failures: ['preset.not-found', 'storage.busy'],
    audit: { kind: 'presets', subject: { in: 'params', name: 'name' } },
  }),
};
