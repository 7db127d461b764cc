import * as z from 'zod';
import { definePublicRoute, defineRoute } from '../route.ts';
import { noBody, noQuery } from '../values.ts';
import { scheduleParams } from './schedule-routes.ts';

export const triggerRoutes = {
  makeTrigger: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/schedules/{id}/trigger',
    operationId: 'makeTrigger',
    summary:
      "Make a schedule's trigger URL, which replaces an earlier one. A POST to it starts the schedule's job",
    role: 'user',
    params: scheduleParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 201,
      description: 'The URL. Only this response contains it, and everybody who has it can start the job',
      schema: z.strictObject({ url: z.url() }).meta({ id: 'Trigger' }),
    },
    failures: ['schedule.not-found', 'schedule.changed-meanwhile'],
    audit: { kind: 'secrets', subject: { in: 'params', name: 'id' } },
  }),

  revokeTrigger: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/schedules/{id}/trigger',
    operationId: 'revokeTrigger',
    summary: "Revoke a schedule's trigger URL",
    role: 'user',
    params: scheduleParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'The URL starts no more jobs',
      schema: z.strictObject({ revoked: z.literal(true) }),
    },
    failures: ['schedule.not-found', 'schedule.changed-meanwhile', 'trigger.not-found'],
    audit: { kind: 'secrets', subject: { in: 'params', name: 'id' } },
  }),
};

export const publicTriggerRoutes = {
  triggerJob: definePublicRoute({
    method: 'POST',
    path: '/v1/triggers/{token}',
    operationId: 'triggerJob',
    summary: "Start a schedule's job now",
    publicBecause: 'Other systems call it: the token in its path, 256 random bits, authorises them.',
    description:
      'Needs no token of a user: the token in the path authorises the call. Every body is accepted. A notification of a job passes its chain on, which ends after 10 jobs.',
    secretPath: true,
    anyBody: true,
    params: z.strictObject({
      token: z
        .string()
        .meta({ description: 'The token in the URL that makeTrigger returned', example: 'trg_…' }),
    }),
    headers: z.object({
      'webhook-id': z
        .string()
        .optional()
        .meta({ description: 'A second request with the same id starts no second job' }),
    }),
    response: {
      status: 202,
      description: 'The job is queued, now or by an earlier delivery of the same notification',
      schema: z
        .strictObject({
          jobId: z.string().optional().meta({ description: 'Missing for a test notification' }),
        })
        .meta({ id: 'Triggered' }),
    },
    failures: [
      'trigger.not-found',
      'trigger.schedule-paused',
      'schedule.job-unfinished',
      'trigger.chain-too-deep',
      'request.rate-limited',
      'system.fault',
    ],
  }),
};
