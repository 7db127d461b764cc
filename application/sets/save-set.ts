/**
 * Saves sets. Called by serve-api, and by ingest-upload for batch set presets.
 *
 * The order of the writes leaves only unused data if a save dies:
 *   1. the set record, as a new version in the masters bucket. Until an item names it, it is only a few unused kilobytes;
 *      the next save writes its own version;
 *   2. MEMBEROF# items of members that are new or occur more or less often. They may name a set that does not show the
 *      asset: the list of an asset's sets then has one set too many until the set is saved again;
 *   3. the set's item with the item of its version, conditional on the state that was read. With this write the save takes
 *      effect: repeating it only makes another version;
 *   4. MEMBEROF# items of removed members are deleted; if this fails, see 2;
 *   5. the publish steps after a save. A set with the intent `live` that is not live stays in the pending index for the
 *      next publish job.
 * If the condition of 3 fails, the numbers of 2 are repaired from the current set record.
 *
 * Costs: 1 read unit for each member, a PUT, 1 write unit for each changed member, and the writes of `createAsset` or
 * `replaceAsset`.
 */

import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { BuiltAssetStore } from '../../adapters/dynamodb/sets/built-asset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import {
  type Asset,
  checkEntityTag,
  isSetType,
  type Metadata,
  masterKey,
  type SetType,
} from '../../domain/assets/asset.ts';
import { neverPublishedOn, serversFor } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure, type FailureDetail } from '../../domain/failure.ts';
import { afterSave, type SaveConsequence } from '../../domain/sets/after-save.ts';
import { holderOf, idTaken, newAsset, nextVersion, type Saving } from '../../domain/sets/built-asset.ts';
import { findCycle } from '../../domain/sets/find-cycle.ts';
import { completeRecord, memberTypeProblems, shapeProblems } from '../../domain/sets/member-rules.ts';
import { assetsOfSet, factsOfSet, occurrencesInSet, type SetRecord } from '../../domain/sets/set-record.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepsChanging } from '../assets/keeps-changing.ts';

/** The result of publishing an asset after a save. */
export interface LiveResult {
  /** The record as it is now. */
  readonly asset: Asset;
  /** Why the set, or members of it, are not live: one sentence each. */
  readonly problems: readonly string[];
}

export type SaveSetDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  BuiltAssetStore &
  SetFiles &
  Pick<RelationStore, 'putMemberships' | 'deleteMemberships' | 'membershipsOf'> & {
    /** Publishes an asset with its closure. */
    readonly publishWithMembers: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
    /** Publishes an asset, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
  };

export interface SetPublishing extends Saving {
  readonly settings: CompanySettings;
  readonly jobId?: string;
}

export interface SavedSet {
  readonly asset: Asset;
  readonly record: SetRecord;
  /** Members that exist, by id. */
  readonly members: ReadonlyMap<string, Asset>;
  readonly warnings: readonly string[];
}

export interface NewSet extends Pick<Asset, 'company' | 'id' | 'folder'> {
  readonly record: SetRecord;
  readonly metadata: Metadata;
  readonly publish: boolean;
}

/**
 * Creates a set of existing assets.
 * @throws Failure `asset.not-found` that lists every unknown member, `set.refused`, `asset.id-taken`,
 * `asset.changed-meanwhile`
 */
export async function createSet(
  set: NewSet,
  saving: SetPublishing,
  dependencies: SaveSetDependencies,
): Promise<SavedSet> {
  const { company, id, folder, metadata } = set;
  const holder = await dependencies.getAsset(company, id);
  if (holder) throw idTaken(holder);
  const { record, members } = await checkMembers(company, id, set.record, dependencies);

  const consequence = afterSave(undefined, set.publish, saving.settings);
  const master = await dependencies.putSetRecord(masterKey(company, id), record);
  const occurrences = occurrencesInSet(record);
  await dependencies.putMemberships(company, id, occurrences);
  const asset = newAsset(
    { company, id, folder, ...metadata, intent: consequence.intent, ...factsOfSet(record) },
    { ...master, type: record.type },
    saving,
  );
  if (!(await dependencies.createAsset(asset, saving.settings))) {
    await repairMemberships(company, id, [...occurrences.keys()], dependencies);
    const existing = await dependencies.getAsset(company, id);
    throw existing
      ? idTaken(existing)
      : new Failure('asset.changed-meanwhile', `${id} is being created and deleted; try again`);
  }
  return publishSaved({ asset, record, members, warnings: [] }, consequence, saving, dependencies);
}

export interface SetEdit extends Pick<Asset, 'company' | 'id'> {
  /** Makes the new set record from the current one. */
  readonly change: (current: SetRecord) => SetRecord;
  readonly publish: boolean;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
  /** The version whose members are restored. */
  readonly rollbackOf?: number;
}

/**
 * Changes the members of a set, or their order.
 * @throws Failure `asset.not-found` (the set, or members: all of them), `asset.trashed`, `asset.stale`, `set.refused`,
 * `asset.changed-meanwhile`
 */
export async function editSet(
  edit: SetEdit,
  saving: SetPublishing,
  dependencies: SaveSetDependencies,
): Promise<SavedSet> {
  const { company, id, rollbackOf } = edit;
  const rollback = rollbackOf === undefined ? {} : { rollbackOf };
  return untilUnchanged(
    async () => {
      const before = await findSet(company, id, dependencies);
      checkEntityTag(before, edit.ifMatch);
      const old = await dependencies.readSetRecord(before);
      const { record, members } = await checkMembers(company, id, edit.change(old), dependencies);

      const consequence = afterSave(before, edit.publish, saving.settings);
      const master = await dependencies.putSetRecord(before.masterKey, record);
      const [oldOccurrences, occurrences] = [occurrencesInSet(old), occurrencesInSet(record)];
      const changed = [...occurrences].filter(([member, count]) => oldOccurrences.get(member) !== count);
      await dependencies.putMemberships(company, id, new Map(changed));
      const after = nextVersion(
        before,
        { ...master, type: record.type, intent: consequence.intent, ...factsOfSet(record) },
        saving,
      );
      if (await dependencies.replaceAsset(before, after, saving.settings, rollback)) {
        const removed = [...oldOccurrences.keys()].filter((member) => !occurrences.has(member));
        await dependencies.deleteMemberships(company, id, removed);
        return publishSaved(
          { asset: after, record, members, warnings: [] },
          consequence,
          saving,
          dependencies,
        );
      }
      await repairMemberships(
        company,
        id,
        changed.map(([member]) => member),
        dependencies,
      );
      return changedMeanwhile;
    },
    () => keepsChanging(id),
  );
}

/**
 * Reads a set.
 * @throws Failure `asset.not-found` if the id does not exist or is not a set, `asset.trashed`
 */
export async function findSet(
  company: string,
  id: string,
  { getAsset }: Pick<AssetStore, 'getAsset'>,
): Promise<Asset & { readonly type: SetType }> {
  const asset = await getAsset(company, id);
  if (!asset) throw new Failure('asset.not-found', `There is no set ${id}`);
  if (!isSetType(asset.type)) throw new Failure('asset.not-found', `${holderOf(asset)}, and no set`);
  if (asset.trashed) throw new Failure('asset.trashed', `${holderOf(asset)}; restore it first`);
  return { ...asset, type: asset.type };
}

/** Warnings about members of a live set that are not live or have a type that the set does not take. */
export function missingMembers(
  record: SetRecord,
  members: ReadonlyMap<string, Asset>,
  settings: Pick<CompanySettings, 'servers'>,
): string[] {
  const missing = assetsOfSet(record).flatMap((id) => {
    const member = members.get(id);
    if (!member) return [`The member ${id} no longer exists`];
    if (member.trashed) return [`The member ${id} is in the trash`];
    const missing = serversFor(member.type, settings).filter((server) => neverPublishedOn(member, server));
    return missing.length === 0 ? [] : [`The member ${id} is not live on ${missing.join(', ')}`];
  });
  // An upload may have changed a member's type since the set was saved.
  const wrong = memberTypeProblems(record, members).wrong.map(({ message }) => message);
  return [...missing, ...new Set(wrong)];
}

async function checkMembers(
  company: string,
  id: string,
  requested: SetRecord,
  dependencies: SaveSetDependencies,
): Promise<{ record: SetRecord; members: Map<string, Asset> }> {
  refuse('set.refused', shapeProblems(requested));
  const ids = assetsOfSet(requested);
  const members = await dependencies.getAssets(company, ids, { consistent: true });
  const record = completeRecord(requested, (member) => members.get(member)?.type);
  const { unknown, wrong } = memberTypeProblems(record, members);
  refuse('asset.not-found', unknown);
  refuse('set.refused', wrong);
  // Only a member that is a set can lead to a cycle.
  const sets = ids.filter((member) => member === id || isSetType(members.get(member)?.type ?? 'image'));
  const cycle =
    sets.length === 0
      ? undefined
      : await findCycle(id, sets, async (member) =>
          (await dependencies.membershipsOf(company, member)).map(({ set }) => set),
        );
  if (cycle) {
    refuse('set.refused', [{ field: 'members', message: `would contain itself: ${cycle.join(' → ')}` }]);
  }
  return { record, members };
}

function refuse(code: 'set.refused' | 'asset.not-found', details: readonly FailureDetail[]): void {
  const [first] = details;
  if (!first) return;
  const more = details.length === 1 ? '' : `, and ${details.length - 1} more`;
  throw new Failure(code, `${first.field}: ${first.message}${more}`, { details });
}

/**
 * Repairs the memberships that a failed save wrote, from the current set record. It deletes none, because another save may
 * be adding the same member: a member without its set is worse than a member that names one set too many.
 */
async function repairMemberships(
  company: string,
  id: string,
  members: readonly string[],
  dependencies: SaveSetDependencies,
): Promise<void> {
  const now = await dependencies.getAsset(company, id);
  if (!now || !isSetType(now.type)) return;
  const occurrences = occurrencesInSet(await dependencies.readSetRecord(now));
  const shown = [...occurrences].filter(([member]) => members.includes(member));
  await dependencies.putMemberships(company, id, new Map(shown));
}

async function publishSaved(
  saved: SavedSet,
  { publish }: SaveConsequence,
  saving: SetPublishing,
  dependencies: SaveSetDependencies,
): Promise<SavedSet> {
  if (publish === 'nothing') return saved;
  if (publish === 'closure') {
    const { asset, problems } = await dependencies.publishWithMembers(saved.asset, saving);
    // Publishing has changed the members too.
    const members = await dependencies.getAssets(asset.company, [...saved.members.keys()], {
      consistent: true,
    });
    return { ...saved, asset, members, warnings: problems };
  }
  const { asset, problems } = await dependencies.publishAlone(saved.asset, saving);
  return {
    ...saved,
    asset,
    warnings: [...problems, ...missingMembers(saved.record, saved.members, saving.settings)],
  };
}
