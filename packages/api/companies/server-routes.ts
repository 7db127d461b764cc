import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { dryRun, dryRunResponse } from '../assets/dry-run.ts';
import { jobResponse } from '../jobs/job-response.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, noQuery } from '../values.ts';

/** The servers that a company publishes to. */

const server = z.enum(servers, `must be one of ${servers.join(', ')}`);

export const serverRoutes = {
  listServers: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/servers',
    operationId: 'listServers',
    summary: 'List all servers, and whether each is enabled for the company',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'Every server',
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
    summary: 'Enable or disable a server for the company',
    role: 'admin',
    params: z.strictObject({ company, server }),
    query: noQuery,
    body: z
      .strictObject({
        on: z.boolean('must be true or false').meta({
          description:
            'On: all assets for the server become due, and the next publish job takes them. Off: everything live there is withdrawn',
        }),
        confirm: z
          .string('must be a text')
          .max(100, 'must have at most 100 characters')
          .optional()
          .meta({ description: "The server's name again. Required to disable it, but not for a dry run" }),
        dryRun,
      })
      .meta({ id: 'ServerToggle', example: { on: false, confirm: 'server-directory' } }),
    response: {
      status: 202,
      description:
        'The job that goes through the library. The same call again starts another job, which repairs what is missing',
      schema: jobResponse,
    },
    dryRun: {
      status: 200,
      description: 'The assets that would be withdrawn or become due, read for 20 seconds at most',
      schema: dryRunResponse,
    },
    failures: ['server.not-confirmed', 'storage.busy'],
    audit: { kind: 'settings', subject: { in: 'params', name: 'server' } },
  }),
};
