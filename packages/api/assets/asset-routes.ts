import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { assetOrders, assetSorts } from '../../../domain/library/asset-order.ts';
import { defineRoute } from '../route.ts';
import { assetId, assetParams, companyParams, folder, noQuery, page, pageOf, time } from '../values.ts';
import { assetResponse } from './asset-response.ts';

/** Assets that one call reads: with the longest metadata they are a third of what a function can respond with, 6 MB. */
const maxAssetsToRead = 100;

const historyItem = z
  .strictObject({
    event: z.enum(['published', 'withdrawn']),
    at: time,
    server: z.enum(servers),
    version: z.int().min(1),
    rollbackOf: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'The earlier version whose content this version restored' }),
    by: z.string(),
    jobId: z.string().optional(),
  })
  .meta({ id: 'HistoryItem' });

const live = z.boolean().meta({ description: 'Whether it works now' });

const copyUrl = z
  .strictObject({
    kind: z.enum(['image', 'preset', 'content', 'video', 'set']).meta({
      description:
        '`image` takes commands, `preset` is the image with a preset, `content` is the file as it is, `video` takes byte ranges, `set` lists the members as JSON',
    }),
    preset: z.string().optional().meta({ description: 'Name of the image preset in the URL' }),
    url: z.url(),
    versionedUrl: z.url().optional().meta({
      description:
        'Has the live version in it, so that no cache holds an older one. Missing until it is live',
    }),
    live,
  })
  .meta({ id: 'CopyUrl' });

const embedSnippet = z
  .strictObject({
    kind: z.enum(['img', 'picture', 'video', 'viewer']),
    html: z.string().meta({ description: 'HTML with everything escaped that needs it' }),
    live,
  })
  .meta({ id: 'EmbedSnippet' });

export const assetRoutes = {
  listAssets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets',
    operationId: 'listAssets',
    summary: 'List assets by folder, and within it by id, date, size or type',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject({
      ...page,
      folder: folder.optional().meta({ description: 'Only this folder. Default: all folders' }),
      below: z
        .enum(['true', 'false'], 'must be true or false')
        .default('false')
        .transform((text) => text === 'true')
        .meta({ description: 'Include the folders below it' }),
      sort: z
        .enum(assetSorts, `must be one of ${assetSorts.join(', ')}`)
        .default('name')
        .meta({
          description: 'Within each folder: `name` is the id, `date` the last change',
        }),
      order: z.enum(assetOrders, 'must be asc or desc').default('asc'),
      state: z
        .enum(['published', 'unpublished'], 'must be published or unpublished')
        .optional()
        .meta({ description: 'Only published assets (live on at least one server), or only the others' }),
    }),
    response: {
      status: 200,
      description: 'A page of assets. With `state` it may be short, even empty, and still have a `next`',
      schema: pageOf(assetResponse),
    },
    failures: [],
  }),

  readAsset: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}',
    operationId: 'readAsset',
    summary: 'Read an asset',
    role: 'viewer',
    params: assetParams,
    query: noQuery,
    response: { status: 200, description: 'The asset', schema: assetResponse },
    failures: ['asset.not-found'],
  }),

  readAssets: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/assets/read',
    operationId: 'readAssets',
    summary: 'Read several assets by their ids, also those in the trash',
    role: 'viewer',
    repeatable: true,
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        assetIds: z
          .array(assetId)
          .min(1, 'must name at least one asset')
          .max(maxAssetsToRead, `must name at most ${maxAssetsToRead} assets`)
          .meta({ description: 'Ids of assets' }),
      })
      .meta({ id: 'AssetsToRead', example: { assetIds: ['red-shoe', 'blue-shoe'] } }),
    response: {
      status: 200,
      description: 'The assets that exist, each once, in the order of the request',
      schema: z
        .strictObject({
          items: z.array(assetResponse),
          unknown: z.array(z.string()).meta({ description: 'Ids that no asset has' }),
        })
        .meta({ id: 'SeveralAssets' }),
    },
    failures: [],
  }),

  listUrls: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/urls',
    operationId: 'listUrls',
    summary: 'List every delivery URL of an asset, and HTML that embeds it',
    role: 'viewer',
    params: assetParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'URLs and snippets. They can be copied before the asset is published',
      schema: z
        .strictObject({
          urls: z.array(copyUrl),
          embeds: z.array(embedSnippet),
        })
        .meta({ id: 'UrlsOfAsset' }),
    },
    failures: ['asset.not-found'],
  }),

  readAssetHistory: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/assets/{id}/history',
    operationId: 'readAssetHistory',
    summary: 'List when an asset was published and withdrawn, newest first',
    role: 'viewer',
    params: assetParams,
    query: z.strictObject(page),
    response: { status: 200, description: 'A page of events', schema: pageOf(historyItem) },
    failures: ['asset.not-found'],
  }),
};
