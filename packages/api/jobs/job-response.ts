import * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import { actionNames, jobStatuses, publishKinds, serverToggles } from '../../../domain/jobs/job.ts';
import { uploadOptionsResponse } from '../uploads/upload-options.ts';
import { jobSourceResponse } from '../uploads/upload-source.ts';
import { count, time } from '../values.ts';
import { publishOptionsResponse } from './publish-options.ts';

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
      'Log entries of the work. Once the job has ended, total = done + skipped + errors + notReached. Warnings are counted as done too.',
  });

const jobBase = {
  id: z.string(),
  name: z
    .string()
    .meta({ description: 'The given name and the start of the job', example: 'Autumn 2026-11-24 08:30:00' }),
  givenName: z.string(),
  status: z.enum(jobStatuses),
  counts,
  progress: z.number().min(0).max(1).meta({ description: 'Finished part of the work, 0 to 1' }),
  planned: z.boolean().meta({ description: 'Whether `total` is final. A publish job plans its work first' }),
  rate: z.number().min(0).optional().meta({
    description: 'Log entries per second since the work began; for a publish job, since it was planned',
  }),
  bytesPerSecond: z.number().min(0).optional().meta({ description: 'Since the work began' }),
  eta: time.optional().meta({
    description: 'Expected end of a running job at its present rate. Missing until it is planned',
  }),
  submitted: time,
  submittedBy: z.string().meta({ description: 'Subject of the user' }),
  user: z
    .string()
    .meta({ description: 'Subject of the owner of the job: the member that it runs as, or its submitter' }),
  duration: z.number().min(0).optional().meta({
    description: 'Seconds from the start to the end, or to now. Missing before the start',
    example: 12.25,
  }),
  started: time.optional(),
  ended: time.optional(),
  reason: z.string().optional().meta({ description: 'Why a failed job failed' }),
  stoppedBy: z.string().optional(),
  stopRequested: time.optional().meta({
    description: 'Time of the stop request. Five minutes later the job may be cancelled by force',
  }),
};

const scheduleOfJob = z
  .strictObject({ id: z.string(), name: z.string(), due: time })
  .optional()
  .meta({ description: 'The schedule that started the job, and the time that was due' });

const serverCounts = z.strictObject({ done: count, skipped: count, errors: count, bytes: count });

export const scopeResponse = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('folder'), folder: z.string(), below: z.boolean() }),
    z.strictObject({ kind: z.literal('assets'), count }),
    z.strictObject({ kind: z.literal('failed'), jobId: z.string() }),
    z.strictObject({ kind: z.literal('plan'), planId: z.string() }),
    z.strictObject({ kind: z.literal('undo'), jobId: z.string() }),
  ])
  .optional()
  .meta({ description: 'Scope of the job. Missing for the whole library' });

export const jobResponse = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...jobBase,
      kind: z.literal('publish'),
      publish: z.enum([...publishKinds, ...serverToggles, 'undo']).meta({
        description:
          '`enable-server`, `disable-server`: a server was enabled or disabled for the company. `undo`: the job undoes the one in its `scope`',
      }),
      servers: z.array(z.enum(servers)),
      scope: scopeResponse,
      perServer: z
        .partialRecord(z.enum(servers), serverCounts)
        .optional()
        .meta({ description: 'Counts by server; missing before it runs' }),
      position: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'Queue position of a waiting job: 1 starts next' }),
      installationPosition: z.int().min(1).optional().meta({
        description:
          'Only for a job that waits because the installation runs as many jobs as it may: its position among the jobs of all companies. 1 starts next. Companies take turns',
      }),
      waitsFor: z.array(z.string()).optional().meta({
        description: 'Jobs that hold its servers, or that are before it in the queue for one of them',
      }),
      schedule: scheduleOfJob,
      follows: z.string().optional().meta({ description: 'Id of the upload job that this job follows' }),
      leftOut: z
        .array(z.strictObject({ id: z.string(), message: z.string() }))
        .optional()
        .meta({
          description:
            'Only with `partial`: assets that the request names and the job leaves out, with the reason',
        }),
      ...publishOptionsResponse,
    }),
    z.strictObject({
      ...jobBase,
      kind: z.literal('upload'),
      destination: z.string().meta({ description: 'Company and folder', example: 'luma/autumn/shoes/' }),
      schedule: scheduleOfJob,
      from: jobSourceResponse,
      unchanged: count.optional().meta({
        description:
          'Files of the source that were left out because they have not changed. Missing until it is listed',
      }),
      more: z.literal(true).optional().meta({
        description:
          'The source has more files than one upload takes. The next one with changedOnly takes them',
      }),
      ...uploadOptionsResponse,
    }),
    z.strictObject({
      ...jobBase,
      kind: z.literal('action'),
      action: z.enum(actionNames).meta({ description: 'What the job does with each asset' }),
      folder: z.string().optional().meta({ description: 'Where `move` moves the assets' }),
      retryOf: z
        .string()
        .optional()
        .meta({ description: 'Id of the job whose failed and not reached assets this job takes' }),
    }),
  ])
  .meta({ id: 'Job' });
