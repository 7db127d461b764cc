import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { publishKinds } from '../../../domain/jobs/job.ts';
import { checkFilters, searchFilters } from '../library/search-filters.ts';
import { notificationOptions, notificationOptionsResponse } from '../notifications/notification-options.ts';
import { assetId, folder } from '../values.ts';

/** Assets that a job can name one by one. */
export const maxAssetsInScope = 1_000;

const folderScope = z.strictObject({
  folder,
  below: z
    .boolean('must be true or false')
    .default(false)
    .meta({ description: 'Include the folders below it' }),
});

/** Assets by their ids. */
export const listScope = z.strictObject({
  assets: z
    .array(assetId)
    .min(1, 'must name at least one asset')
    .max(maxAssetsInScope, `must name at most ${maxAssetsInScope} assets`),
});

/** Every asset that a search finds. */
export const queryScope = z.strictObject({
  query: z
    .strictObject(searchFilters)
    .superRefine(checkFilters)
    .refine(
      (query) => Object.values(query).some((value) => value !== undefined),
      'must have a filter; leave out the scope for the whole library',
    )
    .meta({ description: 'Filters of a search, as in its query string' }),
  count: z
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .meta({ description: 'The `total` of the search. If more assets match now, the request is refused' }),
});

export const serversOption = z.array(z.enum(servers, `must be one of ${servers.join(', ')}`));

/** The options of a publish job, whether a user or a schedule starts it. */
export const publishOptions = {
  publish: z
    .enum(publishKinds, `must be one of ${publishKinds.join(', ')}`)
    .default('new')
    .meta({
      description:
        '`new`: assets that were never published. `full`: also assets that changed since they were published. `full-with-search`: as `full`, with the search data of eCatalogs',
    }),
  servers: serversOption
    .min(1, 'must name at least one server')
    .refine((list) => new Set(list).size === list.length, 'must not name a server twice')
    .optional()
    .meta({ description: 'Publish To. Default: all servers of the company' }),
  force: z.boolean('must be true or false').default(false).meta({
    description: 'Also publish assets that are live in their current version. Reads the whole scope',
  }),
  invalidate: z
    .boolean('must be true or false')
    .default(false)
    .meta({ description: 'Invalidate the assets that the job replaced on the CDN. Admins only' }),
  runAs: z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(128, 'must have at most 128 characters')
    .optional()
    .meta({
      description:
        'Run Job As: subject of the member who owns the job. Default: you. Only admins may name another member',
    }),
  ...notificationOptions,
};

/** The same options in responses. An option that is off is missing. */
export const publishOptionsResponse = {
  force: z.literal(true).optional(),
  invalidate: z.literal(true).optional(),
  runAs: z.string().optional().meta({ description: 'Subject of the member whose job it is' }),
  ...notificationOptionsResponse,
};

/** The scope of a job that does not name its assets one by one. */
export const optionalFolderScope = folderScope
  .optional()
  .meta({ description: 'Only a folder. Default: the whole library' });

/** The scope of a job that is submitted now. */
export const jobScope = z
  .union(
    [folderScope, listScope, queryScope],
    'must be {"folder": "/autumn/", "below": true}, {"assets": ["red-shoe"]} or {"query": {"q": "red"}, "count": 12}',
  )
  .optional()
  .meta({
    description:
      'Only a folder, only some assets, or every asset that a search finds. Default: the whole library',
    example: { folder: '/autumn/', below: true },
  });
