import * as z from 'zod';
import { maxPresets, presetSetTypes } from '../../../domain/sets/batch-set-preset.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, noQuery, withoutHidden } from '../values.ts';

export const presetName = z
  .string()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .regex(/^[^/]*$/, 'must not contain slashes')
  .refine(...withoutHidden)
  .refine((text) => text.trim() === text, 'must not begin or end with a blank')
  .normalize('NFC')
  .meta({ description: 'Name of the preset', example: 'shoes all around' });

const pattern = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .normalize('NFC');

const presetValues = {
  setType: z.enum(presetSetTypes, `must be one of ${presetSetTypes.join(', ')}`),
  members: pattern.meta({
    description:
      'Which ids are members: text with `{base}` and either `{view}`, or `{row}` and `{column}` in it. These are numbers of up to 6 digits',
    example: '{base}-{view}',
  }),
  swatches: pattern.optional().meta({ description: 'Which ids are swatches of image and swatch sets' }),
  views: z
    .array(z.string().min(1, 'must not be empty').max(50, 'must have at most 50 characters').normalize('NFC'))
    .min(1, 'must name at least one view')
    .max(100, 'must name at most 100 views')
    .optional()
    .meta({ description: 'Words that `{view}` stands for instead of a number, in the order of the set' }),
  setId: pattern
    .default('{base}-set')
    .meta({ description: 'Id of the set, with `{base}` in it', example: '{base}-set' }),
  active: z.boolean().default(true).meta({ description: 'Used by uploads that name no presets' }),
};

const presetResponse = z
  .strictObject({
    name: z.string(),
    setType: z.enum(presetSetTypes),
    members: z.string(),
    swatches: z.string().optional(),
    views: z.array(z.string()).readonly().optional(),
    setId: z.string(),
    active: z.boolean(),
  })
  .meta({ id: 'BatchSetPreset' });

const presetParams = z.strictObject({ company, name: presetName });

export const presetRoutes = {
  listBatchSetPresets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/batch-set-presets',
    operationId: 'listBatchSetPresets',
    summary: 'List the presets by which uploads build sets, by name',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: `All of them: a company has at most ${maxPresets}`,
      schema: z.strictObject({ items: z.array(presetResponse) }),
    },
    failures: [],
  }),

  putBatchSetPreset: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/batch-set-presets/{name}',
    operationId: 'putBatchSetPreset',
    summary: 'Create or replace a batch set preset',
    role: 'admin',
    params: presetParams,
    query: noQuery,
    body: z.strictObject(presetValues).meta({
      id: 'NewBatchSetPreset',
      example: { setType: 'spin-set', members: '{base}-{view}', setId: '{base}-spin', active: true },
    }),
    response: { status: 200, description: 'The preset', schema: presetResponse },
    failures: [],
    audit: { kind: 'presets', subject: { in: 'params', name: 'name' } },
  }),

  deleteBatchSetPreset: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/batch-set-presets/{name}',
    operationId: 'deleteBatchSetPreset',
    summary: 'Delete a batch set preset. Sets that it built stay',
    role: 'admin',
    params: presetParams,
    query: noQuery,
    response: { status: 200, description: 'The preset as it was', schema: presetResponse },
    failures: ['preset.not-found'],
    audit: { kind: 'presets', subject: { in: 'params', name: 'name' } },
  }),
};
