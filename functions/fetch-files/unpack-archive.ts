import type { Archive, ArchiveBytes } from '../../adapters/archives/archive.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { SourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { type ReserveQuotaDependencies, reserveQuota } from '../../application/companies/reserve-quota.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { AnnouncedUsage, QuotaReservation } from '../../domain/companies/usage.ts';
import { sumOfLogEntries } from '../../domain/jobs/counts.ts';
import type { UploadJob } from '../../domain/jobs/job.ts';
import { filesOfList } from '../../domain/uploads/files-of-list.ts';
import { multipartAbove } from '../../domain/uploads/limits.ts';
import { announcedBy, withReservation } from '../../domain/uploads/metadata-file.ts';
import type { OpenedSource } from '../../domain/uploads/opened-source.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import { checkArchive, filesOfArchive, isUnpacked } from '../../domain/uploads/unpacking.ts';
import type { UploadFile } from '../../domain/uploads/upload-file.ts';
import { endIfLast, type FetchAttempt, isRefusal, settle } from './fetch-file.ts';
import {
  readWhole,
  type StagingDependencies,
  sha256Of,
  stageInParts,
  TransferUnfinished,
} from './stage-file.ts';

export interface UnpackDependencies
  extends StagingDependencies,
    ReserveQuotaDependencies,
    Pick<UploadStore, 'getFile' | 'listFiles' | 'finishFile' | 'addFiles' | 'reserveFiles'>,
    Pick<SourceStore, 'rememberSource'> {
  readonly getJob: JobStore['getJob'];
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly findStaged: (key: string) => Promise<{ readonly bytes: number } | undefined>;
  readonly readStaged: (key: string, first: number, length: number) => Promise<Uint8Array>;
  readonly deleteStaged: (key: string) => Promise<void>;
  readonly openArchive: (file: UploadFile, source: ArchiveBytes) => Archive;
  readonly requestEnd: (company: string, jobId: string, file: number) => Promise<void>;
  readonly now: () => string;
  readonly log: { error(message: string, error: Error): void };
}

/** Milliseconds reserved for the entries that are on their way. */
const reserve = 90_000;

/** Files of an archive that are read from the table at once. */
const filesAtOnce = 1_000;

/**
 * "Fetch Files", for an archive: takes its files out of it and stages each like a file that a client sends. The archive itself
 * is not added. It is checked as a whole before anything is taken out of it.
 *
 * The numbers of its files are reserved once, and the same archive always has the same files. So a repeated call continues:
 * files that are staged or settled are passed over. If its files do not fit the quota of the company, none is taken.
 *
 * Costs: for each file 2 write units, a HEAD in a repeated call, and a PUT; the archive is read once or twice. A read unit for the
 * quota; with one 2 more, and 2 write units.
 * @throws TransferUnfinished and transient errors: the message is then delivered again. At the last delivery the archive gets
 * an error entry
 */
export async function unpackArchive(attempt: FetchAttempt, dependencies: UnpackDependencies): Promise<void> {
  const { company, jobId, file: number, lastAttempt } = attempt;
  const file = await dependencies.getFile(company, jobId, number);
  const job = await dependencies.getJob(company, jobId);
  if (!file || job?.kind !== 'upload' || !isUnpacked(job, file)) return;
  if (file.state === 'pending') {
    try {
      await unpack(file, job, dependencies);
    } catch (error) {
      if (isRefusal(error)) await giveUp(file, `was not unpacked. ${error.message}`, dependencies);
      else if (lastAttempt) {
        const message = 'could not be unpacked because something failed on our side; upload it again';
        await giveUp(file, message, dependencies);
        dependencies.log.error(`The archive ${number} of the upload ${jobId} was given up`, error as Error);
      } else throw error;
    }
  }
  await dependencies.deleteStaged(keyOf(file));
  await endIfLast(company, jobId, number, dependencies);
}

/** Settles an archive that cannot be unpacked further, and its files that are not staged. */
async function giveUp(file: UploadFile, message: string, dependencies: UnpackDependencies): Promise<void> {
  const current = await dependencies.getFile(file.company, file.jobId, file.file);
  const open = current?.unpacked ? await openFiles(current, current.unpacked, dependencies) : [];
  for (const [, one] of open) await settle(one, 'error', `${file.name} ${message}`, dependencies);
  await settle(file, 'error', message, dependencies);
}

async function unpack(file: UploadFile, job: UploadJob, dependencies: UnpackDependencies): Promise<void> {
  const { company, jobId, folder = job.folder } = file;
  if (job.status !== 'running')
    return settle(file, 'not-reached', 'was not unpacked before the upload was stopped', dependencies);
  const key = keyOf(file);
  const staged = await dependencies.findStaged(key);
  // A parallel call has unpacked it.
  if (!staged) return;
  if (file.bytes !== staged.bytes)
    throw refusedFile(`${staged.bytes} bytes arrived, ${file.bytes} were declared`);
  const archive = dependencies.openArchive(file, {
    bytes: staged.bytes,
    read: (first, length) => dependencies.readStaged(key, first, length),
  });
  const entries = await archive.entries();
  checkArchive(entries, staged.bytes);
  const found = filesOfArchive(folder, entries);
  const settings = await dependencies.getSettings(company);
  const make = (first: number) =>
    filesOfList(
      job,
      found.map(({ listed }) => listed),
      settings,
      dependencies.now(),
      { first, fromArchive: file.file },
    );
  const settled = sumOfLogEntries(make(1).flatMap(({ logEntry }) => logEntry ?? []));
  const reservation = file.unpacked
    ? undefined
    : await reserveFor(file, announcedBy(job, make(1)), dependencies);
  const numbers = await dependencies.reserveFiles(file, found.length, settled, reservation);
  if (!numbers) throw new Error(`The upload ${jobId} changed while the archive ${file.file} was unpacked`);
  await dependencies.addFiles(make(numbers.first).map((one) => withReservation(job, one, numbers.reserved)));

  const byEntry = new Map(found.map(({ entry }, index) => [entry, numbers.first + index]));
  const open = await openFiles(file, numbers, dependencies);
  const wanted = new Set([...byEntry].flatMap(([entry, number]) => (open.has(number) ? [entry] : [])));
  if (wanted.size > 0) {
    await archive.read(wanted, async (entry, chunks) => {
      if (dependencies.timeLeft() < reserve) throw new TransferUnfinished(`${file.name} is unpacked further`);
      const target = open.get(byEntry.get(entry) ?? 0);
      if (!target) return;
      try {
        await stage(target, chunks, dependencies);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await settle(target, 'error', error.message, dependencies);
      }
    });
  }
  if (file.source) await dependencies.rememberSource({ company, folder, place: file.source }, file.source);
  const files = numbers.count === 1 ? '1 file' : `${numbers.count} files`;
  await settle(file, 'skipped', `not added itself: unpacked into ${files}`, dependencies);
}

/** Checks the files of an archive, which is itself announced until it is settled. @throws Failure `quota.exceeded` */
async function reserveFor(
  archive: UploadFile,
  adding: AnnouncedUsage,
  dependencies: UnpackDependencies,
): Promise<QuotaReservation | undefined> {
  const own = archive.reserved === undefined ? undefined : { assets: 1, bytes: archive.bytes };
  return reserveQuota(archive.company, adding, dependencies.now(), dependencies, own);
}

/** Files of the archive that are neither settled nor staged, by number. */
async function openFiles(
  { company, jobId, unpacked }: UploadFile,
  { first, count }: { readonly first: number; readonly count: number },
  { listFiles, findStaged }: UnpackDependencies,
): Promise<Map<number, UploadFile>> {
  const open = new Map<number, UploadFile>();
  for (let after = first - 1; after < first + count - 1; after += filesAtOnce) {
    const limit = Math.min(filesAtOnce, first + count - 1 - after);
    const { items } = await listFiles(company, jobId, { limit, after });
    for (const item of items) {
      if (item.state !== 'pending') continue;
      // Only an earlier call can have staged it.
      const staged = unpacked && (await findStaged(keyOf(item)));
      if (staged?.bytes !== item.bytes) open.set(item.file, item);
    }
  }
  return open;
}

async function stage(
  file: UploadFile,
  chunks: AsyncIterable<Uint8Array>,
  dependencies: UnpackDependencies,
): Promise<void> {
  const { bytes, type } = file;
  const key = keyOf(file);
  const opened: OpenedSource = { bytes, chunks: () => exactly(chunks, bytes, file.name), close: () => {} };
  if (bytes <= multipartAbove) {
    const content = await readWhole(opened);
    await dependencies.putStaged(key, { bytes: content, type, sha256: sha256Of(content) });
    return;
  }
  const uploadId = await dependencies.beginMultipartUpload(key, type);
  if ((await stageInParts(opened, { key, uploadId, bytes }, dependencies)) === 'missing')
    throw new Error(`The multipart upload of ${key} was lost`);
}

/** A bomb has more than its directory says. */
async function* exactly(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > bytes) break;
    yield chunk;
  }
  if (length !== bytes)
    throw refusedFile(`Its file ${name} does not have the ${bytes} bytes that it is said to have`);
}

function keyOf({ company, jobId, file }: UploadFile): string {
  return stagedKey(company, jobId, file);
}
