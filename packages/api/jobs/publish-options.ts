import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { publishKinds } from '../../../domain/jobs/job.ts';
import { notificationOptions, notificationOptionsResponse } from '../notifications/notification-options.ts';
import { assetId, folder } from '../values.ts';

/** Assets that a job can be told one by one. */
export const maxAssetsInScope = 1_000;

const folderScope = z.strictObject({
  folder,
  below: z.boolean('must be true or false').default(false).meta({ description: 'Those below it, too' }),
});

const listScope = z.strictObject({
  assets: z
    .array(assetId)
    .min(1, 'must name at least one asset')
    .max(maxAssetsInScope, `must name at most ${maxAssetsInScope} assets`),
});

/** The options of a publish job, whether a user or a schedule starts it. */
export const publishOptions = {
  publish: z
    .enum(publishKinds, `must be one of ${publishKinds.join(', ')}`)
    .default('new')
    .meta({
      description:
        '`new`: what was never published. `full`: that, and what changed since it was published. `full-with-search`: as `full`, with the search data of eCatalogs',
    }),
  servers: z
    .array(z.enum(servers, `must be one of ${servers.join(', ')}`))
    .min(1, 'must name at least one server')
    .refine((list) => new Set(list).size === list.length, 'must not name a server twice')
    .optional()
    .meta({ description: "Publish To. All of the company's servers unless given" }),
  force: z
    .boolean('must be true or false')
    .default(false)
    .meta({ description: 'Publish again also what is live as it is. Looks at the whole scope' }),
  invalidate: z
    .boolean('must be true or false')
    .default(false)
    .meta({ description: 'Flush from the CDN what the job replaced. Admins only' }),
  runAs: z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(128, 'must have at most 128 characters')
    .optional()
    .meta({
      description:
        'Run Job As: subject of the member whose job it is; yours unless given. Only admins may name another',
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

/** What it looks at, for a job that is not told its assets one by one. */
export const optionalFolderScope = folderScope
  .optional()
  .meta({ description: 'Only a folder; the whole library unless given' });

/** What a job that is submitted now looks at. */
export const jobScope = z
  .union(
    [folderScope, listScope],
    'must be {"folder": "/autumn/", "below": true} or {"assets": ["red-shoe"]}',
  )
  .optional()
  .meta({
    description: 'Only a folder, or only some assets; the whole library unless given',
    example: { folder: '/autumn/', below: true },
  });
