import * as z from 'zod';
import {
  maxFields,
  maxFieldTextLength,
  maxKeywordLength,
  maxKeywords,
} from '../../../domain/library/limits.ts';

// The rules of the values themselves are those of editMetadata: here is only what keeps a body small.
/** A list of keywords. @param what it is for */
export const keywordList = (what: string) =>
  z
    .array(
      z
        .string('must be a text')
        .max(maxKeywordLength * 2, `must have at most ${maxKeywordLength} characters`)
        .meta({ example: 'shoes' }),
    )
    .max(maxKeywords, `must have at most ${maxKeywords} keywords`)
    .meta({
      description: `${what}. Each of at most ${maxKeywordLength} characters; case makes no difference`,
    });
/** Values of metadata fields. */
export const fieldValues = z
  .record(
    z.string().max(100, 'must have at most 100 characters'),
    z
      .union(
        [
          z.string().max(maxFieldTextLength * 2, `must have at most ${maxFieldTextLength} characters`),
          z.number(),
          z.boolean(),
        ],
        'must be a text, a number, true, false or null',
      )
      .nullable(),
  )
  .refine((fields) => Object.keys(fields).length <= maxFields, `must have at most ${maxFields} fields`)
  .meta({
    description: "By name, checked against the company's metadata schema; null removes a value",
    example: { sku: 'RS-100', season: 'autumn' },
  });
/** Whether an edit names a value. */
export const something = (edit: object) => Object.values(edit).some((value) => value !== undefined);

/** What can be changed in the metadata of many assets at once. */
export const metadataOfMany = {
  keywords: keywordList('Replaces all keywords').optional(),
  addKeywords: keywordList('Keywords to add').optional(),
  removeKeywords: keywordList('Keywords to remove').optional(),
  fields: fieldValues.optional(),
};
