import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheStateOf, type MainJobResult } from './demo/main-job-steps.ts';
import type { ScheduleResult } from './demo/schedule-steps.ts';
import type { SetResult } from './demo/set-steps.ts';
import type { Timing } from './run-steps.ts';

export interface Run {
  /** The reason of a failed run. */
  readonly failure: string | undefined;
  readonly timings: readonly Timing[];
  readonly totalMilliseconds: number;
  readonly mainJob: MainJobResult;
  readonly sets: SetResult;
  readonly schedule: ScheduleResult;
}

const folder = join(import.meta.dirname, '..', '.local');

/** Writes the outcome of a start to `.local/last-run.json` for other programs. */
export function writeLastRun({ failure, timings, totalMilliseconds, mainJob, sets, schedule }: Run): void {
  const { first, fromCache, staleAfterReupload, afterInvalidation } = mainJob;
  const lastRun = {
    ok: failure === undefined && schedule.notification !== undefined,
    ...(failure === undefined ? {} : { reason: failure }),
    steps: timings,
    totalMilliseconds: Math.round(totalMilliseconds),
    ...(first
      ? {
          delivered: {
            url: first.url,
            status: first.status,
            httpVersion: first.httpVersion,
            bytes: first.bytes,
            contentType: first.headers['content-type'],
            cacheControl: first.headers['cache-control'],
            cache: {
              first: cacheStateOf(first),
              ...(fromCache ? { again: cacheStateOf(fromCache) } : {}),
              ...(staleAfterReupload ? { beforeInvalidateCdn: cacheStateOf(staleAfterReupload) } : {}),
              ...(afterInvalidation ? { afterInvalidateCdn: cacheStateOf(afterInvalidation) } : {}),
            },
            newFormShown: afterInvalidation !== undefined && afterInvalidation.sha256 !== first.sha256,
          },
        }
      : {}),
    uploadJob: mainJob.uploadJob,
    publishJob: mainJob.publishJob,
    sets: [sets.imageSet?.id, sets.spinSet?.id].filter((id) => id !== undefined),
    ...(sets.derived ? { derivedImage: sets.derived.id } : {}),
    ...(schedule.notification
      ? {
          schedule: {
            description: schedule.schedule?.description,
            startedAfterMilliseconds: schedule.startedAfter,
            notification: schedule.notification,
            signatureVerified: true,
          },
        }
      : {}),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'last-run.json'), `${JSON.stringify(lastRun, null, 2)}\n`);
}
