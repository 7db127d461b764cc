import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { Preview } from '../../../application/assets/preview.ts';
import type { WithdrawnAsset } from '../../../application/assets/withdraw-assets.ts';
import { type Asset, isPublished } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { mostListed } from '../../../packages/api/assets/publication-routes.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { chooseAssets } from './choose-assets.ts';
import { previewAnswer } from './preview-answer.ts';
import { report } from './publish-assets.ts';

export interface UnpublishAssetsDependencies
  extends Pick<AssetRecords, 'getAssets'>,
    Pick<SettingsRecords, 'getSettings'> {
  readonly withdrawAssets: (
    company: string,
    assets: readonly Asset[],
    withdrawal: { by: string; settings: CompanySettings; until: number },
  ) => Promise<Map<string, WithdrawnAsset>>;
  /** Warnings about published sets that show these assets. @param but sets that are none to warn about */
  readonly brokenSets: (
    company: string,
    ids: readonly string[],
    but?: ReadonlySet<string>,
  ) => Promise<string[]>;
  readonly previewWithdrawal: (
    company: string,
    assets: readonly Asset[],
    options: { settings: CompanySettings; mostListed: number },
  ) => Preview;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: { error(message: string, error: Error): void };
}

/** Withdraws assets from all servers, as far as it comes in 20 seconds, and flushes them from the CDN unasked. */
export async function unpublishAssets(
  { company, user, body }: Pick<RequestOf<'unpublishAssets'>, 'company' | 'user' | 'body'>,
  dependencies: UnpublishAssetsDependencies,
): ReplyOf<'unpublishAssets'> {
  const until = dependencies.clock() + mostCallMs;
  const [{ found, unknown }, settings] = await Promise.all([
    chooseAssets(company, body.assetIds, body.partial, dependencies),
    dependencies.getSettings(company),
  ]);
  const there = found.filter(({ trashed }) => !trashed);
  if (body.dryRun) {
    const preview = dependencies.previewWithdrawal(company, there, { settings, mostListed });
    const live = there.filter(isPublished).map(({ id }) => id);
    // Sets that would be withdrawn themselves would have no hole.
    const warnings = await dependencies.brokenSets(company, live, new Set(live));
    const trashed = found.filter(({ trashed }) => trashed).map(({ id }) => inTrash(id));
    return previewAnswer(preview, unknown, warnings, trashed);
  }
  const results = await dependencies.withdrawAssets(company, there, { by: user.subject, settings, until });
  report(results.values(), dependencies);
  const withdrawn = [...results.values()].filter(({ outcome }) => outcome === 'unpublished');
  const warnings = await dependencies.brokenSets(
    company,
    withdrawn.map(({ id }) => id),
  );
  return {
    complete: [...results.values()].every(({ outcome }) => outcome !== 'not-reached'),
    results: [
      ...found.map(({ id }) => resultAnswer(results.get(id) ?? inTrash(id))),
      ...unknown.map((id) => ({
        id,
        outcome: 'not-found' as const,
        servers: [],
        message: `There is no asset ${id}`,
      })),
    ],
    warnings,
  };
}

function inTrash(id: string): WithdrawnAsset {
  return { id, outcome: 'not-live', servers: [], message: 'It is in the trash, where nothing is live' };
}

function resultAnswer({ id, outcome, servers, message }: WithdrawnAsset) {
  return { id, outcome, servers: [...servers], message };
}
