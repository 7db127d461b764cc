import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { Republishing, Restoring } from '../../../application/library/restore-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { isInTrash, isThere } from '../../../domain/library/trash.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { assetAnswer } from '../assets/asset-answer.ts';
import { readChosen, workUntil } from '../assets/chosen-assets.ts';

export interface RestoreAssetsDependencies
  extends Pick<AssetRecords, 'getAssets'>,
    Pick<SettingsRecords, 'getSettings'> {
  readonly restore: (asset: Asset, restoring: Restoring) => Promise<Asset[]>;
  readonly republish: (
    assets: readonly Asset[],
    republishing: Republishing,
  ) => Promise<{ assets: Map<string, Asset>; problems: string[]; remaining: boolean }>;
  readonly deliveryDomain: string;
  readonly now: () => string;
  readonly clock: () => number;
}

/** Brings assets back from the trash; then what is wanted live goes live, sets after what they show. */
export async function restoreAssets(
  { company, user, body }: Pick<RequestOf<'restoreAssets'>, 'company' | 'user' | 'body'>,
  dependencies: RestoreAssetsDependencies,
): ReplyOf<'restoreAssets'> {
  const { clock, deliveryDomain } = dependencies;
  const until = clock() + mostCallMs;
  const { assets, unknown } = await readChosen(
    company,
    body,
    (asset) => isThere(asset) || isInTrash(asset),
    dependencies,
  );
  const restoring = {
    by: user.subject,
    at: dependencies.now(),
    settings: await dependencies.getSettings(company),
  };
  // What is derived comes back with its parent, or by itself once that is back.
  const [derived, others] = [true, false].map((isDerived) =>
    assets.filter(({ parent }) => (parent !== undefined) === isDerived),
  ) as [Asset[], Asset[]];
  const first = await workUntil(others, { until, clock }, (asset) => dependencies.restore(asset, restoring));
  const second = await workUntil(derived, { until, clock }, (asset) =>
    dependencies.restore(asset, restoring),
  );
  const restored = new Map([...first.results, ...second.results].flat().map((asset) => [asset.id, asset]));
  const {
    assets: live,
    problems,
    remaining,
  } = await dependencies.republish([...restored.values()], {
    ...restoring,
    until,
  });
  return {
    items: [...live.values()].map((asset) => assetAnswer(asset, deliveryDomain)),
    warnings: problems,
    unknown: [...unknown],
    remaining: first.remaining || second.remaining || remaining,
  };
}
