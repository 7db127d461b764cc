import * as z from 'zod';
import { defineRoute } from '../route.ts';
import { companyParams, count, time } from '../values.ts';

/** Days that usage is kept: 13 months. */
export const maxUsageDays = 396;

const day = z.iso.date('must be a day like 2026-11-24');

const stored = z
  .strictObject({
    assets: count.meta({ description: 'Assets in the library, without the trash' }),
    masterBytes: count.meta({
      description: 'Bytes of all versions, renditions and reductions, also of the trash',
    }),
    publishedBytes: count.meta({ description: 'Bytes in the origins of the servers' }),
    counted: time,
  })
  .meta({ id: 'StoredUsage' });

export const usageRoutes = {
  readUsage: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/usage',
    operationId: 'readUsage',
    summary: 'Read what the company has stored, what was delivered, and its quota',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject({
      from: day.optional().meta({
        description: 'First day, UTC. Without it the first day of the month of `to`',
        example: '2026-11-01',
      }),
      to: day.optional().meta({ description: 'Last day, UTC. Without it today', example: '2026-11-30' }),
      by: z.enum(['day', 'month']).default('day').meta({ description: 'Length of a period' }),
    }),
    response: {
      status: 200,
      description: 'The usage of each period that has any, oldest first',
      schema: z
        .strictObject({
          quota: z
            .strictObject({ assets: count.optional(), bytes: count.optional() })
            .meta({ description: 'Limits that the operator of the installation has set' }),
          items: z.array(
            z
              .strictObject({
                period: z.string().meta({ description: 'A day or a month, UTC', example: '2026-11-24' }),
                requests: count.meta({ description: 'Requests that the CDN served' }),
                bytes: count.meta({ description: 'Bytes that the CDN sent' }),
                stored: stored.optional().meta({ description: 'The last count of the period' }),
              })
              .meta({ id: 'PeriodUsage' }),
          ),
        })
        .meta({ id: 'Usage' }),
    },
    failures: [],
  }),
};
