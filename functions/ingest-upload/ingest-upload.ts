import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type {
  AfterRecording,
  PendingUploadWork,
  UploadStore,
} from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { Media } from '../../adapters/media/read-media.ts';
import type { StagedObject } from '../../adapters/s3/upload-object.ts';
import type { PublishResult } from '../../application/assets/publish-asset.ts';
import { type Asset, type AssetType, isPublished, masterKey } from '../../domain/assets/asset.ts';
import { afterUpload, serversFor } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { LogEntry, UploadJob } from '../../domain/jobs/job.ts';
import { findFreeId, numberedFileName } from '../../domain/uploads/free-id.ts';
import { decideUpload } from '../../domain/uploads/overwrite.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import { uploadAsset } from '../../domain/uploads/upload-asset.ts';
import { isLaterUpload, type UploadFile } from '../../domain/uploads/upload-file.ts';
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
  /** The last time this event is handed over: what fails now would stay undecided for ever. */
  readonly lastAttempt: boolean;
}

export interface IngestDependencies
  extends Pick<UploadStore, 'getFile' | 'recordFile' | 'finishFile' | 'endIfComplete'> {
  readonly getJob: JobStore['getJob'];
  readonly getAsset: AssetStore['getAsset'];
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  readonly findStaged: (key: string) => Promise<StagedObject | undefined>;
  /** @throws Failure `upload.file-refused` */
  readonly readMedia: (key: string, file: UploadFile, settings: CompanySettings) => Promise<Media>;
  /** The ids that differ from this one only by case. */
  readonly similarIds: (company: string, id: string) => Promise<readonly string[]>;
  /** Ids of the sets that show an asset. */
  readonly setsOf: (company: string, id: string) => Promise<readonly string[]>;
  /** @returns the version id of the copy */
  readonly copyToMasters: (source: string, target: string, bytes: number, type: string) => Promise<string>;
  readonly deleteMaster: (key: string, versionId: string) => Promise<void>;
  readonly deleteStaged: (key: string) => Promise<void>;
  readonly publish: (
    asset: Asset,
    servers: readonly Server[],
    publishing: { by: string; at: string; jobId: string; settings: CompanySettings; force: boolean },
  ) => Promise<PublishResult>;
  /** Brings the images that are derived from an image up to its version. @returns what went wrong with them */
  readonly refreshDerived: (
    parent: Asset,
    refreshing: { by: string; at: string; jobId: string; settings: CompanySettings },
  ) => Promise<{ readonly warnings: readonly string[] }>;
  /** Puts live what belongs to an asset that is. @returns what kept some of it from it */
  readonly publishWithMembers: (
    asset: Asset,
    publishing: { by: string; at: string; jobId: string; settings: CompanySettings },
  ) => Promise<{ readonly problems: readonly string[] }>;
  /** Builds the sets of an upload whose files are all settled; before that it does nothing. */
  readonly buildSets: (company: string, jobId: string, lastAttempt: boolean) => Promise<void>;
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
const maxAttempts = 5;

/**
 * Times that a place in the library is looked for. Each failure means that another upload took it: with 10 of them
 * side by side, all of one name, the last one gets its numeral after 10.
 */
const maxPlacements = 25;

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
  const { company, jobId, file: number, lastAttempt } = arrival;
  const key = stagedKey(company, jobId, number);
  try {
    await ingest(company, jobId, number, key, dependencies);
  } catch (error) {
    if (lastAttempt) await giveUp(company, jobId, number, key, dependencies);
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
  await cleanUp(company, jobId, key, false, dependencies);
}

/** @returns the file after it; undefined if it is settled */
async function decide(
  file: UploadFile,
  job: UploadJob,
  key: string,
  dependencies: IngestDependencies,
): Promise<UploadFile | undefined> {
  const finish = async (line: LogEntry) => {
    await dependencies.finishFile(file, 'pending', line);
    return undefined;
  };
  if (job.status !== 'running') {
    return finish(
      fileLogEntry(file, 'not-reached', 'arrived after the upload was stopped', dependencies.now()),
    );
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

/** Finds the place of a file in the library by the rules of overwriting, and records it there. */
async function record(
  file: UploadFile & { readonly assetId: string },
  job: UploadJob,
  key: string,
  { uploadedAt }: StagedObject,
  { facts, warnings }: Media,
  settings: CompanySettings,
  dependencies: IngestDependencies,
): Promise<UploadFile | undefined> {
  const { company, jobId, assetId: requestedId } = file;
  const upload = { folder: job.folder, fileName: file.name, type: facts.type, jobId };
  const rules = { overwrite: job.overwrite ?? true, mode: settings.overwriteMode };
  /** What was copied to the masters, and is not recorded. */
  let copy: { readonly key: string; readonly versionId: string } | undefined;
  const dropCopy = async () => {
    if (copy) await dependencies.deleteMaster(copy.key, copy.versionId);
    copy = undefined;
  };

  for (let attempt = 1; attempt <= maxPlacements; attempt += 1) {
    const found = await dependencies.getAsset(company, requestedId);
    const placement = decideUpload(upload, found, rules);
    const before = placement.action === 'overwrite' ? found : undefined;
    if (placement.action === 'skip') return leaveOut(duplicateMessage);
    if (before && !isLaterUpload({ uploadedAt, uploadJobId: jobId }, before)) {
      return leaveOut('a later upload of the same name is there already');
    }

    const id = placement.action === 'rename' ? await freeId(requestedId) : requestedId;
    const master = before?.masterKey ?? masterKey(company, id);
    if (copy?.key !== master) {
      await dropCopy();
      const versionId = await dependencies.copyToMasters(key, master, facts.bytes, facts.mimeType);
      copy = { key: master, versionId };
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
        folder: job.folder,
        fileName: id === requestedId ? file.name : numberedFileName(file.name, id),
        facts,
        masterKey: copy.key,
        masterVersionId: copy.versionId,
        uploadedAt,
        uploadJobId: jobId,
        uploadedBy: job.submittedBy,
      },
      intent,
      now,
    );
    const still = {
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
      still.pendingAction || still.refreshDerived
        ? still
        : { logEntry: takenLogEntry(file, id, still, 'recorded', stateOf(asset), now, facts.type) };
    if (await dependencies.recordFile(file, before, asset, settings, next)) {
      return 'logEntry' in next ? undefined : recordedFile(file, id, next);
    }
    const current = await dependencies.getFile(company, jobId, file.file);
    if (current?.state !== 'pending') {
      // The same event, handed over twice at once, or the upload was stopped.
      await dropCopy();
      return current;
    }
  }
  await dropCopy();
  throw new Failure('asset.changed-meanwhile', `${requestedId} keeps being changed`);

  async function leaveOut(message: string): Promise<UploadFile | undefined> {
    await dropCopy();
    // Whoever has the same event may have recorded it: then what was found is this very upload.
    const current = await dependencies.getFile(company, jobId, file.file);
    if (current?.state !== 'pending') return current;
    const line = fileLogEntry(file, 'skipped', message, dependencies.now(), facts.type);
    await dependencies.finishFile(file, 'pending', line);
    return undefined;
  }

  function freeId(taken: string): Promise<string> {
    return findFreeId(taken, async (id) => (await dependencies.getAsset(company, id)) !== undefined);
  }
}

function recordedFile(
  file: UploadFile,
  assetId: string,
  { pendingAction, refreshDerived, resultText, warnings }: PendingUploadWork,
): UploadFile {
  return {
    ...file,
    assetId,
    state: 'recorded',
    refreshDerived,
    resultText,
    warnings,
    ...(pendingAction ? { pendingAction } : {}),
  };
}

/** What is to be said of an asset that was recorded and is left at that. */
function stateOf({ intent, publications }: Pick<Asset, 'intent' | 'publications'>): string {
  if (intent === 'live') return 'marked for the next publish job';
  if (intent === 'held') return 'held back as it was unpublished';
  return isPublished({ publications }) ? 'changed since it was published' : 'not published yet';
}

function takenLogEntry(
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

/** Does what is due with a recorded file. The asset may be another upload's by now: what is owed to it stays owed. */
async function carryOut(
  recorded: UploadFile,
  job: UploadJob,
  dependencies: IngestDependencies,
): Promise<void> {
  const { company, jobId, assetId = '' } = recorded;
  const settings = await dependencies.getSettings(company);
  const doing = () => ({ by: job.submittedBy, at: dependencies.now(), jobId, settings });
  let file = recorded;
  if (file.refreshDerived) {
    const parent = await dependencies.getAsset(company, assetId);
    if (parent) file = withWarnings(file, (await dependencies.refreshDerived(parent, doing())).warnings);
  }
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const asset = await dependencies.getAsset(company, assetId);
    const finish = (outcome: 'recorded' | 'published', state: string, type: AssetType) =>
      dependencies.finishFile(
        file,
        'recorded',
        takenLogEntry(file, assetId, file, outcome, state, dependencies.now(), type),
      );
    if (!asset) {
      const line = fileLogEntry(file, 'warning', 'recorded, but the asset is gone', dependencies.now());
      await dependencies.finishFile(file, 'recorded', line);
      return;
    }
    if (file.pendingAction === undefined) {
      await finish('recorded', stateOf(asset), asset.type);
      return;
    }
    if (file.pendingAction === 'withdraw') {
      if (asset.intent === 'live' || (await dependencies.withdraw(asset, doing()))) {
        await finish('recorded', 'withdrawn until it is published', asset.type);
        return;
      }
      continue;
    }
    if (asset.trashed || asset.intent !== 'live') {
      const state = `not published: it was ${asset.trashed ? 'put into the trash' : 'unpublished'} meanwhile`;
      await finish('recorded', state, asset.type);
      return;
    }
    const { changed, failed } = await dependencies.publish(asset, serversFor(asset.type, settings), {
      ...doing(),
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
    if (file.refreshDerived) {
      // What is derived goes live with its parent, also what was held.
      const live = await dependencies.getAsset(company, assetId);
      if (live) file = withWarnings(file, (await dependencies.publishWithMembers(live, doing())).problems);
    }
    await finish('published', 'published', asset.type);
    return;
  }
  throw new Failure('asset.changed-meanwhile', `${assetId} keeps being changed`);
}

function withWarnings(file: UploadFile, more: readonly string[]): UploadFile {
  return more.length === 0 ? file : { ...file, warnings: [...(file.warnings ?? []), ...more] };
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
    await dependencies.finishFile(file, 'pending', fileLogEntry(file, 'error', message, now));
  }
  if (file.state === 'recorded') {
    const message = undoneMessage(file, 'something failed on our side');
    await dependencies.finishFile(file, 'recorded', fileLogEntry(file, 'warning', message, now));
  }
  await cleanUp(company, jobId, key, true, dependencies);
}

/** Also after an event that came again: whoever had it first may have died before this. */
async function cleanUp(
  company: string,
  jobId: string,
  key: string,
  lastAttempt: boolean,
  dependencies: IngestDependencies,
): Promise<void> {
  await dependencies.buildSets(company, jobId, lastAttempt);
  await dependencies.endIfComplete(company, jobId, dependencies.now());
  await dependencies.deleteStaged(key);
}
