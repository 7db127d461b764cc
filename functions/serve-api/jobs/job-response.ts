import type { jobResponse as schema } from '@pressroom/api/jobs/job-response';
import type * as z from 'zod';
import { servers } from '../../../domain/delivery/server.ts';
import type { CountsByServer, Job, LogEntry, NotifiedJob } from '../../../domain/jobs/job.ts';
import { jobDuration, jobUser } from '../../../domain/jobs/job-order.ts';
import { byteRateOf, expectedEnd, isPlanned, progressOf, rateOf } from '../../../domain/jobs/progress.ts';
import type { QueuePosition } from '../../../domain/jobs/queue.ts';
import { pick } from '../pick.ts';
import { toUploadOptionsResponse } from '../uploads/upload-options.ts';
import { toJobSourceResponse } from '../uploads/upload-source.ts';
import { toPublishOptionsResponse, toScopeResponse } from './publish-options.ts';

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
    counts: pick(job.counts, ['total', 'done', 'skipped', 'warnings', 'errors', 'notReached', 'bytes']),
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
      ...(job.scope === undefined ? {} : { scope: toScopeResponse(job.scope) }),
      ...toPublishOptionsResponse(job),
      ...(job.perServer === undefined ? {} : { perServer: toServerCountsResponse(job.perServer) }),
      ...(queuePosition === undefined
        ? {}
        : {
            ...pick(queuePosition, ['position', 'installationPosition']),
            waitsFor: [...queuePosition.waitsFor],
          }),
      ...toScheduleOfJob(job),
      ...(job.follows === undefined ? {} : { follows: job.follows }),
    };
  }
  if (job.kind === 'action') return { ...base, ...pick(job, ['kind', 'action', 'folder', 'retryOf']) };
  return {
    ...base,
    kind: job.kind,
    destination: `${job.company}${job.folder}`,
    ...toScheduleOfJob(job),
    ...(job.from && { from: toJobSourceResponse(job.from) }),
    ...(job.leftOut && {
      unchanged: job.leftOut.unchanged,
      ...(job.leftOut.more && { more: true as const }),
    }),
    ...toUploadOptionsResponse(job),
  };
}

function toScheduleOfJob({ schedule }: Pick<NotifiedJob, 'schedule'>) {
  return schedule === undefined ? {} : { schedule: pick(schedule, ['id', 'name', 'due']) };
}

function toServerCountsResponse(counts: CountsByServer): CountsByServer {
  return Object.fromEntries(
    servers.flatMap((server) => {
      const found = counts[server];
      return found === undefined ? [] : [[server, pick(found, ['done', 'skipped', 'errors', 'bytes'])]];
    }),
  );
}

/** An entry of a job's log as the API shows it. */
export function toLogEntryResponse(entry: LogEntry) {
  return pick(entry, ['time', 'asset', 'type', 'server', 'outcome', 'message', 'bytes', 'replaced']);
}
