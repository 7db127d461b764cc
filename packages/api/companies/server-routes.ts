import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { dryRun, dryRunResponse } from '../assets/dry-run.ts';
import { jobResponse } from '../jobs/job-response.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, noQuery } from '../values.ts';

/** The servers that a company publishes to, and turning them on and off. */

const server = z.enum(servers, `must be one of ${servers.join(', ')}`);

export const serverRoutes = {
  listServers: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/servers',
    operationId: 'listServers',
    summary: 'List the servers, and whether the company has them on',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'Every server that there is',
      schema: z
        .strictObject({ items: z.array(z.strictObject({ server, on: z.boolean() })) })
        .meta({ id: 'Servers' }),
    },
    failures: [],
  }),

  toggleServer: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/servers/{server}',
    operationId: 'toggleServer',
    summary: 'Turn a server on or off for the company',
    role: 'admin',
    params: z.strictObject({ company, server }),
    query: noQuery,
    body: z
      .strictObject({
        on: z.boolean('must be true or false').meta({
          description:
            'On: all that belongs there is due, and the next publish job takes it. Off: all that is live there is withdrawn',
        }),
        confirm: z
          .string('must be a text')
          .max(100, 'must have at most 100 characters')
          .optional()
          .meta({ description: "The server's name once more: needed to turn it off, but not for a dry run" }),
        dryRun,
      })
      .meta({ id: 'ServerToggle', example: { on: false, confirm: 'server-directory' } }),
    response: {
      status: 202,
      description:
        'The job that goes through the library. Doing it again starts another one, which mends what is missing',
      schema: jobResponse,
    },
    dryRun: {
      status: 200,
      description: 'What would be withdrawn, or become due: as far as it comes in 20 seconds',
      schema: dryRunResponse,
    },
    failures: ['server.not-confirmed', 'storage.busy'],
  }),
};
