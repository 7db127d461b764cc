import type { AssetRecords } from '../../../adapters/dynamodb/assets/asset-records.ts';
import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { Preview } from '../../../application/assets/preview.ts';
import type { ClosurePublishing, PublishedAsset } from '../../../application/assets/publish-closures.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { mostListed } from '../../../packages/api/assets/publication-routes.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { chooseAssets } from './choose-assets.ts';
import { previewAnswer } from './preview-answer.ts';

export interface PublishAssetsDependencies
  extends Pick<AssetRecords, 'getAssets'>,
    Pick<SettingsRecords, 'getSettings'> {
  readonly publishClosures: (
    company: string,
    roots: readonly Asset[],
    publishing: ClosurePublishing,
  ) => Promise<Map<string, PublishedAsset>>;
  readonly previewPublish: (
    company: string,
    roots: readonly Asset[],
    options: { settings: CompanySettings; until: number; mostListed: number },
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
): ReplyOf<'publishAssets'> {
  const until = dependencies.clock() + mostCallMs;
  const { assetIds, partial } = body;
  const [{ found, unknown }, settings] = await Promise.all([
    chooseAssets(company, assetIds, partial, dependencies),
    dependencies.getSettings(company),
  ]);
  if (body.dryRun) {
    const preview = await dependencies.previewPublish(company, found, { settings, until, mostListed });
    return previewAnswer(preview, unknown);
  }
  const results = await dependencies.publishClosures(company, found, { by: user.subject, settings, until });
  report(results.values(), dependencies);
  const chosen = new Set(found.map(({ id }) => id));
  const inOrder = [
    ...[...chosen].flatMap((id) => results.get(id) ?? []),
    ...[...results.values()].filter(({ id }) => !chosen.has(id)),
  ];
  return {
    complete: inOrder.every(({ outcome }) => outcome !== 'not-reached'),
    results: [
      ...inOrder.map(resultAnswer),
      ...unknown.map((id) => ({
        id,
        outcome: 'not-found' as const,
        servers: [],
        message: `There is no asset ${id}`,
      })),
    ],
  };
}

export function resultAnswer({ id, outcome, servers, message }: PublishedAsset) {
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
