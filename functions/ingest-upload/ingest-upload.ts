import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { SourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import type {
  AfterRecording,
  PendingUploadWork,
  UploadStore,
} from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { Media, UploadedFacts } from '../../adapters/media/read-media.ts';
import type { StagedObject } from '../../adapters/s3/upload-object.ts';
import type { FetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { keepsChanging } from '../../application/assets/keeps-changing.ts';
import type { PublishResult } from '../../application/assets/publish-asset.ts';
import { type EndUploadDependencies, endUpload } from '../../application/uploads/end-upload.ts';
import { type Asset, type AssetType, isPublished, masterKey } from '../../domain/assets/asset.ts';
import { renamedFileName } from '../../domain/assets/asset-id.ts';
import { afterUpload, serversFor } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { reductionObjects } from '../../domain/delivery/reduction.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { LogEntry, UploadJob } from '../../domain/jobs/job.ts';
import { storageRefusal } from '../../domain/storage-refusal.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { findFreeId } from '../../domain/uploads/free-id.ts';
import { isMetadataFile, metadataFileLimits } from '../../domain/uploads/metadata-file.ts';
import { decideUpload } from '../../domain/uploads/overwrite.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import { isUnpacked } from '../../domain/uploads/unpacking.ts';
import { uploadAsset } from '../../domain/uploads/upload-asset.ts';
import { isMetadataDue } from '../../domain/uploads/upload-end.ts';
import { isLaterUpload, openStepOf, type UploadFile } from '../../domain/uploads/upload-file.ts';
import {
  acceptedFileLogEntry,
  describeUploadDecision,
  duplicateMessage,
  fileLogEntry,
  setsWarning,
  similarWarning,
  undoneMessage,
} from '../../domain/uploads/upload-log-entries.ts';

/** A file that has arrived in the upload bucket. */
export interface Arrival {
  readonly company: string;
  readonly jobId: string;
  readonly file: number;
  /** Whether this is the last delivery of the event: an error now would leave the file undecided for ever. */
  readonly lastAttempt: boolean;
}

export interface IngestDependencies
  extends Pick<UploadStore, 'getFile' | 'recordFile' | 'finishFile' | 'recordArrival'>,
    EndUploadDependencies,
    FetchQueue,
    Pick<SourceStore, 'rememberSource'> {
  readonly getJob: JobStore['getJob'];
  readonly getAsset: AssetStore['getAsset'];
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly findStaged: (key: string) => Promise<StagedObject | undefined>;
  /** @throws Failure `upload.file-refused` */
  readonly readMedia: (key: string, file: UploadFile, settings: CompanySettings) => Promise<Media>;
  /** Ids that differ from this one only by case. */
  readonly similarIds: (company: string, id: string) => Promise<readonly string[]>;
  /** Ids of the sets that show an asset. */
  readonly setsOf: (company: string, id: string) => Promise<readonly string[]>;
  /** @returns the version id of the copy */
  readonly copyToMasters: (source: string, target: string, bytes: number, type: string) => Promise<string>;
  /** Stores a rendition as a version of a master. @returns its version id */
  readonly putRendition: (target: string, bytes: Uint8Array, type: string) => Promise<string>;
  /** Stores the reduction of an image. */
  readonly putReduction: (
    company: string,
    reduction: NonNullable<Media['reduction']>,
  ) => Promise<NonNullable<UploadedFacts['reduction']>>;
  readonly deleteMaster: (key: string, versionId: string) => Promise<void>;
  readonly deleteStaged: (key: string) => Promise<void>;
  readonly publish: (
    asset: Asset,
    servers: readonly Server[],
    publishing: { by: string; at: string; jobId: string; settings: CompanySettings; force: boolean },
  ) => Promise<PublishResult>;
  /** Brings derived images to the version of their parent. */
  readonly refreshDerived: (
    parent: Asset,
    refreshing: { by: string; at: string; jobId: string; settings: CompanySettings },
  ) => Promise<{ readonly warnings: readonly string[] }>;
  /** Publishes the closure of an asset. */
  readonly publishWithMembers: (
    asset: Asset,
    publishing: { by: string; at: string; jobId: string; settings: CompanySettings },
  ) => Promise<{ readonly problems: readonly string[] }>;
  /** Builds the sets of an upload once all its files are settled. */
  readonly buildSets: (job: UploadJob, lastAttempt: boolean) => Promise<boolean>;
  /** Applies the metadata files of an upload once all its other files are settled. */
  readonly applyMetadata: (job: UploadJob, lastAttempt: boolean) => Promise<void>;
  /** Withdraws a re-uploaded asset from all servers. @returns false if the asset was changed meanwhile */
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

/**
 * Attempts to find a free id in the library. Each failure means that another upload took the id: of 10 parallel uploads with
 * one name, the last one gets its numeral after 10 attempts.
 */
const maxPlacements = 25;

/**
 * "Ingest Upload": takes a file that has arrived into the library. It checks the bytes, copies the file to its master,
 * records the asset, publishes it if the upload asks for that, and ends the job with its last file.
 *
 * S3 delivers events at least once and in any order, and the function may die anywhere. Therefore the file's own state says
 * what is left to do, every change of it is conditional on the previous state, and the staged object is deleted last. Of
 * several uploads of one id the latest wins, in whatever order the events come.
 *
 * A file whose last delivery failed is given up: it gets its log entry, so that its job ends, but its staged object stays.
 * If operators send the event again, the file is taken up where it failed.
 *
 * Costs of an image that is marked for the next job: see docs/costs.md.
 * @throws transient errors: the event is then delivered again. At the last delivery the file gets its log entry first. A
 * refusal by the storage for good is an error entry of the file at once
 */
export async function ingestUpload(arrival: Arrival, dependencies: IngestDependencies): Promise<void> {
  const { company, jobId, file: number, lastAttempt } = arrival;
  const key = stagedKey(company, jobId, number);
  try {
    await ingest(company, jobId, number, key, dependencies);
  } catch (error) {
    const refusal = storageRefusal(error);
    if (refusal === undefined && !lastAttempt) throw error;
    await giveUp(company, jobId, number, key, refusal, dependencies);
    if (refusal === undefined) throw error;
    // Another delivery would end in the same way.
    dependencies.log.error(`The storage refused the file ${key}`, error as Error);
  }
}

async function ingest(
  company: string,
  jobId: string,
  number: number,
  key: string,
  dependencies: IngestDependencies,
): Promise<void> {
  const seen = await dependencies.getFile(company, jobId, number);
  const job = await dependencies.getJob(company, jobId);
  if (!seen || job?.kind !== 'upload') {
    dependencies.log.warn('The file that arrived belongs to no upload', { key });
    return dependencies.deleteStaged(key);
  }
  if (openStepOf(seen) === 'pending' && job.status === 'running' && isUnpacked(job, seen)) {
    // fetch-files takes it from where it is, and settles it.
    return dependencies.requestFetch({ kind: 'unpack', company, jobId, file: number });
  }
  if (openStepOf(seen) === 'pending' && isMetadataFile(job, seen)) {
    // Its log entry says to upload it again.
    if (seen.givenUp !== undefined) return dependencies.deleteStaged(key);
    if (job.status === 'running') return takeMetadata(seen, key, dependencies);
  }
  const file = openStepOf(seen) === 'pending' ? await decide(seen, job, key, dependencies) : seen;
  if (file && openStepOf(file) === 'recorded') await applyPendingWork(file, job, dependencies);
  if (seen.source) await rememberSource(seen, job, dependencies);
  await finishUpload(company, jobId, false, dependencies);
  await dependencies.deleteStaged(key);
}

/**
 * Takes a metadata file, which waits for the other files of its upload. Whoever settles the last of them applies it, and deletes
 * its staged object.
 */
async function takeMetadata(file: UploadFile, key: string, dependencies: IngestDependencies): Promise<void> {
  const { company, jobId } = file;
  const refusal = file.arrived === undefined ? await metadataRefusal(file, key, dependencies) : undefined;
  if (refusal === undefined) await dependencies.recordArrival(file, dependencies.now());
  else
    await dependencies.finishFile(file, 'pending', fileLogEntry(file, 'error', refusal, dependencies.now()));
  await finishUpload(company, jobId, false, dependencies);
  if (refusal !== undefined) await dependencies.deleteStaged(key);
}

/** @returns why a metadata file cannot be applied, whatever it says */
async function metadataRefusal(
  file: UploadFile,
  key: string,
  { findStaged }: Pick<IngestDependencies, 'findStaged'>,
): Promise<string | undefined> {
  const staged = await findStaged(key);
  if (!staged) throw new Error(`The staged object ${key} does not exist, but its file is pending`);
  const { bytes } = staged;
  if (bytes !== file.bytes) return `${bytes} bytes arrived, ${file.bytes} were declared`;
  const max = metadataFileLimits.bytes;
  return bytes > max
    ? `was not applied. A metadata file may have at most ${max} bytes; this one has ${bytes}`
    : undefined;
}

/** A file that was taken, or refused for what it is, is fetched again only when it has changed. */
async function rememberSource(
  { company, jobId, file: number }: UploadFile,
  job: UploadJob,
  dependencies: IngestDependencies,
): Promise<void> {
  const file = await dependencies.getFile(company, jobId, number);
  if (!file?.source || openStepOf(file) !== undefined || file.logEntry?.outcome === 'not-reached') return;
  const { source, folder = job.folder } = file;
  await dependencies.rememberSource({ company, folder, place: source }, source);
}

/** Decides about a pending file. @returns the file as it is now; undefined if it is settled */
async function decide(
  file: UploadFile,
  job: UploadJob,
  key: string,
  dependencies: IngestDependencies,
): Promise<UploadFile | undefined> {
  const finish = async (logEntry: LogEntry) => {
    await dependencies.finishFile(file, 'pending', logEntry);
    return undefined;
  };
  if (job.status !== 'running' && file.givenUp === undefined) {
    return finish(
      fileLogEntry(file, 'not-reached', 'arrived after the upload was stopped', dependencies.now()),
    );
  }
  const staged = await dependencies.findStaged(key);
  if (!staged) {
    // The call that deleted the staged object had settled the file before. An older read still found it pending.
    const now = await dependencies.getFile(file.company, file.jobId, file.file);
    if (now?.givenUp === 'pending') {
      dependencies.log.warn('The file was given up, and its staged object has expired', { key });
      return undefined;
    }
    if (now?.state === 'pending')
      throw new Error(`The staged object ${key} does not exist, but its file is pending`);
    return now;
  }
  if (file.assetId === undefined || staged.bytes !== file.bytes) {
    const message = `${staged.bytes} bytes arrived, ${file.bytes} were declared`;
    return finish(fileLogEntry(file, 'error', message, dependencies.now()));
  }
  const settings = await dependencies.getSettings(file.company);
  try {
    const media = await dependencies.readMedia(key, file, settings);
    return await record({ ...file, assetId: file.assetId }, job, key, staged, media, settings, dependencies);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'upload.file-refused') throw error;
    return finish(fileLogEntry(file, 'error', error.message, dependencies.now()));
  }
}

/** Finds the id of a file in the library by the overwrite rules, and records the asset. */
async function record(
  file: UploadFile & { readonly assetId: string },
  job: UploadJob,
  key: string,
  { uploadedAt, checksum }: StagedObject,
  { facts, warnings, rendition, reduction, withoutPicture }: Media,
  settings: CompanySettings,
  dependencies: IngestDependencies,
): Promise<UploadFile | undefined> {
  const { company, jobId, assetId: requestedId } = file;
  const { folder = job.folder } = file;
  const upload = { folder, fileName: file.name, type: facts.type, jobId };
  const rules = { overwrite: job.overwrite ?? true, mode: settings.overwriteMode };
  /** The copy in the masters bucket that is not recorded yet. */
  let copy: Copy | undefined;
  const dropCopy = async () => {
    if (copy) await dependencies.deleteMaster(copy.key, copy.versionId);
    if (copy?.originalVersionId !== undefined) {
      await dependencies.deleteMaster(copy.key, copy.originalVersionId);
    }
    for (const { masterKey, masterVersionId } of copy ? reductionObjects(company, copy) : []) {
      await dependencies.deleteMaster(masterKey, masterVersionId);
    }
    copy = undefined;
  };

  // Not untilUnchanged: the copy is kept between attempts, and has to be deleted after the last one.
  for (let attempt = 1; attempt <= maxPlacements; attempt += 1) {
    const found = await dependencies.getAsset(company, requestedId);
    const placement = decideUpload(upload, found, rules);
    const before = placement.action === 'overwrite' ? found : undefined;
    if (placement.action === 'skip') return skip(duplicateMessage);
    if (before && !isLaterUpload({ uploadedAt, uploadJobId: jobId }, before)) {
      return skip('a later upload of the same name exists');
    }

    if (before?.type === 'image' && withoutPicture !== undefined) {
      // As a document it would take the image from its address, and from the sets that show it.
      await dropCopy();
      throw refusedFile(
        `It has no picture, so it does not replace the image ${before.id}. ${withoutPicture}`,
      );
    }
    const id = placement.action === 'rename' ? await freeId(requestedId) : requestedId;
    const master = before?.masterKey ?? masterKey(company, id);
    if (copy?.key !== master) {
      await dropCopy();
      copy = await copyMaster(key, master, facts, rendition, dependencies);
      if (reduction) copy = { ...copy, reduction: await dependencies.putReduction(company, reduction) };
    }
    const similar = before ? [] : await dependencies.similarIds(company, id);
    const sets = before && before.type !== facts.type ? await dependencies.setsOf(company, id) : [];
    const now = dependencies.now();
    const { intent, publishNow, withdraw } = afterUpload(before, job.publishAfterUploading, {
      ...settings,
      retainPublishState: job.preservePublishState ?? settings.retainPublishState,
    });
    const asset = uploadAsset(
      before,
      {
        company,
        id,
        folder,
        fileName: id === requestedId ? file.name : renamedFileName(file.name, id),
        facts: { ...withStored(facts, copy), ...checksum },
        masterKey: copy.key,
        masterVersionId: copy.versionId,
        uploadedAt,
        uploadJobId: jobId,
        uploadedBy: job.submittedBy,
      },
      intent,
      now,
    );
    const pendingWork = {
      pendingAction: publishNow ? ('publish' as const) : withdraw ? ('withdraw' as const) : undefined,
      refreshDerived: (asset.derivedCount ?? 0) > 0,
      resultText: describeUploadDecision(placement, requestedId, asset, found),
      warnings: [
        ...warnings,
        ...(similar.length === 0 ? [] : [similarWarning(similar)]),
        ...(sets.length === 0 ? [] : [setsWarning(facts.type, sets)]),
      ],
    };
    const next: AfterRecording =
      pendingWork.pendingAction || pendingWork.refreshDerived
        ? withEntryMeanwhile(file, id, pendingWork, now, facts.type)
        : { logEntry: ingestedLogEntry(file, id, pendingWork, 'recorded', stateOf(asset), now, facts.type) };
    if (await dependencies.recordFile(file, before, asset, settings, next)) {
      return 'logEntry' in next ? undefined : recordedFile(file, id, next);
    }
    const current = await dependencies.getFile(company, jobId, file.file);
    if (!current || openStepOf(current) !== 'pending') {
      // A duplicate of the event was processed in parallel, or the upload was stopped.
      await dropCopy();
      return current;
    }
  }
  await dropCopy();
  throw keepsChanging(requestedId);

  async function skip(message: string): Promise<UploadFile | undefined> {
    await dropCopy();
    // A duplicate of the event may have recorded the file: then the found asset is this very upload.
    const current = await dependencies.getFile(company, jobId, file.file);
    if (!current || openStepOf(current) !== 'pending') return current;
    const logEntry = fileLogEntry(file, 'skipped', message, dependencies.now(), facts.type);
    await dependencies.finishFile(file, 'pending', logEntry);
    return undefined;
  }

  function freeId(taken: string): Promise<string> {
    return findFreeId(taken, async (id) => (await dependencies.getAsset(company, id)) !== undefined);
  }
}

/** The versions of a master that a file became. */
interface Copy {
  readonly key: string;
  /** Of the bytes that are delivered. */
  readonly versionId: string;
  /** Of the file, if a rendition is delivered. */
  readonly originalVersionId?: string;
  readonly reduction?: NonNullable<UploadedFacts['reduction']>;
}

/** The file becomes a version of its master. A rendition becomes the version after it, which is the one that is published. */
async function copyMaster(
  staged: string,
  key: string,
  { bytes, mimeType, originalBytes = bytes, originalType = mimeType }: UploadedFacts,
  rendition: Uint8Array | undefined,
  { copyToMasters, putRendition }: Pick<IngestDependencies, 'copyToMasters' | 'putRendition'>,
): Promise<Copy> {
  const versionId = await copyToMasters(staged, key, originalBytes, originalType);
  if (!rendition) return { key, versionId };
  return { key, versionId: await putRendition(key, rendition, mimeType), originalVersionId: versionId };
}

function withStored(facts: UploadedFacts, { originalVersionId, reduction }: Copy): UploadedFacts {
  return {
    ...facts,
    ...(originalVersionId === undefined ? {} : { originalVersionId }),
    ...(reduction && { reduction }),
  };
}

function recordedFile(
  file: UploadFile,
  assetId: string,
  { pendingAction, refreshDerived, resultText, warnings, logEntryMeanwhile }: PendingUploadWork,
): UploadFile {
  return {
    ...file,
    assetId,
    ...(logEntryMeanwhile ? { givenUp: 'recorded', logEntry: logEntryMeanwhile } : { state: 'recorded' }),
    refreshDerived,
    resultText,
    warnings,
    ...(pendingAction ? { pendingAction } : {}),
  };
}

/** A file that was given up before is counted already: it has a log entry while work is left. */
function withEntryMeanwhile(
  file: UploadFile,
  assetId: string,
  work: PendingUploadWork,
  time: string,
  type: AssetType,
): PendingUploadWork {
  if (file.givenUp === undefined) return work;
  const message = undoneMessage(
    { resultText: work.resultText, ...(work.pendingAction && { pendingAction: work.pendingAction }) },
    'it is being ingested again',
  );
  return { ...work, logEntryMeanwhile: fileLogEntry({ ...file, assetId }, 'warning', message, time, type) };
}

/** The publish state of a recorded asset, for its log entry. */
function stateOf({ intent, publications }: Pick<Asset, 'intent' | 'publications'>): string {
  if (intent === 'live') return 'marked for the next publish job';
  if (intent === 'held') return 'held: publish it by hand';
  return isPublished({ publications }) ? 'changed since it was published' : 'not published yet';
}

function ingestedLogEntry(
  file: UploadFile,
  assetId: string,
  { resultText = 'recorded', warnings = [] }: Pick<UploadFile, 'resultText' | 'warnings'>,
  outcome: 'recorded' | 'published',
  state: string,
  time: string,
  type: AssetType,
): LogEntry {
  return acceptedFileLogEntry({ ...file, assetId }, outcome, `${resultText}; ${state}`, warnings, time, type);
}

/**
 * Does the pending work of a recorded file: refreshes derived images, publishes or withdraws the asset. Another upload may
 * have replaced the asset meanwhile; the work is still done.
 */
async function applyPendingWork(
  recorded: UploadFile,
  job: UploadJob,
  dependencies: IngestDependencies,
): Promise<void> {
  const { company, jobId, assetId = '' } = recorded;
  const settings = await dependencies.getSettings(company);
  const publishing = () => ({ by: job.submittedBy, at: dependencies.now(), jobId, settings });
  let file = recorded;
  if (file.refreshDerived) {
    const parent = await dependencies.getAsset(company, assetId);
    if (parent) file = withWarnings(file, (await dependencies.refreshDerived(parent, publishing())).warnings);
  }
  await untilUnchanged<void>(
    async (attempt) => {
      const asset = await dependencies.getAsset(company, assetId);
      if (!asset) {
        const message = 'recorded, but the asset no longer exists';
        const logEntry = fileLogEntry(file, 'warning', message, dependencies.now());
        await dependencies.finishFile(file, 'recorded', logEntry);
        return;
      }
      if (file.pendingAction === undefined) return finish('recorded', stateOf(asset), asset.type);
      if (file.pendingAction === 'withdraw') {
        if (asset.intent !== 'live' && !(await dependencies.withdraw(asset, publishing())))
          return changedMeanwhile;
        return finish('recorded', 'withdrawn until it is published', asset.type);
      }
      if (asset.trashed || asset.intent !== 'live') {
        const state = `not published: it was ${asset.trashed ? 'put into the trash' : 'unpublished'} meanwhile`;
        return finish('recorded', state, asset.type);
      }
      const { changed, failed } = await dependencies.publish(asset, serversFor(asset.type, settings), {
        ...publishing(),
        // The loser of a race reconciles the origin with the record that it read, perhaps between the copy and the record
        // of the winner. So a further attempt copies again, even if the record says that the version is live.
        force: attempt > 1,
      });
      if (changed) return changedMeanwhile;
      const refused = failed.flatMap(({ server, error }) => {
        const why = storageRefusal(error);
        return why === undefined ? [] : [{ server, why, error }];
      });
      if (failed.length > 0 && refused.length === failed.length) return finishRefused(refused, asset.type);
      if (failed.length > 0) {
        throw new Error(
          `${assetId} could not be copied to ${failed.map(({ server }) => server).join(', ')}`,
          {
            cause: failed[0]?.error,
          },
        );
      }
      if (file.refreshDerived) {
        // Derived images go live with their parent, even if they were held.
        const live = await dependencies.getAsset(company, assetId);
        if (live)
          file = withWarnings(file, (await dependencies.publishWithMembers(live, publishing())).problems);
      }
      return finish('published', 'published', asset.type);
    },
    () => keepsChanging(assetId),
  );

  /** The file is in the library, but servers refuse it for good. Those that took it have it. */
  async function finishRefused(
    refused: readonly { readonly server: Server; readonly why: string; readonly error: unknown }[],
    type: AssetType,
  ): Promise<void> {
    for (const { server, error } of refused)
      dependencies.log.warn('A copy was refused', { id: assetId, server, error });
    const reasons = refused.map(({ server, why }) => `${server}: ${why}`).join('; ');
    const message = `${file.resultText ?? 'recorded'}, but could not be published. ${reasons}`;
    await dependencies.finishFile(
      file,
      'recorded',
      fileLogEntry({ ...file, assetId }, 'error', message, dependencies.now(), type),
    );
  }

  async function finish(outcome: 'recorded' | 'published', state: string, type: AssetType): Promise<void> {
    await dependencies.finishFile(
      file,
      'recorded',
      ingestedLogEntry(file, assetId, file, outcome, state, dependencies.now(), type),
    );
  }
}

function withWarnings(file: UploadFile, more: readonly string[]): UploadFile {
  return more.length === 0 ? file : { ...file, warnings: [...(file.warnings ?? []), ...more] };
}

/**
 * Settles a file whose last delivery failed, or that the storage refuses for good. The staged object stays unless the storage
 * refuses it, so that the event can be sent again until the lifecycle of the bucket removes the object.
 * @param refusal why the storage refuses it; undefined if the event goes to the dead-letter queue for the operators
 */
async function giveUp(
  company: string,
  jobId: string,
  number: number,
  key: string,
  refusal: string | undefined,
  dependencies: IngestDependencies,
): Promise<void> {
  const file = await dependencies.getFile(company, jobId, number);
  if (!file) return;
  const now = dependencies.now();
  const ending = refusal === undefined ? 'given-up' : 'done';
  const step = openStepOf(file);
  // A file that was given up before keeps its log entry.
  const isOpen = file.givenUp === undefined || refusal !== undefined;
  // A metadata file that has arrived is settled when it is applied.
  if (step === 'pending' && isOpen && file.arrived === undefined) {
    const message =
      refusal === undefined
        ? 'could not be ingested because something failed on our side; upload it again'
        : `could not be ingested: ${refusal}`;
    await dependencies.finishFile(file, 'pending', fileLogEntry(file, 'error', message, now), ending);
  }
  if (step === 'recorded' && isOpen) {
    const message = undoneMessage(file, refusal ?? 'something failed on our side');
    const outcome = refusal === undefined ? 'warning' : 'error';
    await dependencies.finishFile(file, 'recorded', fileLogEntry(file, outcome, message, now), ending);
  }
  await finishUpload(company, jobId, true, dependencies);
  if (refusal !== undefined) await dependencies.deleteStaged(key);
}

async function uploadNow(
  company: string,
  jobId: string,
  { getJob }: Pick<IngestDependencies, 'getJob'>,
): Promise<UploadJob | undefined> {
  const job = await getJob(company, jobId);
  return job?.kind === 'upload' ? job : undefined;
}

/** The steps after a file is settled. A duplicate event repeats them, because the first delivery may have died before. */
async function finishUpload(
  company: string,
  jobId: string,
  lastAttempt: boolean,
  dependencies: IngestDependencies,
): Promise<void> {
  let job = await uploadNow(company, jobId, dependencies);
  if (job && isMetadataDue(job)) {
    await dependencies.applyMetadata(job, lastAttempt);
    job = await uploadNow(company, jobId, dependencies);
  }
  try {
    // If another call has settled its file since, it builds the sets: a job must not end before them.
    if (job && !(await dependencies.buildSets(job, lastAttempt))) return;
  } catch (error) {
    if (!lastAttempt) throw error;
    // The job ends without its sets rather than never.
    dependencies.log.error(`Sets of the upload ${jobId} could not be built`, error as Error);
  }
  await endUpload(company, jobId, dependencies.now(), dependencies);
}
