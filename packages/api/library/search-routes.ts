import * as z from 'zod';
import { type AssetType, assetTypes } from '../../../domain/assets/asset.ts';
import { maxKeywordLength } from '../../../domain/library/limits.ts';
import { searchSorts } from '../../../domain/library/plan-search.ts';
import { searchStates } from '../../../domain/library/search-filters.ts';
import { assetResponse } from '../assets/asset-response.ts';
import { defineRoute } from '../route.ts';
import { companyParams, folder, page, pageOf, withoutControls } from '../values.ts';

/** Search for assets. docs/library.md lists the indexes. */

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

const bytes = z.coerce
  .number('must be a number of bytes')
  .int('must be a whole number of bytes')
  .min(0, 'must be at least 0')
  .optional();

export const searchRoutes = {
  searchAssets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/search',
    operationId: 'searchAssets',
    summary: 'Find assets by name, keyword, type, state, date, size and folder: all that is given must hold',
    role: 'viewer',
    params: companyParams,
    query: z
      .strictObject({
        ...page,
        q: plain(200).optional().meta({ description: 'How the id begins, in any case', example: 'red' }),
        keyword: plain(maxKeywordLength * 2)
          .optional()
          .meta({ description: 'A whole keyword, in any case', example: 'shoes' }),
        type: z
          .string()
          .transform((text) => text.split(','))
          .refine(
            (types): types is AssetType[] =>
              types.every((type) => assetTypes.some((known) => known === type)),
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
        bytesFrom: bytes.meta({ description: 'Smallest size' }),
        bytesTo: bytes.meta({ description: 'Largest size' }),
        folder: folder.optional().meta({ description: 'Only this folder' }),
        below: z
          .enum(['true', 'false'], 'must be true or false')
          .transform((text) => text === 'true')
          .optional()
          .meta({ description: 'And the folders below it' }),
        sort: z
          .enum(searchSorts, `must be one of ${searchSorts.join(', ')}`)
          .optional()
          .meta({
            description: 'Sort order. Without it, the narrowest index decides, and the response is fastest',
          }),
        order: z.enum(['asc', 'desc'], 'must be asc or desc').optional().meta({
          description: 'Default: newest first for dates, otherwise ascending',
        }),
      })
      .refine(({ below, folder: top }) => !below || top !== undefined, {
        path: ['below'],
        message: 'needs a folder',
      })
      .refine(
        ({ modifiedFrom, modifiedTo }) =>
          modifiedFrom === undefined || modifiedTo === undefined || modifiedFrom <= modifiedTo,
        { path: ['modifiedTo'], message: 'must not be before modifiedFrom' },
      )
      .refine(
        ({ bytesFrom, bytesTo }) => bytesFrom === undefined || bytesTo === undefined || bytesFrom <= bytesTo,
        { path: ['bytesTo'], message: 'must not be smaller than bytesFrom' },
      ),
    response: {
      status: 200,
      description:
        'A page of assets. It may be short, even empty, and still have a `next`: filters that no index serves are checked for 5 seconds in one request',
      schema: pageOf(assetResponse),
    },
    failures: [],
  }),
};
