import * as z from 'zod';
import type { JobRecords } from '../../adapters/dynamodb/job-records.ts';
import { readCursor, writeCursor } from '../../adapters/http/cursor.ts';
import { type CloseOverdueDependencies, closeOverdue } from '../../adapters/upload/close-overdue.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { jobAnswer } from './job-answer.ts';
import { type PlaceDependencies, placesOf } from './place-in-queue.ts';

export type ListJobsDependencies = Pick<JobRecords, 'listJobs'> &
  CloseOverdueDependencies &
  PlaceDependencies;

const position = z.strictObject({ job: z.string().max(26) });

/** Publish and upload jobs, newest first. */
export async function listJobs(
  { company, query }: RequestOf<'listJobs'>,
  dependencies: ListJobsDependencies,
): ReplyOf<'listJobs'> {
  const after = readCursor(position, query.cursor)?.job;
  const { items, next } = await dependencies.listJobs(company, { limit: query.limit, after });
  const jobs = [];
  for (const job of items) jobs.push(await closeOverdue(job, dependencies));
  const places = await placesOf(company, jobs, dependencies);
  return {
    items: jobs.map((job) => jobAnswer(job, dependencies.now(), places.get(job.id))),
    ...(next === undefined ? {} : { next: writeCursor({ job: next }) }),
  };
}
