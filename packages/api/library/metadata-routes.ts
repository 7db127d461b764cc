import * as z from 'zod';
import {
  maxAltTextLength,
  maxChoices,
  maxDescriptionLength,
  maxFields,
  maxFieldTextLength,
  maxTitleLength,
} from '../../../domain/library/limits.ts';
import { fieldName, fieldTypes, isReservedName } from '../../../domain/library/metadata-schema.ts';
import { assetResponse } from '../assets/asset-response.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, companyParams, folder, noQuery, time, withoutControls } from '../values.ts';
import {
  hasOneSelection,
  oneSelection,
  remaining,
  scopeFailures,
  selectionOrScope,
} from './asset-selection.ts';
import { fieldValues, keywordList, metadataOfMany, something } from './metadata-values.ts';

/** Metadata of assets, and the fields that a company has for it. */

// The rules of the values themselves are those of editMetadata: here is only what keeps a body small.
const text = (maxLength: number, what: string) =>
  z
    .string('must be a text')
    .max(maxLength * 2, `must have at most ${maxLength} characters`)
    .nullable()
    .optional()
    .meta({ description: `${what}. At most ${maxLength} characters; null or an empty text removes it` });

const fieldBase = {
  name: z
    .string()
    .regex(fieldName, 'must be a letter and up to 49 letters, digits, - and _')
    .refine((name) => !isReservedName(name), 'is a reserved name. Choose another one')
    .meta({ description: 'Under which values are kept', example: 'season' }),
  label: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 characters')
    .refine(...withoutControls)
    .meta({ description: 'To show', example: 'Season' }),
  required: z
    .boolean()
    .default(false)
    .meta({ description: 'After an edit of the fields it must have a value' }),
};
const choices = z
  .array(
    z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(maxFieldTextLength, `must have at most ${maxFieldTextLength} characters`)
      .refine(...withoutControls)
      .normalize('NFC'),
  )
  .min(1, 'must have at least one value')
  .max(maxChoices, `must have at most ${maxChoices} values`)
  .refine((values) => new Set(values).size === values.length, 'must not name a value twice');
const metadataField = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({
        ...fieldBase,
        type: z.literal('text'),
        maxLength: z
          .int('must be a whole number')
          .min(1, 'must be at least 1')
          .max(maxFieldTextLength, `must be at most ${maxFieldTextLength}`)
          .optional(),
      }),
      z.strictObject({ ...fieldBase, type: z.enum(['number', 'boolean', 'date']) }),
      z.strictObject({ ...fieldBase, type: z.literal('choice'), values: choices }),
    ],
    `must be one of ${fieldTypes.join(', ')}`,
  )
  .meta({ id: 'MetadataField' });
const schemaBase = {
  fields: z
    .array(metadataField)
    .max(maxFields, `must have at most ${maxFields} fields`)
    .refine(
      (fields) => new Set(fields.map(({ name }) => name)).size === fields.length,
      'must not name a field twice',
    ),
  freeFields: z.boolean().meta({ description: 'Fields that are not in the schema are allowed' }),
};
const metadataSchemaResponse = z
  .strictObject({ ...schemaBase, modified: time.optional(), modifiedBy: z.string().optional() })
  .meta({ id: 'MetadataSchema' });

const rowResults = z.array(
  z.strictObject({
    row: z.int().min(2).meta({ description: 'As spreadsheets count: the header is row 1' }),
    id: z.string(),
    outcome: z.enum(['changed', 'unchanged', 'trashed', 'failed']),
    errors: z
      .array(z.strictObject({ column: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Why it failed' }),
  }),
);

export const metadataRoutes = {
  editMetadata: defineRoute({
    method: 'PATCH',
    path: '/v1/companies/{company}/assets/{id}',
    operationId: 'editMetadata',
    summary: "Change an asset's metadata: what is given, nothing else",
    role: 'user',
    params: assetParams,
    query: noQuery,
    ifMatch: true,
    body: z
      .strictObject({
        title: text(maxTitleLength, 'To show'),
        description: text(maxDescriptionLength, 'May have lines'),
        altText: text(maxAltTextLength, 'Describes the picture for people who cannot see it'),
        keywords: keywordList('All of them').nullable().optional(),
        fields: fieldValues.nullable().optional(),
      })
      .refine(something, 'must change something')
      .meta({
        id: 'MetadataEdit',
        example: {
          title: 'Red shoe',
          keywords: ['shoes', 'red'],
          fields: { season: 'autumn' },
          altText: null,
        },
      }),
    response: {
      status: 200,
      description: 'The asset, in the same version, with its new `ETag`',
      schema: assetResponse,
    },
    failures: ['asset.not-found', 'asset.stale', 'asset.trashed', 'asset.changed-meanwhile'],
  }),

  editMetadataOfAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/metadata',
    operationId: 'editMetadataOfAssets',
    summary: 'Add, remove and replace keywords and set fields of many assets',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        ...selectionOrScope,
        ...metadataOfMany,
        partial: z.boolean().default(false).meta({
          description: 'Change those that can be changed, even if others are unknown or would break a rule',
        }),
      })
      .refine(hasOneSelection, oneSelection)
      .refine(
        ({ keywords, addKeywords, removeKeywords, fields }) =>
          something({ keywords, addKeywords, removeKeywords, fields }),
        'must change something',
      )
      .meta({
        id: 'MetadataEditOfAssets',
        example: { assetIds: ['red-shoe', 'blue-shoe'], addKeywords: ['sale'], fields: { season: null } },
      }),
    response: {
      status: 200,
      description: 'The result of each asset, in the order of the request, or by id for a scope',
      schema: z
        .strictObject({
          results: z.array(
            z.strictObject({
              id: z.string(),
              outcome: z.enum(['changed', 'unchanged', 'failed']),
              etag: z.string().optional().meta({ description: 'The current one; missing where it failed' }),
              code: z.string().optional().meta({ description: 'Why it failed' }),
              detail: z.string().optional(),
            }),
          ),
        })
        .meta({ id: 'MetadataEditResults' }),
    },
    failures: ['asset.not-found', 'asset.trashed', ...scopeFailures],
  }),

  exportMetadata: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/metadata/export',
    operationId: 'exportMetadata',
    summary: 'Download the metadata of assets as CSV: a row for each asset, a column for each value',
    role: 'viewer',
    params: companyParams,
    query: z
      .strictObject({
        folder: folder.optional().meta({ description: 'Only assets in this folder. Default: all folders' }),
        below: z
          .enum(['true', 'false'], 'must be true or false')
          .default('true')
          .meta({ description: 'Also the folders below it' }),
        afterFolder: folder.optional().meta({ description: 'Where to go on: the header `Link` has it' }),
        afterId: assetId.optional().meta({ description: 'Where to go on: the header `Link` has it' }),
      })
      .refine(
        ({ afterFolder, afterId }) => (afterFolder === undefined) === (afterId === undefined),
        'afterFolder and afterId must be given together',
      ),
    response: {
      status: 200,
      description:
        'The table of up to 1,000 assets, folder by folder, as an attachment. If there are more, the header `Link` has the address of the next table with `rel="next"`',
      schema: z.never(),
      files: ['text/csv'],
      filesOnly: true,
    },
    failures: [],
  }),

  importMetadata: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/metadata/import',
    operationId: 'importMetadata',
    summary: 'Change the metadata of up to 1,000 assets by a table in CSV, and move assets to the trash',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        csv: z.string('must be a text').min(1, 'must not be empty').meta({
          description:
            'Commas, semicolons or tabs between cells. Columns: id; title, description, altText, keywords, addKeywords, removeKeywords, fields.<name>; delete (yes). Columns that are missing stay as they are',
        }),
        empty: z.enum(['keep', 'remove'], 'must be keep or remove').default('remove').meta({
          description: 'What an empty cell does: it removes the value (default), or keeps it',
        }),
        partial: z.boolean().default(false).meta({
          description: 'Process the rows without errors. Without it, one wrong cell refuses the whole table',
        }),
        dryRun: z.boolean().default(false).meta({ description: 'Only check, and say what would change' }),
      })
      .meta({
        id: 'MetadataImport',
        example: { csv: 'id,title,keywords,delete\nred-shoe,Red shoe,shoes; red,\nold-shoe,,,yes\n' },
      }),
    response: {
      status: 200,
      description: 'The result of each row, in the order of the table',
      schema: z
        .strictObject({
          results: rowResults,
          warnings: z.array(z.string()).meta({
            description: 'Live sets that are incomplete now, and servers that did not withdraw an asset yet',
          }),
          remaining,
        })
        .meta({ id: 'MetadataImportResults' }),
    },
    dryRun: {
      status: 200,
      description: 'What would become of each row',
      schema: z
        .strictObject({ dryRun: z.literal(true), results: rowResults })
        .meta({ id: 'MetadataImportPreview' }),
    },
    failures: ['storage.busy'],
  }),

  readMetadataSchema: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/metadata-schema',
    operationId: 'readMetadataSchema',
    summary: 'Read the fields that the company has for its assets',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: { status: 200, description: 'The schema', schema: metadataSchemaResponse },
    failures: [],
  }),

  writeMetadataSchema: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/metadata-schema',
    operationId: 'writeMetadataSchema',
    summary:
      'Replace the fields that the company has for its assets. Values are checked when they are written: those that break the new schema stay until they are edited',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z.strictObject({ ...schemaBase, freeFields: schemaBase.freeFields.default(true) }).meta({
      id: 'NewMetadataSchema',
      example: {
        fields: [
          { name: 'sku', label: 'SKU', type: 'text', required: true, maxLength: 20 },
          { name: 'season', label: 'Season', type: 'choice', values: ['spring', 'autumn'] },
        ],
        freeFields: false,
      },
    }),
    ifMatch: true,
    response: { status: 200, description: 'The schema', schema: metadataSchemaResponse },
    failures: ['settings.stale'],
    audit: { kind: 'settings' },
  }),
};
