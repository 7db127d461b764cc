import { maxListed } from '@pressroom/api/assets/dry-run';
import { maxAssetsPerCall, type publicationRoutes } from '@pressroom/api/assets/publication-routes';
import { loadAssetsToPublish } from '../../../application/assets/load-assets.ts';
import type { WithdrawnAsset } from '../../../application/assets/withdraw-assets.ts';
import { isPublished } from '../../../domain/assets/asset.ts';
import { checkLiveDates, readLiveDate } from '../../../domain/assets/live-dates.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import type { ScopeLimit } from '../library/ids-of-query.ts';
import { selectedAssets } from '../library/selected-assets.ts';
import { assetEtag, toAssetResponse } from './asset-response.ts';
import { toDryRunResponse } from './dry-run-response.ts';

/** Publishes an asset at once, on every server that takes it, after all that belongs to it. */
async function publishAsset(
  { company, user, params, body }: Pick<RequestOf<'publishAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'publishAsset'> {
  const { id } = params;
  const until = dependencies.clock() + maxCallMs;
  const [{ assets }, settings] = await Promise.all([
    loadAssetsToPublish(company, { assetIds: [id], partial: false }, dependencies.assets, () => 'id'),
    dependencies.companies.getSettings(company),
  ]);
  if (body.dryRun) {
    return toDryRunResponse(
      await dependencies.publications.previewPublish(company, assets, { settings, until, maxListed }),
    );
  }
  const results = await dependencies.publications.publishClosures(company, assets, {
    by: user.subject,
    settings,
    until,
  });
  report(results.values(), dependencies);
  const own = results.get(id);
  const asset = own?.asset;
  const live = own?.outcome === 'published' || own?.outcome === 'already-live';
  if (!own || !asset || !live) {
    const details = [...results.values()]
      .filter(({ outcome }) => outcome !== 'published' && outcome !== 'already-live')
      .map((result) => ({ field: result.id, message: result.message }));
    throw new Failure(codeOf(own?.outcome, own?.error), `${id}: ${own?.message}`, {
      details,
      cause: own?.error,
    });
  }
  return {
    ...toAssetResponse(asset, dependencies.deliveryDomain),
    results: [...results.values()].map(toResultResponse),
  };
}

function codeOf(outcome: string | undefined, error: unknown) {
  if (outcome === 'refused') return 'asset.not-publishable';
  if (outcome === 'not-reached') return 'publication.not-finished';
  return error === undefined ? 'asset.changed-meanwhile' : 'storage.busy';
}

/**
 * Publishes assets with all that belongs to them, as far as it comes in 20 seconds. Calling it again goes on: what is
 * live is passed over.
 */
async function publishAssets(
  { company, user, body }: Pick<RequestOf<'publishAssets'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'publishAssets'> {
  const until = dependencies.clock() + maxCallMs;
  const [{ assets, unknown }, settings] = await Promise.all([
    loadAssetsToPublish(company, body, dependencies.assets),
    dependencies.companies.getSettings(company),
  ]);
  if (body.dryRun) {
    const preview = await dependencies.publications.previewPublish(company, assets, {
      settings,
      until,
      maxListed,
    });
    return toDryRunResponse(preview, unknown);
  }
  const results = await dependencies.publications.publishClosures(company, assets, {
    by: user.subject,
    settings,
    until,
  });
  report(results.values(), dependencies);
  const selected = new Set(assets.map(({ id }) => id));
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

/** Logs the causes of failures, which responses do not contain. */
function report(
  results: Iterable<{ readonly id: string; readonly error?: unknown }>,
  { log }: Dependencies,
): void {
  for (const { id, error } of results) {
    if (error === undefined) continue;
    log.error(
      `${id} could not be published or withdrawn`,
      error instanceof Error ? error : new Error(String(error)),
    );
  }
}

/** Withdraws an asset from all servers and always invalidates it, so that no cache serves it any longer. */
async function unpublishAsset(
  { company, user, params, body }: Pick<RequestOf<'unpublishAsset'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'unpublishAsset'> {
  const { id } = params;
  const until = dependencies.clock() + maxCallMs;
  const [{ assets }, settings] = await Promise.all([
    loadAssetsToPublish(company, { assetIds: [id], partial: false }, dependencies.assets, () => 'id'),
    dependencies.companies.getSettings(company),
  ]);
  if (body.dryRun) {
    const preview = dependencies.publications.previewWithdrawal(company, assets, { settings, maxListed });
    const wasLive = preview.items.some(({ action }) => action === 'withdraw');
    const warnings = wasLive
      ? [
          ...(await dependencies.publications.incompleteSets(company, [id])),
          ...derivedWarning(await dependencies.publications.derivedStillLive(company, assets)),
        ]
      : [];
    return toDryRunResponse(preview, [], warnings);
  }
  const results = await dependencies.publications.withdrawAssets(company, assets, {
    by: user.subject,
    settings,
    until,
  });
  const result = results.get(id);
  if (!result?.asset) {
    if (result?.error instanceof Failure) throw result.error;
    throw new Failure('storage.busy', `${id} could not be withdrawn; try again`, { cause: result?.error });
  }
  return {
    ...toAssetResponse(result.asset, dependencies.deliveryDomain),
    warnings:
      result.outcome === 'unpublished' ? await dependencies.publications.incompleteSets(company, [id]) : [],
    // Also of an asset that was withdrawn before: the user asks what visitors still see.
    stillLive: await dependencies.publications.derivedStillLive(company, [result.asset]),
  };
}

/** Withdraws assets from all servers, as far as it comes in 20 seconds, and flushes them from the CDN unasked. */
async function unpublishAssets(
  { company, user, body }: Pick<RequestOf<'unpublishAssets'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'unpublishAssets'> {
  const until = dependencies.clock() + maxCallMs;
  const [{ assets, unknown }, settings] = await Promise.all([
    selectedAssets(
      company,
      body,
      (named) => loadAssetsToPublish(company, named, dependencies.assets),
      dependencies,
      body.dryRun ? ofDryRun : undefined,
    ),
    dependencies.companies.getSettings(company),
  ]);
  const there = assets.filter(({ trashed }) => !trashed);
  if (body.dryRun) {
    const preview = dependencies.publications.previewWithdrawal(company, there, { settings, maxListed });
    const live = there.filter(isPublished).map(({ id }) => id);
    // Sets that would be withdrawn themselves would have no hole.
    const warnings = [
      ...(await dependencies.publications.incompleteSets(company, live, new Set(live))),
      ...derivedWarning(await dependencies.publications.derivedStillLive(company, there, new Set(live))),
    ];
    const trashed = assets.filter(({ trashed }) => trashed).map(({ id }) => inTrash(id));
    return toDryRunResponse(preview, unknown, warnings, trashed);
  }
  const results = await dependencies.publications.withdrawAssets(company, there, {
    by: user.subject,
    settings,
    until,
  });
  report(results.values(), dependencies);
  const withdrawn = [...results.values()].filter(({ outcome }) => outcome === 'unpublished');
  const warnings = await dependencies.publications.incompleteSets(
    company,
    withdrawn.map(({ id }) => id),
  );
  const complete = [...results.values()].every(({ outcome }) => outcome !== 'not-reached');
  return {
    complete,
    results: [
      ...assets.map(({ id }) => toResultResponse(results.get(id) ?? inTrash(id))),
      ...unknown.map((id) => ({
        id,
        outcome: 'not-found' as const,
        servers: [],
        message: `There is no asset ${id}`,
      })),
    ],
    warnings,
    stillLive: await dependencies.publications.derivedStillLive(
      company,
      there,
      new Set(withdrawn.map(({ id }) => id)),
    ),
  };
}

/** A dry run reads and changes nothing, so it shows as many assets as a call may name. */
const ofDryRun: ScopeLimit = { max: maxAssetsPerCall, advice: 'add filters, or do without a dry run' };

/** Derived images that a warning names; further ones are counted. */
const maxNamed = 20;

function derivedWarning(ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : '';
  const what = ids.length === 1 ? 'This derived image stays' : 'These derived images stay';
  return [`${what} live: ${ids.slice(0, maxNamed).join(', ')}${more}`];
}

function inTrash(id: string): WithdrawnAsset {
  return { id, outcome: 'not-live', servers: [], message: 'It is in the trash, where nothing is live' };
}

function toResultResponse<Outcome extends string>({
  id,
  outcome,
  servers,
  message,
}: {
  readonly id: string;
  readonly outcome: Outcome;
  readonly servers: readonly Server[];
  readonly message: string;
}) {
  return { id, outcome, servers: [...servers], message };
}

/** Sets from when until when an asset is live. */
async function setDates(
  { company, user, params, body, ifMatch }: RequestOf<'setDates'>,
  dependencies: Dependencies,
): PromisedResponse<'setDates'> {
  const settings = await dependencies.companies.getSettings(company);
  const dates = Object.fromEntries(
    (['liveFrom', 'liveUntil'] as const).flatMap((name) => {
      const text = body[name];
      return text === null ? [] : [[name, readLiveDate(text, name, settings.timeZone)]];
    }),
  );
  checkLiveDates(dates);
  const asset = await dependencies.publications.setDates(
    { company, id: params.id, dates, ifMatch },
    { by: user.subject, at: dependencies.now(), settings },
  );
  return toAssetResponse(asset, dependencies.deliveryDomain);
}

export const publicationHandlers = {
  setDates: { handle: setDates, headersOf: assetEtag },
  publishAsset,
  unpublishAsset,
  publishAssets,
  unpublishAssets,
} satisfies HandlersOf<typeof publicationRoutes>;
