import * as z from 'zod';
import type { JobRecords } from '../../adapters/dynamodb/job-records.ts';
import { readCursor, writeCursor } from '../../adapters/http/cursor.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { type CloseOverdueDependencies, closeOverdue } from './close-overdue.ts';
import { jobAnswer } from './job-answer.ts';

export type ListJobsDependencies = Pick<JobRecords, 'listJobs'> & CloseOverdueDependencies;

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
  return {
    items: jobs.map((job) => jobAnswer(job, dependencies.now())),
    ...(next === undefined ? {} : { next: writeCursor({ job: next }) }),
  };
}
