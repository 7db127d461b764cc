import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { jobStatuses, publishKinds, serverToggles } from '../../../domain/jobs/job.ts';
import { notificationOptionsResponse } from '../notifications/notification-options.ts';
import { count, time } from '../values.ts';

export const counts = z
  .strictObject({
    total: count,
    done: count,
    skipped: count,
    warnings: count,
    errors: count,
    notReached: count,
    bytes: count,
  })
  .meta({
    id: 'JobCounts',
    description:
      'Lines of work. Once the job has ended total = done + skipped + errors + notReached; warnings are counted as done too.',
  });

const jobBase = {
  id: z.string(),
  name: z
    .string()
    .meta({ description: 'The given name and the start of the job', example: 'Autumn 2026-11-24 08:30:00' }),
  givenName: z.string(),
  status: z.enum(jobStatuses),
  counts,
  progress: z.number().min(0).max(1).meta({ description: 'Part of the work that is behind it, 0 to 1' }),
  planned: z.boolean().meta({ description: 'Whether `total` is final: a publish job finds its work first' }),
  rate: z.number().min(0).optional().meta({
    description: 'Lines a second since the work began: of a publish job, since it was planned',
  }),
  bytesPerSecond: z.number().min(0).optional().meta({ description: 'Since the work began' }),
  eta: time.optional().meta({
    description: 'When a running job will be done if it goes on as it has; missing until it is planned',
  }),
  submitted: time,
  submittedBy: z.string().meta({ description: 'Subject of the user' }),
  user: z
    .string()
    .meta({ description: 'Subject of whose job it is: the member that it runs as, else who submitted it' }),
  duration: z.number().min(0).optional().meta({
    description: 'Seconds from its start to its end, or to now; missing where it was not started',
    example: 12.25,
  }),
  started: time.optional(),
  ended: time.optional(),
  reason: z.string().optional().meta({ description: 'Why a failed job failed' }),
  stoppedBy: z.string().optional(),
  stopRequested: time.optional().meta({
    description: 'When a running job was asked to stop. Five minutes later it may be cancelled by force',
  }),
};

const serverCounts = z.strictObject({ done: count, skipped: count, errors: count, bytes: count });

export const jobResponse = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...jobBase,
      kind: z.literal('publish'),
      publish: z.enum([...publishKinds, ...serverToggles]).meta({
        description: '`enable-server`, `disable-server`: a server was turned on or off for the company',
      }),
      servers: z.array(z.enum(servers)),
      scope: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('folder'), folder: z.string(), below: z.boolean() }),
          z.strictObject({ kind: z.literal('assets'), count }),
          z.strictObject({ kind: z.literal('failed'), jobId: z.string() }),
        ])
        .optional()
        .meta({ description: 'What it looks at, where that is not the whole library' }),
      force: z.literal(true).optional(),
      invalidate: z.literal(true).optional(),
      runAs: z.string().optional().meta({ description: 'Subject of the member whose job it is' }),
      perServer: z
        .partialRecord(z.enum(servers), serverCounts)
        .optional()
        .meta({ description: 'Counts by server; missing before it runs' }),
      position: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'Of a job that waits: 1 is the next to start' }),
      waitsFor: z
        .array(z.string())
        .optional()
        .meta({ description: 'Jobs that hold its servers, or stand before it for one of them' }),
      schedule: z
        .strictObject({ id: z.string(), name: z.string(), due: time })
        .optional()
        .meta({ description: 'The schedule that started it, and the time that was due' }),
      leftOut: z
        .array(z.strictObject({ id: z.string(), message: z.string() }))
        .optional()
        .meta({
          description:
            'Only where it is submitted with `partial`: assets that it names and does not take, and why',
        }),
      ...notificationOptionsResponse,
    }),
    z.strictObject({
      ...jobBase,
      kind: z.literal('upload'),
      folder: z.string(),
      destination: z.string().meta({ description: 'Company and folder', example: 'luma/autumn/shoes/' }),
      publishAfterUploading: z.boolean(),
      overwrite: z.boolean(),
      preservePublishState: z.boolean().optional(),
      batchSetPresets: z
        .array(z.string())
        .readonly()
        .optional()
        .meta({ description: 'As it names them; the active ones unless it does' }),
    }),
  ])
  .meta({ id: 'Job' });
