import * as z from 'zod';
import { searchFacets, searchSorts } from '../../../domain/library/indexed-asset.ts';
import { assetResponse } from '../assets/asset-response.ts';
import { defineRoute } from '../route.ts';
import { commaSeparated, companyParams, count, noBody, noQuery, page, pageOf } from '../values.ts';
import { checkFilters, searchFilters } from './search-filters.ts';

/** Search for assets: docs/search.md. */

const foundAsset = z
  .strictObject({
    ...assetResponse.shape,
    unused: z.boolean().meta({ description: 'No set shows it' }),
    incomplete: z.boolean().meta({ description: 'A published set with a member that is not published' }),
    stillLive: z.boolean().meta({ description: 'A published derived image whose parent is not published' }),
  })
  .meta({ id: 'FoundAsset' });

export const searchRoutes = {
  searchAssets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/search',
    operationId: 'searchAssets',
    summary:
      'Find assets by words, keyword, field, type, state, dates, size, uploader, use and folder: all that is given must hold',
    role: 'viewer',
    params: companyParams,
    query: z
      .strictObject({
        ...page,
        ...searchFilters,
        sort: z
          .enum(searchSorts, `must be one of ${searchSorts.join(', ')}`)
          .default('date')
          .meta({ description: '`date` is that of the last change' }),
        order: z.enum(['asc', 'desc'], 'must be asc or desc').optional().meta({
          description: 'Default: newest or largest first, otherwise ascending',
        }),
        facets: commaSeparated(searchFacets, 'facet').meta({
          description: 'Counts the values among all matches. One facet, or several with commas between',
          example: 'type,keyword',
        }),
      })
      .superRefine(checkFilters),
    response: {
      status: 200,
      description:
        'A page of assets. It may be short if assets have changed since they were indexed: the index follows within 5 seconds',
      schema: z.strictObject({
        ...pageOf(foundAsset).shape,
        total: count.meta({ description: 'All matches, on every page' }),
        facets: z
          .partialRecord(z.enum(searchFacets), z.array(z.strictObject({ value: z.string(), count })))
          .optional()
          .meta({ description: 'At most 50 values of each facet, those with the highest counts first' }),
      }),
    },
    failures: ['search.not-ready'],
  }),

  rebuildSearchIndex: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/search-index/rebuild',
    operationId: 'rebuildSearchIndex',
    audit: { kind: 'settings' },
    summary: 'Build the search index again from the assets',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 202,
      description: 'The index is being built. Searches use the former one until it is ready',
      schema: z.strictObject({}),
    },
    failures: [],
  }),
};
