import * as z from 'zod';
import { changeKinds } from '../../../domain/companies/changes.ts';
import { defineRoute } from '../route.ts';
import { companyParams, count, time } from '../values.ts';

/** What is new in a company, for programs and pages that ask again and again. */

export const changeRoutes = {
  readChanges: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/changes',
    operationId: 'readChanges',
    summary: 'Read what may have changed since you last asked. Cheap enough to be asked every 5 seconds',
    role: 'viewer',
    params: companyParams,
    query: z.strictObject({
      since: time.optional().meta({
        description: 'The `since` of the previous response. Without it, everything counts as changed',
      }),
    }),
    response: {
      status: 200,
      description:
        'The kinds that may have changed: none that did is missing. A change may be reported once or twice more',
      schema: z
        .strictObject({
          since: time.meta({ description: 'To be sent with the next request' }),
          changed: z.array(z.enum(changeKinds)).meta({
            description:
              '`assets`: assets, folders, publications. `jobs`: jobs and their counts. `schedules`. `settings`: settings, servers, members, presets, metadata schema',
          }),
          activeJobs: count.optional().meta({
            description: 'Jobs that wait, run or stop. Only where `changed` names `jobs`',
          }),
        })
        .meta({
          id: 'Changes',
          example: { since: '2026-11-24T08:30:00.000Z', changed: ['assets', 'jobs'], activeJobs: 1 },
        }),
    },
    failures: [],
  }),
};
