import * as z from 'zod';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { publishKinds } from '../../../domain/jobs/job.ts';
import { type PlanChange, planChanges } from '../../../domain/jobs/stored-plan.ts';
import { defineRoute } from '../route.ts';
import {
  commaSeparated,
  companyParams,
  count,
  noQuery,
  page,
  pageOf,
  partial,
  planParams,
  time,
} from '../values.ts';
import { scopeResponse } from './job-response.ts';
import { jobScope, publishOptions } from './publish-options.ts';

const planResponse = z
  .strictObject({
    id: z.string(),
    status: z.enum(['planning', 'ready']).meta({
      description:
        '`planning`: a large scope is still being read, and the counts grow. `ready`: the plan can be read and run',
    }),
    publish: z.enum(publishKinds),
    servers: z.array(z.enum(servers)),
    force: z.literal(true).optional(),
    unchanged: z.literal(true).optional(),
    scope: scopeResponse,
    made: time,
    madeBy: z.string().meta({ description: 'Subject of the user' }),
    expires: time.meta({ description: 'Until then the plan can be read and run' }),
    counts: z
      .strictObject({
        added: count,
        changed: count,
        republished: count,
        refused: count,
        skipped: count,
        unchanged: count,
      })
      .meta({
        id: 'PlanCounts',
        description:
          'Assets by what the job does with them. It publishes those that are added, changed and republished',
      }),
    totals: z.strictObject({
      copies: count,
      bytes: count,
      writeUnits: count,
      readUnits: count,
      estimatedCostUsd: z.number().min(0).meta({ description: 'From list prices in us-east-1' }),
    }),
    leftOut: z
      .array(z.strictObject({ id: z.string(), message: z.string() }))
      .optional()
      .meta({
        description:
          'Only in the response to a request with `partial`: assets that it names and the plan leaves out, with the reason',
      }),
  })
  .meta({ id: 'Plan' });

const plannedAsset = z
  .strictObject({
    id: z.string(),
    type: z.enum(assetTypes),
    change: z.enum(planChanges).meta({
      description:
        '`added`: goes live where no version was. `changed`: replaces an older version. `republished`: the live version is copied again. `refused`: a rule prevents it. `skipped`: the job does not select it. `unchanged`: its current version is live',
    }),
    version: z.int().min(1).meta({ description: 'The version that the job publishes, or the current one' }),
    servers: z.array(z.enum(servers)).meta({ description: 'Servers that the job publishes it to' }),
    live: z
      .partialRecord(z.enum(servers), z.int().min(1))
      .meta({ description: 'The version that is live now, by server' }),
    bytes: count.meta({ description: 'Bytes to copy, to all servers together' }),
    message: z.string().optional().meta({ description: 'The reason, if the job does not publish it' }),
    thumbnailUrl: z
      .url()
      .optional()
      .meta({ description: 'Only with `previews`: a picture of at most 512 pixels of the same version' }),
    previewUrl: z.url().optional().meta({
      description:
        'Only with `previews`: a signed URL of the version of the plan, also while it is not published. It works for one to two hours',
    }),
    livePreviewUrl: z
      .url()
      .optional()
      .meta({ description: 'Only with `previews`: the same for the version that is live now' }),
  })
  .meta({ id: 'PlannedAsset' });

export const planRoutes = {
  createPlan: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/plans',
    operationId: 'createPlan',
    summary: 'Store what a publish job would do, to be read, and to be run with submitJob',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        publish: publishOptions.publish,
        servers: publishOptions.servers,
        force: publishOptions.force,
        scope: jobScope,
        partial,
        unchanged: z.boolean('must be true or false').default(false).meta({
          description:
            'Also list the assets of the scope that are live in their current version. Reads the whole scope',
        }),
      })
      .prefault({})
      .meta({ id: 'NewPlan', example: { publish: 'full', scope: { folder: '/autumn/', below: true } } }),
    response: {
      status: 201,
      description:
        'The plan. A large scope is planned in the background: read the plan again until it is `ready`',
      schema: planResponse,
    },
    failures: [
      'asset.not-found',
      'asset.trashed',
      'scope.changed',
      'scope.too-large',
      'search.not-ready',
      'storage.busy',
    ],
  }),

  readPlan: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/plans/{planId}',
    operationId: 'readPlan',
    summary: 'Read the summary of a stored plan',
    role: 'viewer',
    params: planParams,
    query: noQuery,
    response: { status: 200, description: 'The plan', schema: planResponse },
    failures: ['plan.not-found'],
  }),

  listPlanEntries: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/plans/{planId}/entries',
    operationId: 'listPlanEntries',
    summary: 'List the assets of a stored plan, by what the job does with them',
    role: 'viewer',
    params: planParams,
    query: z.strictObject({
      ...page,
      change: commaSeparated<PlanChange>(planChanges, 'change').meta({
        description: 'Only assets with this change, or with several, separated by commas',
        example: 'added,changed',
      }),
      previews: z
        .enum(['true', 'false'], 'must be true or false')
        .default('false')
        .transform((text) => text === 'true')
        .meta({
          description:
            'Also signed URLs of the version of the plan and of the version that is live now: half a read unit for each',
        }),
    }),
    response: {
      status: 200,
      description:
        'A page of assets: those that are added, then changed, republished, refused, skipped, unchanged',
      schema: pageOf(plannedAsset),
    },
    failures: ['plan.not-found', 'plan.not-ready'],
  }),
};
