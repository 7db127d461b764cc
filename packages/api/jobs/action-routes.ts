import * as z from 'zod';
import { liveDate } from '../assets/live-date.ts';
import { metadataOfMany, something } from '../library/metadata-values.ts';
import { defineRoute } from '../route.ts';
import { companyParams, folder, name, noQuery } from '../values.ts';
import { jobResponse } from './job-response.ts';
import { listScope, queryScope } from './publish-options.ts';

/** The same with each of many assets, as a job. */

const date = liveDate.optional();

const assetAction = z
  .discriminatedUnion(
    'name',
    [
      z.strictObject({ name: z.enum(['trash', 'unpublish']) }),
      z.strictObject({ name: z.literal('move'), folder }),
      z
        .strictObject({ name: z.literal('metadata'), ...metadataOfMany })
        .refine(({ name: _, ...edit }) => something(edit), 'must change something'),
      z
        .strictObject({
          name: z.literal('dates'),
          liveFrom: date.meta({
            description:
              'ISO 8601 on the full minute, with Z or an offset, or without one in the time zone of the company. Null removes it; without it, it stays',
          }),
          liveUntil: date.meta({ description: 'The same' }),
        })
        .refine(
          ({ liveFrom, liveUntil }) => something({ liveFrom, liveUntil }),
          'must have liveFrom, liveUntil or both',
        ),
    ],
    'must have a name: trash, move, unpublish, metadata or dates',
  )
  .meta({
    id: 'AssetAction',
    description:
      '`trash`: to the trash. `move`: to a folder, which is made if there is none. `unpublish`: withdraws from all servers. `metadata`: keywords and fields. `dates`: from when until when an asset is live',
  });

export const actionRoutes = {
  submitAction: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/actions',
    operationId: 'submitAction',
    summary:
      'Submit a job that moves many assets to the trash or a folder, unpublishes them, or changes their metadata or dates',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        name: name.optional().meta({ description: 'Name of the job. Default: what it does' }),
        action: assetAction,
        scope: z
          .union(
            [queryScope, listScope],
            'must be {"query": {"q": "red"}, "count": 12} or {"assets": ["red-shoe"]}',
          )
          .meta({
            description: 'Every asset that a search finds, up to 100,000, or some assets by their ids',
          }),
      })
      .meta({
        id: 'NewAction',
        example: {
          action: { name: 'move', folder: '/archive/' },
          scope: { query: { keyword: 'spring' }, count: 2_500 },
        },
      }),
    idempotencyKey: true,
    response: {
      status: 201,
      description:
        'The job, running. Its assets are fixed now; its log has the outcome of each. For a repeated key: the job of the first request',
      schema: jobResponse,
    },
    failures: ['request.key-reused', 'scope.changed', 'scope.too-large', 'search.not-ready', 'storage.busy'],
    audit: { kind: 'actions', result: 'id' },
  }),
};
