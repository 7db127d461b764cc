import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { MetadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import { withdrawAsset } from '../../application/assets/publish-asset.ts';
import { type SetDatesDependencies, setDates } from '../../application/assets/set-dates.ts';
import { derivedStillLive, incompleteSets } from '../../application/assets/withdraw-assets.ts';
import { editAssetMetadata } from '../../application/library/edit-asset-metadata.ts';
import { type MoveDependencies, moveAsset } from '../../application/library/move-asset.ts';
import { type TrashDependencies, trashAsset } from '../../application/library/trash-asset.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { checkLiveDates } from '../../domain/assets/live-dates.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Failure } from '../../domain/failure.ts';
import type { AssetAction } from '../../domain/jobs/action-job.ts';
import type { ActionJob, Outcome } from '../../domain/jobs/job.ts';
import { editMetadata } from '../../domain/library/edit-metadata.ts';
import type { MetadataSchema } from '../../domain/library/metadata-schema.ts';
import { isFormerId } from '../../domain/library/trash.ts';

export type ActOnAssetDependencies = Pick<AssetStore, 'getAsset' | 'getAssets'> &
  MetadataStore &
  TrashDependencies &
  MoveDependencies &
  SetDatesDependencies;

/** What the actions of a job need, beside the asset. */
export interface ActionContext {
  readonly job: Pick<ActionJob, 'company' | 'submittedBy' | 'submitted'>;
  readonly settings: CompanySettings;
  readonly schema: MetadataSchema;
  /** All assets of the job. What it withdraws too needs no warning. */
  readonly listed: ReadonlySet<string>;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What became of an asset. */
export interface Acted {
  readonly outcome: Outcome;
  /** For the log: a sentence without a full stop. */
  readonly message: string;
  /** Ids that the CDN may still have. */
  readonly toInvalidate: readonly string[];
}

const acted = (outcome: Outcome, message: string, toInvalidate: readonly string[] = []): Acted => ({
  outcome,
  message,
  toInvalidate,
});

const gone = acted('skipped', 'The asset no longer exists');
const inTrash = acted('skipped', 'It is in the trash');

/**
 * Does with one asset what its job does. It may be repeated: what an interrupted call of the job has done counts as done, and
 * is invalidated again.
 *
 * Costs: those of trashAsset, moveAsset, withdrawAsset, `recordMetadata` or setDates; for `trash` and `unpublish` also a query of
 * the sets that show the asset.
 * @param asset the record as it was read for the part; undefined if there is none
 * @throws Failure of the action, and any error of the storage
 */
export async function actOnAsset(
  action: AssetAction,
  asset: Asset | undefined,
  context: ActionContext,
  dependencies: ActOnAssetDependencies,
): Promise<Acted> {
  if (!asset || isFormerId(asset)) return gone;
  if (action.name === 'trash') return toTrash(asset, context, dependencies);
  if (asset.trashed) return inTrash;
  switch (action.name) {
    case 'move':
      return toFolder(asset, action.folder, context, dependencies);
    case 'unpublish':
      return unpublish(asset, context, dependencies);
    case 'metadata':
      return editOne(asset, action, context, dependencies);
    case 'dates':
      return changeDates(asset, action, context, dependencies);
  }
}

/** Whether the job itself did it: its submitter did, since it was submitted. */
function isOwn(
  { job }: Pick<ActionContext, 'job'>,
  at: string | undefined,
  by = job.submittedBy as string | undefined,
): boolean {
  return at !== undefined && at >= job.submitted && by === job.submittedBy;
}

const idsOf = ({ id, redirectsFrom = [] }: Asset) => [id, ...redirectsFrom];

async function toTrash(
  asset: Asset,
  context: ActionContext,
  dependencies: ActOnAssetDependencies,
): Promise<Acted> {
  const { trashed } = asset;
  if (trashed) {
    if (!isOwn(context, trashed.at, trashed.by)) return acted('skipped', 'It was in the trash before');
    const again = asset.lastPublishedAt === undefined ? [] : idsOf(asset);
    const message =
      trashed.with === undefined ? 'It is in the trash' : `It is in the trash with ${trashed.with}`;
    return acted('changed', message, again);
  }
  const { at, settings, job } = context;
  const result = await trashAsset(asset, { by: job.submittedBy, at, settings }, dependencies);
  const ids = result.trashed.map(({ id }) => id);
  const derived = ids.filter((id) => id !== asset.id);
  const message = ['It is in the trash', ...(derived.length > 0 ? [`with ${derived.join(', ')}`] : [])].join(
    ' ',
  );
  const incomplete = await incompleteSets(asset.company, ids, context.listed, dependencies);
  const warnings = [...result.warnings, ...incomplete];
  return warned(message, 'changed', warnings, result.wasLive);
}

async function toFolder(
  asset: Asset,
  folder: string,
  context: ActionContext,
  dependencies: ActOnAssetDependencies,
): Promise<Acted> {
  const message = `It is in ${folder}`;
  if (asset.folder === folder) {
    const isMoved = isOwn(context, asset.modified, asset.modifiedBy);
    return isMoved ? acted('changed', message) : acted('skipped', `It was in ${folder} before`);
  }
  const { at, settings, job } = context;
  const move = { to: folder, at, by: job.submittedBy, settings };
  return (await moveAsset(asset, move, dependencies)) ? acted('changed', message) : inTrash;
}

async function unpublish(
  asset: Asset,
  context: ActionContext,
  dependencies: ActOnAssetDependencies,
): Promise<Acted> {
  const { company, submittedBy: by } = context.job;
  const isDone = asset.intent === 'held' && !isPublished(asset);
  if (isDone && !isOwn(context, asset.stateAt)) return acted('skipped', 'It was unpublished before');
  const withdrawal = { by, at: context.at, settings: context.settings };
  const withdrawn = isDone ? [] : (await withdrawAsset(asset, withdrawal, dependencies)).withdrawn;
  if (withdrawn.length === 0) {
    const message = isDone ? 'It is unpublished' : 'It was not live; no job publishes it now';
    return acted('changed', message, asset.intent === 'held' ? idsOf(asset) : []);
  }
  const derived = await derivedStillLive(company, [asset], context.listed, dependencies);
  const warnings = [
    ...(await incompleteSets(company, [asset.id], context.listed, dependencies)),
    ...(derived.length > 0 ? [`Derived images stay live: ${derived.join(', ')}`] : []),
  ];
  return warned(`It is not live on ${withdrawn.join(', ')} any more`, 'withdrawn', warnings, idsOf(asset));
}

async function editOne(
  asset: Asset,
  { edit }: Extract<AssetAction, { name: 'metadata' }>,
  context: ActionContext,
  dependencies: ActOnAssetDependencies,
): Promise<Acted> {
  const moment = { at: context.at, by: context.job.submittedBy };
  const { outcome } = await editAssetMetadata(
    asset,
    asset,
    (before) => editMetadata(before, edit, context.schema, moment),
    dependencies,
  );
  const isDone = outcome === 'changed' || isOwn(context, asset.modified, asset.modifiedBy);
  return isDone
    ? acted('changed', 'Its metadata is changed')
    : acted('skipped', 'Its metadata was so before');
}

async function changeDates(
  asset: Asset,
  action: Extract<AssetAction, { name: 'dates' }>,
  context: ActionContext,
  dependencies: ActOnAssetDependencies,
): Promise<Acted> {
  if (asset.parent !== undefined) return acted('skipped', `It has the dates of ${asset.parent}`);
  const dates = Object.fromEntries(
    (['liveFrom', 'liveUntil'] as const).flatMap((name) => {
      const date = action[name] === undefined ? asset[name] : action[name];
      return date === undefined || date === null ? [] : [[name, date]];
    }),
  );
  checkLiveDates(dates);
  const isChange = dates.liveFrom !== asset.liveFrom || dates.liveUntil !== asset.liveUntil;
  const isRepeated = !isChange && isOwn(context, asset.modified, asset.modifiedBy);
  if (!isChange && !isRepeated) return acted('skipped', 'It had these dates before');
  const ended: string[] = [];
  const { at, settings, job } = context;
  await setDates(
    { company: job.company, id: asset.id, dates },
    { by: job.submittedBy, at, settings, invalidate: async (ids) => void ended.push(...ids) },
    dependencies,
  );
  return acted('changed', 'Its dates are changed', ended);
}

function warned(
  message: string,
  outcome: Outcome,
  warnings: readonly string[],
  toInvalidate: readonly string[],
): Acted {
  if (warnings.length === 0) return acted(outcome, message, toInvalidate);
  return acted('warning', `${message}. ${warnings.join('. ')}`, toInvalidate);
}

/** The message of an asset that its action refuses. */
export function refusalMessage(error: Failure): string {
  const details = error.details.map(({ field, message }) => `${field}: ${message}`);
  return details.length > 0 ? details.join('; ') : error.message;
}
