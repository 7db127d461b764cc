import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { Preview } from '../../../application/assets/preview.ts';
import type { WithdrawnAsset } from '../../../application/assets/withdraw-assets.ts';
import { type Asset, isPublished } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxListed } from '../../../packages/api/assets/publication-routes.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toDryRunResponse } from './dry-run-response.ts';
import { report } from './publish-assets.ts';
import { selectAssets } from './select-assets.ts';

export interface UnpublishAssetsDependencies
  extends Pick<AssetStore, 'getAssets'>,
    Pick<SettingsStore, 'getSettings'> {
  readonly withdrawAssets: (
    company: string,
    assets: readonly Asset[],
    withdrawal: { by: string; settings: CompanySettings; until: number },
  ) => Promise<Map<string, WithdrawnAsset>>;
  /** Warnings about published sets that show these assets. @param but sets that are none to warn about */
  readonly incompleteSets: (
    company: string,
    ids: readonly string[],
    but?: ReadonlySet<string>,
  ) => Promise<string[]>;
  readonly previewWithdrawal: (
    company: string,
    assets: readonly Asset[],
    options: { settings: CompanySettings; maxListed: number },
  ) => Preview;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: { error(message: string, error: Error): void };
}

/** Withdraws assets from all servers, as far as it comes in 20 seconds, and flushes them from the CDN unasked. */
export async function unpublishAssets(
  { company, user, body }: Pick<RequestOf<'unpublishAssets'>, 'company' | 'user' | 'body'>,
  dependencies: UnpublishAssetsDependencies,
): PromisedResponse<'unpublishAssets'> {
  const until = dependencies.clock() + maxCallMs;
  const [{ found, unknown }, settings] = await Promise.all([
    selectAssets(company, body.assetIds, body.partial, dependencies),
    dependencies.getSettings(company),
  ]);
  const there = found.filter(({ trashed }) => !trashed);
  if (body.dryRun) {
    const preview = dependencies.previewWithdrawal(company, there, { settings, maxListed });
    const live = there.filter(isPublished).map(({ id }) => id);
    // Sets that would be withdrawn themselves would have no hole.
    const warnings = await dependencies.incompleteSets(company, live, new Set(live));
    const trashed = found.filter(({ trashed }) => trashed).map(({ id }) => inTrash(id));
    return toDryRunResponse(preview, unknown, warnings, trashed);
  }
  const results = await dependencies.withdrawAssets(company, there, { by: user.subject, settings, until });
  report(results.values(), dependencies);
  const withdrawn = [...results.values()].filter(({ outcome }) => outcome === 'unpublished');
  const warnings = await dependencies.incompleteSets(
    company,
    withdrawn.map(({ id }) => id),
  );
  return {
    complete: [...results.values()].every(({ outcome }) => outcome !== 'not-reached'),
    results: [
      ...found.map(({ id }) => toResultResponse(results.get(id) ?? inTrash(id))),
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

function toResultResponse({ id, outcome, servers, message }: WithdrawnAsset) {
  return { id, outcome, servers: [...servers], message };
}
