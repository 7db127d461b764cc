import type * as z from 'zod';
import type { Job } from '../../../domain/jobs/job.ts';
import { jobDuration, jobUser } from '../../../domain/jobs/job-order.ts';
import { byteRateOf, endExpected, isPlanned, progressOf, rateOf } from '../../../domain/jobs/progress.ts';
import type { PlaceInQueue } from '../../../domain/jobs/queue.ts';
import type { jobAnswer as schema } from '../../../packages/api/values.ts';
import { shownTelling } from '../notifications/telling.ts';

/**
 * A job as the API shows it.
 * @param place of a publish job that waits
 */
export function jobAnswer(job: Job, now: string, place?: PlaceInQueue): z.input<typeof schema> {
  const rate = rateOf(job, now);
  const duration = jobDuration(job, now);
  const bytesPerSecond = byteRateOf(job, now);
  const eta = endExpected(job, now);
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
      ...(place === undefined ? {} : { position: place.position, waitsFor: [...place.waitsFor] }),
      ...(job.schedule === undefined ? {} : { schedule: job.schedule }),
      ...shownTelling(job),
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
