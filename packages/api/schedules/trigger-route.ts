import * as z from 'zod';
import type { FailureCode } from '../../../domain/failure.ts';

/** The one route that changes something and takes no token of a person: what stands in its path authorises it. */
export const triggerRoute = {
  method: 'POST',
  path: '/v1/triggers/{token}',
  operationId: 'triggerJob',
  summary: "Start a schedule's job now",
  params: z.strictObject({
    token: z.string().meta({ description: 'Of the URL that makeTrigger gave', example: 'trg_…' }),
  }),
  headers: z.object({
    'webhook-id': z
      .string()
      .optional()
      .meta({ description: 'A request that bears the same one again starts no second job' }),
  }),
  response: {
    status: 202,
    description: 'The job is queued; or it was, when the same notification came before',
    schema: z
      .strictObject({
        jobId: z.string().optional().meta({ description: 'Missing where a test notification came' }),
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
  ] satisfies FailureCode[],
} as const;
