import * as z from 'zod';
import { type AssetType, assetTypes } from '../../../domain/assets/asset.ts';
import { maxFieldTextLength, maxKeywordLength } from '../../../domain/library/limits.ts';
import { orientations, searchStates } from '../../../domain/library/search-filters.ts';
import { folder, withoutControls } from '../values.ts';

/** Filters of a search, for its query string and for scopes. */

const plain = (maxLength: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine(...withoutControls);

/** A day means from its beginning, or to its end, in UTC. */
const moment = (end: 'from' | 'to') =>
  z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date or a time in ISO 8601')
    .transform(
      (text) =>
        new Date(text.length > 10 ? text : `${text}T${end === 'from' ? '00:00:00.000' : '23:59:59.999'}Z`),
    )
    .refine((date) => !Number.isNaN(date.getTime()), 'must be a date or a time in ISO 8601')
    .transform((date) => date.toISOString())
    .optional();

/** A number in a scope; its digits in a query string. */
const wholeNumber = (of: string) =>
  z
    .union(
      [
        z.int().min(0),
        z
          .string()
          .regex(/^\d{1,15}$/)
          .transform(Number),
      ],
      `must be a whole number of ${of}, at least 0`,
    )
    .optional();
const bytes = wholeNumber('bytes');
const pixels = wholeNumber('pixels');

const flag = z
  .union([z.enum(['true', 'false']), z.boolean()], 'must be true or false')
  .transform((value) => String(value) === 'true')
  .optional();

const ranges = [
  ['modifiedFrom', 'modifiedTo', 'before'],
  ['createdFrom', 'createdTo', 'before'],
  ['bytesFrom', 'bytesTo', 'smaller than'],
  ['widthFrom', 'widthTo', 'smaller than'],
  ['heightFrom', 'heightTo', 'smaller than'],
] as const;

/** Each value as a query string has it. */
export const searchFilters = {
  q: plain(200).optional().meta({
    description:
      'One word or several: each must be part of the id, file name, title, description, alternative text, a keyword or a field. Case and accents do not matter',
    example: 'red sho',
  }),
  keyword: plain(maxKeywordLength * 2)
    .optional()
    .meta({ description: 'A whole keyword, in any case', example: 'shoes' }),
  field: plain(maxFieldTextLength + 200)
    .refine((text) => text.indexOf(':') > 0, 'must be the name of a field, a colon and its whole value')
    .transform((text) => ({
      name: text.slice(0, text.indexOf(':')),
      value: text.slice(text.indexOf(':') + 1),
    }))
    .optional()
    .meta({ description: 'A metadata field and its whole value, in any case', example: 'colour:red' }),
  type: z
    .string()
    .transform((text) => text.split(','))
    .refine(
      (types): types is AssetType[] => types.every((type) => assetTypes.some((known) => known === type)),
      `must be one or several of ${assetTypes.join(', ')}, with commas between`,
    )
    .optional()
    .meta({ description: 'One type, or several with commas between', example: 'image,video' }),
  state: z
    .enum(searchStates, `must be one of ${searchStates.join(', ')}`)
    .optional()
    .meta({
      description:
        '`published`: live on at least one server. `changed`: live somewhere in an older version. `held`: unpublished by hand',
    }),
  modifiedFrom: moment('from').meta({ description: 'A time, or the beginning of a day in UTC' }),
  modifiedTo: moment('to').meta({ description: 'A time, or the end of a day in UTC' }),
  createdFrom: moment('from').meta({ description: 'A time, or the beginning of a day in UTC' }),
  createdTo: moment('to').meta({ description: 'A time, or the end of a day in UTC' }),
  bytesFrom: bytes.meta({ description: 'Smallest size' }),
  bytesTo: bytes.meta({ description: 'Largest size' }),
  widthFrom: pixels.meta({ description: 'Smallest width' }),
  widthTo: pixels.meta({ description: 'Largest width' }),
  heightFrom: pixels.meta({ description: 'Smallest height' }),
  heightTo: pixels.meta({ description: 'Largest height' }),
  orientation: z.enum(orientations, `must be one of ${orientations.join(', ')}`).optional(),
  uploader: plain(200)
    .optional()
    .meta({ description: 'Subject of the member that uploaded or built it first' }),
  unused: flag.meta({ description: 'No set shows it' }),
  incomplete: flag.meta({ description: 'A published set with a member that is not published' }),
  stillLive: flag.meta({ description: 'A published derived image whose parent is not published' }),
  folder: folder.optional().meta({ description: 'Only this folder' }),
  below: flag.meta({ description: 'And the folders below it' }),
};

type Filters = z.output<z.ZodObject<typeof searchFilters>>;

/** What single filters cannot check. */
export function checkFilters(given: Filters, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (given.below && given.folder === undefined) refuse('below', 'needs a folder');
  for (const [from, to, wrong] of ranges) {
    const [lower, upper] = [given[from], given[to]];
    if (lower === undefined || upper === undefined || lower <= upper) continue;
    refuse(to, `must not be ${wrong} ${from}`);
  }
}
