import type { jobResponse as schema } from '@pressroom/api/jobs/job-response';
import type * as z from 'zod';
import type { Job } from '../../../domain/jobs/job.ts';
import { jobDuration, jobUser } from '../../../domain/jobs/job-order.ts';
import { byteRateOf, expectedEnd, isPlanned, progressOf, rateOf } from '../../../domain/jobs/progress.ts';
import type { QueuePosition } from '../../../domain/jobs/queue.ts';
import { toNotificationOptionsResponse } from '../notifications/notification-options.ts';

/**
 * A job as the API shows it.
 * @param queuePosition of a publish job that waits
 */
export function toJobResponse(job: Job, now: string, queuePosition?: QueuePosition): z.input<typeof schema> {
  const rate = rateOf(job, now);
  const duration = jobDuration(job, now);
  const bytesPerSecond = byteRateOf(job, now);
  const eta = expectedEnd(job, now);
  const base = {
    id: job.id,
    name: job.name,
    givenName: job.givenName,
    status: job.status,
    counts: job.counts,
    progress: progressOf(job),
    planned: isPlanned(job),
    ...(rate === undefined ? {} : { rate }),
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    ...(eta === undefined ? {} : { eta }),
    submitted: job.submitted,
    submittedBy: job.submittedBy,
    user: jobUser(job),
    ...(duration === undefined ? {} : { duration: duration / 1_000 }),
    ...(job.started === undefined ? {} : { started: job.started }),
    ...(job.ended === undefined ? {} : { ended: job.ended }),
    ...(job.reason === undefined ? {} : { reason: job.reason }),
    ...(job.stoppedBy === undefined ? {} : { stoppedBy: job.stoppedBy }),
    ...(job.stopRequested === undefined ? {} : { stopRequested: job.stopRequested }),
  };
  if (job.kind === 'publish') {
    return {
      ...base,
      kind: job.kind,
      publish: job.publish,
      servers: [...job.servers],
      ...(job.scope === undefined ? {} : { scope: job.scope }),
      ...(job.force ? { force: true } : {}),
      ...(job.invalidate ? { invalidate: true } : {}),
      ...(job.runAs === undefined ? {} : { runAs: job.runAs }),
      ...(job.perServer === undefined ? {} : { perServer: job.perServer }),
      ...(queuePosition === undefined
        ? {}
        : { position: queuePosition.position, waitsFor: [...queuePosition.waitsFor] }),
      ...(job.schedule === undefined ? {} : { schedule: job.schedule }),
      ...toNotificationOptionsResponse(job),
    };
  }
  return {
    ...base,
    kind: job.kind,
    folder: job.folder,
    destination: `${job.company}${job.folder}`,
    publishAfterUploading: job.publishAfterUploading,
    overwrite: job.overwrite ?? true,
    ...(job.preservePublishState === undefined ? {} : { preservePublishState: job.preservePublishState }),
    ...(job.batchSetPresets === undefined ? {} : { batchSetPresets: job.batchSetPresets }),
  };
}
