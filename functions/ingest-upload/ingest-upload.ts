import type { AssetRecords } from '../../adapters/dynamodb/asset-records.ts';
import type { JobRecords } from '../../adapters/dynamodb/job-records.ts';
import type { AfterRecording, UploadRecords } from '../../adapters/dynamodb/upload-records.ts';
import type { PublishResult } from '../../adapters/publication/publish-asset.ts';
import { masterKey, type StagedObject, stagedKey } from '../../adapters/s3/upload-object.ts';
import type { Media } from '../../adapters/sharp/read-media.ts';
import { type Asset, isPublished } from '../../domain/asset/asset.ts';
import { afterUpload, serversFor } from '../../domain/asset/publish-state.ts';
import type { CompanySettings } from '../../domain/company/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { LogLine, UploadJob } from '../../domain/job/job.ts';
import { uploadAsset } from '../../domain/upload/upload-asset.ts';
import { isLaterUpload, type UploadFile } from '../../domain/upload/upload-file.ts';
import { fileLine, takenLine } from '../../domain/upload/upload-lines.ts';

/** A file that has arrived in the upload bucket. */
export interface Arrival {
  readonly company: string;
  readonly jobId: string;
  readonly file: number;
  /** The last time this event is handed over: what fails now would stay undecided for ever. */
  readonly lastTry: boolean;
}

export interface IngestDependencies
  extends Pick<UploadRecords, 'getFile' | 'recordFile' | 'settleFile' | 'endIfComplete'> {
  readonly getJob: JobRecords['getJob'];
  readonly getAsset: AssetRecords['getAsset'];
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly findStaged: (key: string) => Promise<StagedObject | undefined>;
  /** @throws Failure `upload.file-refused` */
  readonly readMedia: (key: string, file: UploadFile) => Promise<Media>;
  /** @returns the version id of the copy */
  readonly copyToMasters: (source: string, target: string, bytes: number, type: string) => Promise<string>;
  readonly deleteMaster: (key: string, versionId: string) => Promise<void>;
  readonly deleteStaged: (key: string) => Promise<void>;
  readonly publish: (
    asset: Asset,
    servers: readonly Server[],
    publishing: { by: string; at: string; jobId: string; settings: CompanySettings; force: boolean },
  ) => Promise<PublishResult>;
  /** Takes off all servers what an upload took back. @returns false if the asset was changed meanwhile */
  readonly withdraw: (
    asset: Asset,
    withdrawal: { by: string; at: string; settings: CompanySettings },
  ) => Promise<boolean>;
  readonly now: () => string;
  readonly log: {
    warn(message: string, facts: Record<string, unknown>): void;
    error(message: string, error: Error): void;
  };
}

/** Times that a change is worked out anew because somebody else changed the asset. */
const mostAttempts = 5;

/**
 * Takes a file that has arrived into the library: checks its bytes, copies it to its master, records the asset and,
 * where it is wanted live, publishes it.
 *
 * S3's events come at least once and in any order, and the function may die anywhere: so the file's own state says
 * what is left to do, every change of it is bound to the state before, and the staged file is removed last. Of several
 * uploads of one id the latest wins, whichever event comes first.
 * @throws whatever passes by itself: the event is then handed over again. On the last try the file gets its line first.
 */
export async function ingestUpload(arrival: Arrival, dependencies: IngestDependencies): Promise<void> {
  const { company, jobId, file: number, lastTry } = arrival;
  const key = stagedKey(company, jobId, number);
  try {
    await ingest(company, jobId, number, key, dependencies);
  } catch (error) {
    if (lastTry) await giveUp(company, jobId, number, key, dependencies);
    throw error;
  }
}

async function ingest(
  company: string,
  jobId: string,
  number: number,
  key: string,
  dependencies: IngestDependencies,
): Promise<void> {
  let file = await dependencies.getFile(company, jobId, number);
  const job = await dependencies.getJob(company, jobId);
  if (!file || job?.kind !== 'upload') {
    dependencies.log.warn('A file arrived that no upload expects', { key });
    return dependencies.deleteStaged(key);
  }
  if (file.state === 'pending') file = await decide(file, job, key, dependencies);
  if (file?.state === 'recorded') await carryOut(file, job, dependencies);
  await cleanUp(company, jobId, key, dependencies);
}

/** @returns the file after it; undefined if it is settled */
async function decide(
  file: UploadFile,
  job: UploadJob,
  key: string,
  dependencies: IngestDependencies,
): Promise<UploadFile | undefined> {
  const settle = async (line: LogLine) => {
    await dependencies.settleFile(file, 'pending', line);
    return undefined;
  };
  if (job.status !== 'running') {
    return settle(fileLine(file, 'not-reached', 'arrived after the upload was stopped', dependencies.now()));
  }
  const staged = await dependencies.findStaged(key);
  if (!staged) {
    // Whoever removed it had settled the file before; a read that is older than that finds it pending.
    const now = await dependencies.getFile(file.company, file.jobId, file.file);
    if (now?.state === 'pending') throw new Error(`${key} is gone, though nothing was decided about it`);
    return now;
  }
  if (file.assetId === undefined || staged.bytes !== file.bytes) {
    const message = `${staged.bytes} bytes arrived, ${file.bytes} were declared`;
    return settle(fileLine(file, 'error', message, dependencies.now()));
  }
  try {
    const media = await dependencies.readMedia(key, file);
    return await record({ ...file, assetId: file.assetId }, job, key, staged, media, dependencies);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'upload.file-refused') throw error;
    return settle(fileLine(file, 'error', error.message, dependencies.now()));
  }
}

async function record(
  file: UploadFile & { readonly assetId: string },
  job: UploadJob,
  key: string,
  { uploadedAt }: StagedObject,
  { facts, warnings }: Media,
  dependencies: IngestDependencies,
): Promise<UploadFile | undefined> {
  const { company, jobId, assetId } = file;
  const master = masterKey(company, assetId);
  const settings = await dependencies.getSettings(company);
  const masterVersionId = await dependencies.copyToMasters(key, master, facts.bytes, facts.mimeType);

  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const before = await dependencies.getAsset(company, assetId);
    if (before && !isLaterUpload({ uploadedAt, uploadJobId: jobId }, before)) break;
    const { intent, publishNow, withdraw } = afterUpload(before, job.publishAfterUploading, settings);
    const now = dependencies.now();
    const asset = uploadAsset(
      before,
      {
        company,
        id: assetId,
        folder: job.folder,
        fileName: file.name,
        facts,
        masterKey: master,
        masterVersionId,
        uploadedAt,
        uploadJobId: jobId,
        uploadedBy: job.submittedBy,
      },
      intent,
      now,
    );
    const due = publishNow ? 'publish' : withdraw ? 'withdraw' : undefined;
    const next: AfterRecording = due
      ? { due, warnings }
      : { line: takenLine(file, 'recorded', recordedMessage(asset), warnings, now, facts.type) };
    if (await dependencies.recordFile(file, before, asset, settings, next)) {
      return due ? { ...file, state: 'recorded', due, warnings } : undefined;
    }
    const current = await dependencies.getFile(company, jobId, file.file);
    if (current?.state !== 'pending') {
      // The same event, handed over twice at once, or the upload was stopped.
      await dependencies.deleteMaster(master, masterVersionId);
      return current;
    }
    if (attempt === mostAttempts) {
      await dependencies.deleteMaster(master, masterVersionId);
      throw new Failure('asset.changed-meanwhile', `${assetId} keeps being changed`);
    }
  }

  // Not recorded by whoever has the same event: then the asset would be this very upload, and the file not pending.
  const current = await dependencies.getFile(company, jobId, file.file);
  await dependencies.deleteMaster(master, masterVersionId);
  if (current?.state !== 'pending') return current;
  const message = 'a later upload of the same name is there already';
  await dependencies.settleFile(
    file,
    'pending',
    fileLine(file, 'skipped', message, dependencies.now(), facts.type),
  );
  return undefined;
}

function recordedMessage({ intent, publications }: Asset): string {
  if (intent === 'live') return 'recorded, marked for the next publish job';
  if (intent === 'held') return 'recorded, held back as it was unpublished';
  return isPublished({ publications }) ? 'recorded, changed since it was published' : 'recorded';
}

/** Does what is due with a recorded file. The asset may be another upload's by now: what is owed to it stays owed. */
async function carryOut(file: UploadFile, job: UploadJob, dependencies: IngestDependencies): Promise<void> {
  const { company, jobId, assetId = '', warnings = [] } = file;
  const by = job.submittedBy;
  const settings = await dependencies.getSettings(company);
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const asset = await dependencies.getAsset(company, assetId);
    const at = dependencies.now();
    const settle = (line: LogLine) => dependencies.settleFile(file, 'recorded', line);
    if (!asset) {
      await settle(fileLine(file, 'warning', 'recorded, but the asset is gone', at));
      return;
    }
    if (file.due === 'withdraw') {
      if (asset.intent === 'live' || (await dependencies.withdraw(asset, { by, at, settings }))) {
        await settle(
          takenLine(
            file,
            'recorded',
            'recorded, and withdrawn until it is published',
            warnings,
            at,
            asset.type,
          ),
        );
        return;
      }
      continue;
    }
    if (asset.intent !== 'live') {
      const message = 'recorded, but not published: it was unpublished meanwhile';
      await settle(takenLine(file, 'recorded', message, warnings, at, asset.type));
      return;
    }
    const { changed, failed } = await dependencies.publish(asset, serversFor(asset.type, settings), {
      by,
      at,
      jobId,
      settings,
      // Who lost a race has put the origin right by the record as it was then: perhaps right between copy and record
      // of who won it. So what is recorded as live by now is copied once more.
      force: attempt > 1,
    });
    if (changed) continue;
    if (failed.length > 0) {
      throw new Error(`${assetId} could not be copied to ${failed.map(({ server }) => server).join(', ')}`, {
        cause: failed[0]?.error,
      });
    }
    await settle(takenLine(file, 'published', 'published', warnings, dependencies.now(), asset.type));
    return;
  }
  throw new Failure('asset.changed-meanwhile', `${assetId} keeps being changed`);
}

/** The last try failed: the file gets a line that says so, and the event goes to the dead letters for the operators. */
async function giveUp(
  company: string,
  jobId: string,
  number: number,
  key: string,
  dependencies: IngestDependencies,
): Promise<void> {
  const file = await dependencies.getFile(company, jobId, number);
  if (!file) return;
  const now = dependencies.now();
  if (file.state === 'pending') {
    const message = 'could not be taken in, because something failed on our side; upload it again';
    await dependencies.settleFile(file, 'pending', fileLine(file, 'error', message, now));
  }
  if (file.state === 'recorded') {
    const message =
      file.due === 'withdraw'
        ? 'recorded, but could not be withdrawn, because something failed on our side; unpublish it'
        : 'recorded, but could not be published, because something failed on our side; the next publish job takes it';
    await dependencies.settleFile(file, 'recorded', fileLine(file, 'warning', message, now));
  }
  await cleanUp(company, jobId, key, dependencies);
}

/** Also after an event that came again: whoever had it first may have died before this. */
async function cleanUp(
  company: string,
  jobId: string,
  key: string,
  dependencies: IngestDependencies,
): Promise<void> {
  await dependencies.endIfComplete(company, jobId, dependencies.now());
  await dependencies.deleteStaged(key);
}
