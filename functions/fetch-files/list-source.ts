import type { SourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { SourceLists } from '../../adapters/s3/source-lists.ts';
import type { SourceObject } from '../../adapters/s3/source-objects.ts';
import type { FetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { type ReserveQuotaDependencies, reserveQuota } from '../../application/companies/reserve-quota.ts';
import { type EndUploadDependencies, endUpload } from '../../application/uploads/end-upload.ts';
import { type FailUploadDependencies, failUpload } from '../../application/uploads/fail-upload.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { sumOfLogEntries } from '../../domain/jobs/counts.ts';
import type { UploadJob } from '../../domain/jobs/job.ts';
import { filesOfList } from '../../domain/uploads/files-of-list.ts';
import { announcedBy, isMetadataFile, withReservation } from '../../domain/uploads/metadata-file.ts';
import { mayReadSource, type SourceBucket } from '../../domain/uploads/source-buckets.ts';
import { subfolder } from '../../domain/uploads/subfolder.ts';
import { isDue, isMetadataDue } from '../../domain/uploads/upload-end.ts';
import type { UploadFile } from '../../domain/uploads/upload-file.ts';
import { fileLogEntry } from '../../domain/uploads/upload-log-entries.ts';
import {
  type BucketSource,
  type FileSource,
  isUnchanged,
  type ListedFile,
  maxFetchedFiles,
  maxListedObjects,
  pathBelowPrefix,
  type SourceList,
  sourceId,
  splitSourcePath,
} from '../../domain/uploads/upload-source.ts';

export interface ListSourceDependencies
  extends SourceLists,
    FetchQueue,
    EndUploadDependencies,
    FailUploadDependencies,
    ReserveQuotaDependencies,
    Pick<UploadStore, 'addFiles' | 'recordListed' | 'recordRequested' | 'reserveListed'>,
    Pick<SourceStore, 'findSources' | 'rememberSource'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly sourceBuckets: readonly SourceBucket[];
  /** Pages of objects. @throws Failure `upload.file-refused` */
  readonly listObjects: (source: BucketSource) => AsyncIterable<readonly SourceObject[]>;
  /** Has ingest-upload end an upload whose files are all settled, after it has built the sets. @param file any of them */
  readonly requestEnd: (company: string, jobId: string, file: number) => Promise<void>;
  readonly now: () => string;
  readonly log: { error(message: string, error: Error): void };
}

/** A file of a bucket. */
type FoundFile = ListedFile & { readonly source: FileSource };

/** Messages and records that are written at a time. */
const writesAtOnce = 20;

/**
 * "Fetch Files", for a source: lists its files, makes their records and has each of them fetched. The list is stored before
 * anything is done with it, and never changes. So repeated and parallel calls make the same files and count them once. An upload
 * that does not fit the quota of its company fails before any file is made.
 *
 * Costs: a LIST and, with changedOnly, 500 read units for 1,000 objects; for each file that is taken a write unit and a
 * message; a read unit for the quota, with one 2 more and 4 write units.
 * @throws transient errors: the message is then delivered again. At the last delivery the upload fails
 */
export async function listSource(
  { company, jobId }: { readonly company: string; readonly jobId: string },
  lastAttempt: boolean,
  dependencies: ListSourceDependencies,
): Promise<void> {
  const job = await dependencies.getJob(company, jobId);
  if (job?.kind !== 'upload' || job.from === undefined || job.listed !== undefined) return;
  // Repeated messages about the begin of a job are mailed once.
  if (job.email === 'all') await dependencies.sendNotification({ kind: 'begun', company, jobId });
  const fail = (reason: string) => failUpload(company, jobId, reason, dependencies.now(), dependencies);
  try {
    await list(job, dependencies);
  } catch (error) {
    if (error instanceof Failure && isRefusal(error)) return fail(error.message);
    if (!lastAttempt) throw error;
    dependencies.log.error(`The source of the upload ${jobId} could not be listed`, error as Error);
    await fail(
      'The source could not be listed because something failed on our side. Submit the upload again',
    );
  }
}

const isRefusal = ({ code }: Failure) => code === 'upload.file-refused' || code === 'quota.exceeded';

async function list(job: UploadJob, dependencies: ListSourceDependencies): Promise<void> {
  const { company, id } = job;
  const source = await listOf(job, dependencies);
  const listed = filesOfList(job, source.files, await dependencies.getSettings(company), dependencies.now());
  const reserved = job.reserved ?? (await reserve(job, listed, dependencies));
  const files = listed.map((file) => withReservation(job, file, reserved));
  await dependencies.addFiles(files);
  const refused = files.filter(({ state }) => state === 'settled');
  const settled = sumOfLogEntries(refused.flatMap(({ logEntry }) => logEntry ?? []));
  const { unchanged, more } = source;
  const recorded = await dependencies.recordListed(company, id, files.length, settled, { unchanged, more });
  if (!recorded) return;
  if (recorded.status === 'running') {
    const pending = files.filter(({ state }) => state === 'pending');
    await inParallel(pending, writesAtOnce, ({ file }) =>
      dependencies.requestFetch({ kind: 'file', company, jobId: id, file }),
    );
    // A refused file is looked at again only when it has changed, as one that ingest refuses.
    await inParallel(refused, writesAtOnce, async (file) => {
      const { source: place, folder = job.folder } = file;
      if (place) await dependencies.rememberSource({ company, folder, place }, place);
    });
  } else {
    const now = dependencies.now();
    await dependencies.finishFiles(company, id, ['pending'], (file) =>
      fileLogEntry(file, 'not-reached', 'was not fetched before the upload was stopped', now),
    );
  }
  await dependencies.recordRequested(company, id, dependencies.now());
  const after = await dependencies.getJob(company, id);
  if (after?.kind !== 'upload' || !isDue(after)) return;
  if (after.counts.done > 0 || isMetadataDue(after)) await dependencies.requestEnd(company, id, 1);
  else await endUpload(company, id, dependencies.now(), dependencies);
}

/** @returns the day that the files are announced for; undefined if the company has no quota. @throws Failure `quota.exceeded` */
async function reserve(
  job: UploadJob,
  files: readonly UploadFile[],
  dependencies: ListSourceDependencies,
): Promise<string | undefined> {
  const { company, id, status, fileCount } = job;
  // An earlier call has counted the files: the company had no quota then.
  if (status !== 'running' || fileCount !== undefined) return undefined;
  const adding = announcedBy(job, files);
  const reservation = await reserveQuota(company, adding, dependencies.now(), dependencies);
  return reservation && dependencies.reserveListed(company, id, reservation);
}

async function listOf(job: UploadJob, dependencies: ListSourceDependencies): Promise<SourceList> {
  const { company, id, from } = job;
  const known = await dependencies.findSourceList(company, id);
  if (known) return known;
  if (from?.kind !== 's3') throw new Error(`The upload ${id} has no list of URLs`);
  // It was stopped before anything was listed.
  if (job.status !== 'running') return { files: [], unchanged: 0, more: false };
  return dependencies.ensureSourceList(company, id, await listBucket(job, from, dependencies));
}

async function listBucket(
  { company, folder, ...job }: UploadJob,
  from: BucketSource,
  { listObjects, findSources, sourceBuckets }: ListSourceDependencies,
): Promise<SourceList> {
  // The setting may have changed since the upload was submitted.
  if (!mayReadSource(sourceBuckets, company, from))
    throw new Failure(
      'upload.file-refused',
      `The bucket ${from.bucket} is not a source of this company any more`,
    );
  const files: ListedFile[] = [];
  const metadata: ListedFile[] = [];
  let looked = 0;
  let unchanged = 0;
  for await (const page of listObjects(from)) {
    looked += page.length;
    if (looked > maxListedObjects) {
      throw new Failure(
        'upload.file-refused',
        `s3://${from.bucket}/${from.prefix} has more than ${maxListedObjects} objects: upload it by longer prefixes`,
      );
    }
    const found = page.flatMap((object) => listedFile(folder, from, object));
    const before = from.changedOnly ? await statesOf(found) : new Map<FoundFile, boolean>();
    for (const file of found) {
      if (before.get(file)) {
        unchanged += 1;
        if (isMetadataFile(job, file)) metadata.push(file);
      } else if (files.length < maxFetchedFiles) files.push(file);
      else return { files, unchanged, more: true };
    }
  }
  if (files.length === 0) return { files, unchanged, more: false };
  // It may have rows for files that are new.
  const added = metadata.slice(0, maxFetchedFiles - files.length);
  return { files: [...files, ...added], unchanged: unchanged - added.length, more: false };

  /** Whether each file is as it was when it was fetched. */
  async function statesOf(found: readonly FoundFile[]): Promise<Map<FoundFile, boolean>> {
    const folders = Map.groupBy(found, (file) => file.folder ?? folder);
    const states = await Promise.all(
      [...folders].map(async ([target, of]) => {
        const known = await findSources(
          company,
          target,
          of.map(({ source }) => source),
        );
        return of.map(
          (file) => [file, isUnchanged(known.get(sourceId(target, file.source)), file.source)] as const,
        );
      }),
    );
    return new Map(states.flat());
  }
}

function listedFile(
  folder: string,
  { bucket, prefix }: BucketSource,
  { key, bytes, etag, modified }: SourceObject,
): FoundFile[] {
  const path = splitSourcePath(pathBelowPrefix(key, prefix));
  if (!path) return [];
  const state = { ...(etag !== undefined && { etag }), ...(modified !== undefined && { modified }) };
  const file = { name: path.name, bytes, source: { kind: 's3' as const, bucket, key, bytes, ...state } };
  if (path.folders.length === 0) return [file];
  try {
    return [{ ...file, folder: subfolder(folder, path.folders) }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ ...file, refused: error.message }];
  }
}
