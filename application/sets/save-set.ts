/**
 * Saves sets: by hand through the API, and by batch set presets at the end of an upload.
 *
 * A save writes in an order that leaves nothing worse than unused wherever it dies:
 *   1. the set's record, as a new version in the masters bucket. Nobody knows it yet: a version that no item names is
 *      dead weight of some kilobytes, and the next save writes its own;
 *   2. MEMBEROF# items of members that are new or have another number of places. They may name a set that does not
 *      show the asset (yet): who asks where an asset is shown is told one set too many, until the set is saved again;
 *   3. the set's item, with the item of its version, bound to the state that was read. From here on the save counts:
 *      saving the same again changes nothing but the version;
 *   4. MEMBEROF# items of members that are gone are deleted: as 2;
 *   5. what "Publish after a save" asks for. A set that is wanted live and is not stays in the pending index: the next
 *      publish job takes it.
 * Where 3 is refused because somebody else was faster, the numbers of 2 are put right by the record as it is then.
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
import { findCycle } from '../../domain/sets/cycle.ts';
import { completeRecord, memberTypeProblems, shapeProblems } from '../../domain/sets/member-rules.ts';
import { assetsOfSet, occurrencesInSet, type SetRecord } from '../../domain/sets/set-record.ts';

/** Times that a save is worked out anew because somebody else changed the set. */
const maxAttempts = 5;

/** What putting something live came to. */
export interface LiveResult {
  /** The record as it is now. */
  readonly asset: Asset;
  /** What kept the set, or a member of it, from going live: one line each. */
  readonly problems: readonly string[];
}

export type SaveSetDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  BuiltAssetStore &
  SetFiles &
  Pick<RelationStore, 'putMemberships' | 'deleteMemberships' | 'membershipsOf'> & {
    /** Puts an asset and all in it live. */
    readonly publishWithMembers: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
    /** Puts an asset live, and nothing else. */
    readonly publishAlone: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
  };

export interface SetPublishing extends Saving {
  readonly settings: CompanySettings;
  readonly jobId?: string;
}

export interface SavedSet {
  readonly asset: Asset;
  readonly record: SetRecord;
  /** What exists of its members, by id. */
  readonly members: ReadonlyMap<string, Asset>;
  readonly warnings: readonly string[];
}

export interface NewSet extends Pick<Asset, 'company' | 'id' | 'folder'> {
  readonly record: SetRecord;
  readonly metadata: Metadata;
  readonly publish: boolean;
}

/**
 * Makes a set of assets that exist.
 * @throws Failure `asset.not-found` that lists every unknown member, `set.refused`, `asset.id-taken`
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
  const places = occurrencesInSet(record);
  await dependencies.putMemberships(company, id, places);
  const asset = newAsset(
    { company, id, folder, ...metadata, intent: consequence.intent, memberCount: record.members.length },
    { ...master, type: record.type },
    saving,
  );
  if (!(await dependencies.createAsset(asset, saving.settings))) {
    await repairMemberships(company, id, [...places.keys()], dependencies);
    const existing = await dependencies.getAsset(company, id);
    throw existing
      ? idTaken(existing)
      : new Failure('asset.changed-meanwhile', `${id} is being made and deleted`);
  }
  return putLive({ asset, record, members, warnings: [] }, consequence, saving, dependencies);
}

export interface SetEdit extends Pick<Asset, 'company' | 'id'> {
  /** The members as they shall be, made of those that the set has. */
  readonly change: (current: SetRecord) => SetRecord;
  readonly publish: boolean;
  /** The `If-Match` header. */
  readonly ifMatch?: string | undefined;
  /** The version whose members it takes up again. */
  readonly rollbackOf?: number;
}

/**
 * Gives a set other members, or the same in another order.
 * @throws Failure `asset.not-found` (the set, or members: all of them), `asset.trashed`, `asset.stale`, `set.refused`,
 * `asset.changed-meanwhile`
 */
export async function editSet(
  edit: SetEdit,
  saving: SetPublishing,
  dependencies: SaveSetDependencies,
): Promise<SavedSet> {
  const { company, id } = edit;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = await findSet(company, id, dependencies);
    checkEntityTag(before, edit.ifMatch);
    const old = await dependencies.readSetRecord(before);
    const { record, members } = await checkMembers(company, id, edit.change(old), dependencies);

    const consequence = afterSave(before, edit.publish, saving.settings);
    const master = await dependencies.putSetRecord(before.masterKey, record);
    const [oldPlaces, places] = [occurrencesInSet(old), occurrencesInSet(record)];
    const changed = [...places].filter(([member, count]) => oldPlaces.get(member) !== count);
    await dependencies.putMemberships(company, id, new Map(changed));
    const after = nextVersion(
      before,
      { ...master, type: record.type, intent: consequence.intent, memberCount: record.members.length },
      saving,
    );
    if (await dependencies.replaceAsset(before, after, saving.settings, edit)) {
      const gone = [...oldPlaces.keys()].filter((member) => !places.has(member));
      await dependencies.deleteMemberships(company, id, gone);
      return putLive({ asset: after, record, members, warnings: [] }, consequence, saving, dependencies);
    }
    await repairMemberships(
      company,
      id,
      changed.map(([member]) => member),
      dependencies,
    );
  }
  throw new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);
}

/**
 * The set of this id.
 * @throws Failure `asset.not-found` where there is none or it is no set, `asset.trashed`
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

/** Members of a live set that visitors do not find, or that are of a type with no place in it: one line each. */
export function missingMembers(
  record: SetRecord,
  members: ReadonlyMap<string, Asset>,
  settings: Pick<CompanySettings, 'servers'>,
): string[] {
  const missing = assetsOfSet(record).flatMap((id) => {
    const member = members.get(id);
    if (!member) return [`${id} is a member and does not exist any more`];
    if (member.trashed) return [`${id} is a member and in the trash`];
    const missing = serversFor(member.type, settings).filter((server) => neverPublishedOn(member, server));
    return missing.length === 0 ? [] : [`${id} is a member and not live on ${missing.join(', ')}`];
  });
  // An upload may have made another thing of it since the set was saved.
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
  // Only sets lead on: where no member is one, no way leads back.
  const sets = ids.filter((member) => member === id || isSetType(members.get(member)?.type ?? 'image'));
  const cycle =
    sets.length === 0
      ? undefined
      : await findCycle(id, sets, async (member) =>
          (await dependencies.membershipsOf(company, member)).map(({ set }) => set),
        );
  if (cycle) {
    refuse('set.refused', [{ field: 'members', message: `would hold itself: ${cycle.join(' → ')}` }]);
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
 * Of what a save that lost noted, makes the numbers what the set's record says now. What is too much stays: whoever is
 * just adding the same member would else lose it, and a member that knows nothing of its set is worse than one that
 * names a set too many.
 */
async function repairMemberships(
  company: string,
  id: string,
  members: readonly string[],
  dependencies: SaveSetDependencies,
): Promise<void> {
  const now = await dependencies.getAsset(company, id);
  if (!now || !isSetType(now.type)) return;
  const places = occurrencesInSet(await dependencies.readSetRecord(now));
  const shown = [...places].filter(([member]) => members.includes(member));
  await dependencies.putMemberships(company, id, new Map(shown));
}

async function putLive(
  saved: SavedSet,
  { publish }: SaveConsequence,
  saving: SetPublishing,
  dependencies: SaveSetDependencies,
): Promise<SavedSet> {
  if (publish === 'nothing') return saved;
  if (publish === 'closure') {
    const { asset, problems } = await dependencies.publishWithMembers(saved.asset, saving);
    // The members have changed with it.
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
