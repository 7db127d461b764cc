import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { PresetStore } from '../../adapters/dynamodb/sets/preset-store.ts';
import type { SetLogStore } from '../../adapters/dynamodb/sets/set-log-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import type { NewSet, SavedSet, SetEdit, SetPublishing } from '../../application/sets/save-set.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { checkAssetId } from '../../domain/assets/asset-id.ts';
import { isCurrentOn, serversFor } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure, statusOf } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { LogEntry, Outcome, UploadJob } from '../../domain/jobs/job.ts';
import type { BatchSetPreset } from '../../domain/sets/batch-set-preset.ts';
import {
  addMembers,
  type BatchMember,
  membersAtPositions,
  planBatchSets,
} from '../../domain/sets/batch-sets.ts';
import { holderOf } from '../../domain/sets/built-asset.ts';
import { printSetRecord, type SetRecord } from '../../domain/sets/set-record.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { uploadEnd } from '../../domain/uploads/upload-end.ts';

export type BuildSetsDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<UploadStore, 'listFiles'> &
  Pick<PresetStore, 'listPresets'> &
  Pick<SetLogStore, 'putSetLogEntry'> &
  Pick<SetFiles, 'readSetRecord'> & {
    readonly getSettings: (company: string) => Promise<CompanySettings>;
    readonly createSet: (set: NewSet, saving: SetPublishing) => Promise<SavedSet>;
    readonly editSet: (edit: SetEdit, saving: SetPublishing) => Promise<SavedSet>;
    readonly now: () => string;
  };

/** Sets that are built in parallel. */
const atATime = 4;

/**
 * Builds sets of an upload's files by batch set presets: those that the upload names, otherwise the active ones. An existing
 * set is extended. Each set gets an entry in the job's log and counts in it; a set that cannot be built gets an error entry.
 *
 * Called by ingest-upload after a file is settled and before the job ends; it does nothing until all files are settled. A
 * repeated call, also in parallel, changes nothing: a set that has its members is left as it is, and keeps its log entry. A
 * stopped job builds no sets.
 *
 * Costs: a read for each file and each member, and the writes of createSet or editSet and of a log entry for each set.
 * @param job as it is after the file was settled
 * @param lastAttempt an error on our side becomes a log entry too; otherwise it is thrown, so that the event is retried
 * @returns false if a file was still open: whoever settles that one builds the sets, and ends the job after them
 */
export async function buildSets(
  job: UploadJob,
  lastAttempt: boolean,
  dependencies: BuildSetsDependencies,
): Promise<boolean> {
  const { company } = job;
  if (job.batchSetPresets?.length === 0) return true;
  const end = uploadEnd(job);
  if (end === undefined) return job.status !== 'running';
  if (end !== 'succeeded' && end !== 'completed-with-errors') return true;
  const presets = (await dependencies.listPresets(company)).filter(({ name, active }) =>
    job.batchSetPresets === undefined ? active : job.batchSetPresets.includes(name),
  );
  if (presets.length === 0) return true;
  const settings = await dependencies.getSettings(company);
  const ids = await ingestedIds(job, dependencies);
  for (const preset of presets) {
    await inParallel([...planBatchSets(preset, ids)], atATime, async ([id, positions]) => {
      const logEntry = await buildSet({ job, preset, id, positions, settings, lastAttempt }, dependencies);
      if (logEntry) await dependencies.putSetLogEntry(job, `${id}/${preset.name}`, logEntry);
    });
  }
  return true;
}

/** Ids of the assets that a job's files became. */
async function ingestedIds(
  { company, id }: UploadJob,
  { listFiles }: Pick<UploadStore, 'listFiles'>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<typeof listFiles>> = await listFiles(company, id, { limit: 1_000, after });
    for (const { logEntry, assetId } of page.items) {
      const isIngested = logEntry && ['recorded', 'published', 'warning'].includes(logEntry.outcome);
      if (isIngested && assetId !== undefined) ids.push(assetId);
    }
    after = page.next;
  }
  return ids;
}

interface SetToBuild {
  readonly job: UploadJob;
  readonly preset: BatchSetPreset;
  readonly id: string;
  readonly positions: readonly BatchMember[];
  readonly settings: CompanySettings;
  readonly lastAttempt: boolean;
}

/** @returns undefined if no position can be filled because the set does not take the types of the files */
async function buildSet(
  { job, preset, id, positions, settings, lastAttempt }: SetToBuild,
  dependencies: BuildSetsDependencies,
): Promise<LogEntry | undefined> {
  const { company } = job;
  const newLogEntry = (outcome: Outcome, message: string): LogEntry => ({
    time: dependencies.now(),
    asset: id,
    type: preset.setType,
    outcome,
    message: `${id}: ${message} (preset ${preset.name})`,
  });
  const ids = positions.flatMap(({ member, swatch }) => (swatch === undefined ? [member] : [member, swatch]));
  const assets = await dependencies.getAssets(company, ids, { consistent: true });
  const added = membersAtPositions(preset, positions, (member) => {
    const asset = assets.get(member);
    return asset?.trashed ? undefined : asset?.type;
  });
  if (added.length === 0) return undefined;

  const saving = () => ({ by: job.submittedBy, at: dependencies.now(), jobId: job.id, settings });
  try {
    checkAssetId(id, 'id');
    return await untilUnchanged(async () => {
      const existing = await dependencies.getAsset(company, id);
      if (existing) return extend(existing);
      const record = addMembers(undefined, preset, added);
      if (!record) throw createdAndDeleted();
      try {
        const { folder, publishAfterUploading: publish } = job;
        const set = { company, id, folder, record, metadata: {}, publish };
        return toLogEntry(await dependencies.createSet(set, saving()));
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'asset.id-taken') throw error;
        return changedMeanwhile;
      }
    }, createdAndDeleted);
  } catch (error) {
    if (error instanceof Failure && statusOf(error.code) < 500) {
      return newLogEntry('error', `was not built: ${error.message}`);
    }
    if (!lastAttempt) throw error;
    return newLogEntry(
      'error',
      'was not built because something failed on our side; upload one of its files again',
    );
  }

  function createdAndDeleted(): Failure {
    return new Failure('asset.changed-meanwhile', `${id} keeps being created and deleted`);
  }

  async function extend(existing: Asset): Promise<LogEntry> {
    if (existing.trashed || existing.type !== preset.setType) {
      return newLogEntry('error', `was not built: ${holderOf(existing)}; give the preset another setId`);
    }
    const current = await dependencies.readSetRecord(existing);
    const desired = withAdded(current);
    const servers = serversFor(existing.type, settings);
    // The call that built the set may have died before it published it.
    const isOutdated =
      existing.intent === 'live' &&
      settings.publishOnUpload === 'now' &&
      servers.some((server) => !isCurrentOn(existing, server));
    if (!isOutdated && printSetRecord(desired) === printSetRecord(current)) {
      return toLogEntry({ asset: existing, record: current, members: new Map(), warnings: [] });
    }
    // Like a re-upload: a set that was unpublished by hand stays held, unless the company retains no publish state.
    const retain = job.preservePublishState ?? settings.retainPublishState;
    const publish = retain ? existing.intent === 'live' : job.publishAfterUploading;
    return toLogEntry(await dependencies.editSet({ company, id, change: withAdded, publish }, saving()));
  }

  function withAdded(current: SetRecord): SetRecord {
    const desired = addMembers(current, preset, added);
    if (desired) return desired;
    throw new Failure(
      'set.refused',
      'it has members whose rows do not follow from the preset; edit the set by hand',
    );
  }

  /** The same text for every call, so that a duplicate event does not change the log. */
  function toLogEntry({ asset, record, warnings }: SavedSet): LogEntry {
    const count = (number: number) => (number === 1 ? '1 member' : `${number} members`);
    const outcome = warnings.length > 0 ? 'warning' : isPublished(asset) ? 'published' : 'recorded';
    const message = `${preset.setType} with ${count(record.members.length)}, ${added.length} of them from this upload`;
    return newLogEntry(outcome, [message, ...warnings].join('. '));
  }
}
