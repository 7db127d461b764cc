import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
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
import { uploadEnd } from '../../domain/uploads/upload-end.ts';

export type BuildSetsDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  Pick<JobStore, 'getJob'> &
  Pick<UploadStore, 'listFiles'> &
  Pick<PresetStore, 'listPresets'> &
  Pick<SetLogStore, 'putSetLogEntry'> &
  Pick<SetFiles, 'readSetRecord'> & {
    readonly getSettings: (company: string) => Promise<CompanySettings>;
    readonly createSet: (set: NewSet, saving: SetPublishing) => Promise<SavedSet>;
    readonly editSet: (edit: SetEdit, saving: SetPublishing) => Promise<SavedSet>;
    readonly now: () => string;
  };

/** Sets that are built side by side. */
const atATime = 4;

/** Times that a set is built anew because another upload built it meanwhile. */
const maxAttempts = 5;

/**
 * Builds the sets that an upload's files make by its batch set presets: those that it names, else the active ones.
 * A set that is there is extended. Each set gets a line of the job's log and counts in it; what cannot be built is an
 * error line.
 *
 * To be called when a file of the job is settled, before the job is ended: it does something once all files are. Doing
 * it again, also twice at once, changes nothing: a set that holds its members is left as it is, and has its line. A
 * job that was stopped builds no sets.
 * @param lastAttempt what fails on our side gets a line too; else it is thrown, to be tried again
 */
export async function buildSets(
  company: string,
  jobId: string,
  lastAttempt: boolean,
  dependencies: BuildSetsDependencies,
): Promise<void> {
  const job = await dependencies.getJob(company, jobId);
  if (job?.kind !== 'upload' || job.batchSetPresets?.length === 0) return;
  const end = uploadEnd(job);
  if (end !== 'succeeded' && end !== 'completed-with-errors') return;
  const presets = (await dependencies.listPresets(company)).filter(({ name, active }) =>
    job.batchSetPresets === undefined ? active : job.batchSetPresets.includes(name),
  );
  if (presets.length === 0) return;
  const settings = await dependencies.getSettings(company);
  const ids = await takenIds(job, dependencies);
  for (const preset of presets) {
    await inParallel([...planBatchSets(preset, ids)], atATime, async ([id, positions]) => {
      const line = await buildSet({ job, preset, id, positions, settings, lastAttempt }, dependencies);
      if (line) await dependencies.putSetLogEntry(job, `${id}/${preset.name}`, line);
    });
  }
}

/** The assets that a job's files have become. */
async function takenIds(
  { company, id }: UploadJob,
  { listFiles }: Pick<UploadStore, 'listFiles'>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<typeof listFiles>> = await listFiles(company, id, { limit: 1_000, after });
    for (const { logEntry, assetId } of page.items) {
      const taken = logEntry && ['recorded', 'published', 'warning'].includes(logEntry.outcome);
      if (taken && assetId !== undefined) ids.push(assetId);
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

/** @returns undefined where none of the places can be filled: the files are of types that the set does not take */
async function buildSet(
  { job, preset, id, positions, settings, lastAttempt }: SetToBuild,
  dependencies: BuildSetsDependencies,
): Promise<LogEntry | undefined> {
  const { company } = job;
  const line = (outcome: Outcome, message: string): LogEntry => ({
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
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const existing = await dependencies.getAsset(company, id);
      if (existing) return await extend(existing);
      const record = addMembers(undefined, preset, added);
      if (!record) break;
      try {
        const { folder, publishAfterUploading: publish } = job;
        const set = { company, id, folder, record, metadata: {}, publish };
        return toLogEntry(await dependencies.createSet(set, saving()));
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'asset.id-taken') throw error;
      }
    }
    throw new Failure('asset.changed-meanwhile', `${id} keeps being made and deleted`);
  } catch (error) {
    if (error instanceof Failure && statusOf(error.code) < 500) {
      return line('error', `was not built: ${error.message}`);
    }
    if (!lastAttempt) throw error;
    return line(
      'error',
      'was not built, because something failed on our side; upload one of its files again',
    );
  }

  async function extend(existing: Asset): Promise<LogEntry> {
    if (existing.trashed || existing.type !== preset.setType) {
      return line('error', `was not built: ${holderOf(existing)}; give the preset another setId`);
    }
    const current = await dependencies.readSetRecord(existing);
    const desired = withAdded(current);
    const servers = serversFor(existing.type, settings);
    // Whoever built it may have died before it went live.
    const isOutdated =
      existing.intent === 'live' &&
      settings.publishOnUpload === 'now' &&
      servers.some((server) => !isCurrentOn(existing, server));
    if (!isOutdated && printSetRecord(desired) === printSetRecord(current)) {
      return toLogEntry({ asset: existing, record: current, members: new Map(), warnings: [] });
    }
    // As a re-upload: what was unpublished by hand stays so, unless the company retains no publish state.
    const retain = job.preservePublishState ?? settings.retainPublishState;
    const publish = retain ? existing.intent === 'live' : job.publishAfterUploading;
    return toLogEntry(await dependencies.editSet({ company, id, change: withAdded, publish }, saving()));
  }

  function withAdded(current: SetRecord): SetRecord {
    const desired = addMembers(current, preset, added);
    if (desired) return desired;
    throw new Failure('set.refused', 'it holds members whose rows the preset cannot tell; edit it by hand');
  }

  /** The same text for whoever comes first, where an event is handed over twice. */
  function toLogEntry({ asset, record, warnings }: SavedSet): LogEntry {
    const count = (number: number) => (number === 1 ? '1 member' : `${number} members`);
    const outcome = warnings.length > 0 ? 'warning' : isPublished(asset) ? 'published' : 'recorded';
    const message = `${preset.setType} of ${count(record.members.length)}, ${added.length} of them of this upload`;
    return line(outcome, [message, ...warnings].join('. '));
  }
}
