import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { Preview } from '../../../application/assets/preview.ts';
import type { ClosurePublishing, PublishedAsset } from '../../../application/assets/publish-closures.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxListed } from '../../../packages/api/assets/publication-routes.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toDryRunResponse } from './dry-run-response.ts';
import { selectAssets } from './select-assets.ts';

export interface PublishAssetsDependencies
  extends Pick<AssetStore, 'getAssets'>,
    Pick<SettingsStore, 'getSettings'> {
  readonly publishClosures: (
    company: string,
    roots: readonly Asset[],
    publishing: ClosurePublishing,
  ) => Promise<Map<string, PublishedAsset>>;
  readonly previewPublish: (
    company: string,
    roots: readonly Asset[],
    options: { settings: CompanySettings; until: number; maxListed: number },
  ) => Promise<Preview>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: { error(message: string, error: Error): void };
}

/**
 * Publishes assets with all that belongs to them, as far as it comes in 20 seconds. Calling it again goes on: what is
 * live is passed over.
 */
export async function publishAssets(
  { company, user, body }: Pick<RequestOf<'publishAssets'>, 'company' | 'user' | 'body'>,
  dependencies: PublishAssetsDependencies,
): PromisedResponse<'publishAssets'> {
  const until = dependencies.clock() + maxCallMs;
  const { assetIds, partial } = body;
  const [{ found, unknown }, settings] = await Promise.all([
    selectAssets(company, assetIds, partial, dependencies),
    dependencies.getSettings(company),
  ]);
  if (body.dryRun) {
    const preview = await dependencies.previewPublish(company, found, { settings, until, maxListed });
    return toDryRunResponse(preview, unknown);
  }
  const results = await dependencies.publishClosures(company, found, { by: user.subject, settings, until });
  report(results.values(), dependencies);
  const selected = new Set(found.map(({ id }) => id));
  const inOrder = [
    ...[...selected].flatMap((id) => results.get(id) ?? []),
    ...[...results.values()].filter(({ id }) => !selected.has(id)),
  ];
  return {
    complete: inOrder.every(({ outcome }) => outcome !== 'not-reached'),
    results: [
      ...inOrder.map(toResultResponse),
      ...unknown.map((id) => ({
        id,
        outcome: 'not-found' as const,
        servers: [],
        message: `There is no asset ${id}`,
      })),
    ],
  };
}

export function toResultResponse({ id, outcome, servers, message }: PublishedAsset) {
  return { id, outcome, servers: [...servers], message };
}

/** Users are told that something failed; what it was is for the operators. */
export function report(
  results: Iterable<{ readonly id: string; readonly error?: unknown }>,
  { log }: Pick<PublishAssetsDependencies, 'log'>,
): void {
  for (const { id, error } of results) {
    if (error === undefined) continue;
    log.error(
      `${id} could not be published or withdrawn`,
      error instanceof Error ? error : new Error(String(error)),
    );
  }
}
