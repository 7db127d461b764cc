import type { trashRoutes } from '@pressroom/api/library/trash-routes';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { loadAssets } from '../../../application/assets/load-assets.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { daysLeft, isInTrash, isOutsideTrash, mayPurge } from '../../../domain/library/trash.ts';
import { toAssetResponse, toListedAsset } from '../assets/asset-response.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { processUntil } from './process-until.ts';
import { selectedAssets } from './selected-assets.ts';

/** Puts one asset into the trash. What is derived from it goes with it. */
async function trashAsset(
  { company, user, params }: Pick<RequestOf<'trashAsset'>, 'company' | 'user' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'trashAsset'> {
  const asset = await dependencies.assets.getAsset(company, params.id);
  if (!asset || asset.trashed?.renamedTo !== undefined) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const settings = await dependencies.companies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const { trashed, wasLive, warnings } = await dependencies.library.trash(asset, trashing);
  await dependencies.invalidations.invalidateAssets(company, [...wasLive, ...idsToInvalidateAgain([asset])]);
  const after =
    trashed.find(({ id }) => id === asset.id) ?? (await dependencies.assets.getAsset(company, asset.id));
  if (!after) throw new Failure('asset.not-found', `There is no asset ${params.id} any more`);
  return {
    asset: toAssetResponse(after, dependencies.deliveryDomain),
    derived: trashed.filter(({ id }) => id !== asset.id).map(({ id }) => id),
    warnings: [...warnings, ...(await dependencies.library.setsLeftIncomplete(trashed))],
  };
}

/** Puts assets into the trash. */
export async function trashAssets(
  { company, user, body }: Pick<RequestOf<'trashAssets'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'trashAssets'> {
  const { clock } = dependencies;
  const until = clock() + maxCallMs;
  const isNoFormerId = ({ trashed }: { trashed?: { renamedTo?: string } }) =>
    trashed?.renamedTo === undefined;
  const { assets, unknown } = await selectedAssets(
    company,
    body,
    (named) => loadAssets(company, named, isNoFormerId, dependencies.assets),
    dependencies,
  );
  const settings = await dependencies.companies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const withdrawn: string[] = [];
  const warnings: string[] = [];
  try {
    const { results, remaining } = await processUntil(
      assets.filter(isOutsideTrash),
      { until, clock },
      async (asset) => {
        const result = await dependencies.library.trash(asset, trashing);
        withdrawn.push(...result.wasLive);
        warnings.push(...result.warnings);
        return result.trashed;
      },
    );
    const trashed = results.flat();
    return {
      trashed: trashed.map(({ id }) => id),
      warnings: [...warnings, ...(await dependencies.library.setsLeftIncomplete(trashed))],
      unknown: [...unknown],
      remaining,
    };
  } finally {
    // Also of what was done before something failed.
    await dependencies.invalidations.invalidateAssets(company, [
      ...withdrawn,
      ...idsToInvalidateAgain(assets),
    ]);
  }
}

/** Assets already in the trash: the call that trashed them may have died before it invalidated them. */
function idsToInvalidateAgain(assets: readonly Asset[]): string[] {
  return assets.flatMap(({ id, trashed, lastPublishedAt, redirectsFrom = [] }) =>
    trashed && lastPublishedAt !== undefined ? [id, ...redirectsFrom] : [],
  );
}

const position = z.string().min(1).max(400);

/** What lies in the trash, by id. */
async function listTrash(
  { company, query }: Pick<RequestOf<'listTrash'>, 'company' | 'query'>,
  dependencies: Dependencies,
): PromisedResponse<'listTrash'> {
  const { limit, cursor } = query;
  const { ids, next } = await dependencies.library.listTrash(company, {
    limit,
    after: readCursor(position, cursor),
  });
  const assets = await dependencies.assets.getAssets(company, ids, { consistent: true });
  const linker = await previewLinker(company, [...assets.values()], dependencies);
  const at = dependencies.now();
  return {
    items: ids.flatMap((id) => {
      const asset = assets.get(id);
      // The index follows the records after a moment.
      if (!asset?.trashed || !isInTrash(asset)) return [];
      const shown = toListedAsset(asset, linker, dependencies.deliveryDomain);
      return [{ asset: shown, daysLeft: daysLeft(asset.trashed, at) }];
    }),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}

/** Brings assets back from the trash; then what is wanted live goes live, sets after what they show. */
async function restoreAssets(
  { company, user, body }: Pick<RequestOf<'restoreAssets'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'restoreAssets'> {
  const { clock, deliveryDomain } = dependencies;
  const until = clock() + maxCallMs;
  const { assets, unknown } = await loadAssets(
    company,
    body,
    (asset) => isOutsideTrash(asset) || isInTrash(asset),
    dependencies.assets,
  );
  const restoring = {
    by: user.subject,
    at: dependencies.now(),
    settings: await dependencies.companies.getSettings(company),
  };
  // What is derived comes back with its parent, or by itself once that is back.
  const [derived, others] = [true, false].map((isDerived) =>
    assets.filter(({ parent }) => (parent !== undefined) === isDerived),
  ) as [Asset[], Asset[]];
  const first = await processUntil(others, { until, clock }, (asset) =>
    dependencies.library.restore(asset, restoring),
  );
  const second = await processUntil(derived, { until, clock }, (asset) =>
    dependencies.library.restore(asset, restoring),
  );
  const restored = new Map([...first.results, ...second.results].flat().map((asset) => [asset.id, asset]));
  const {
    assets: live,
    problems,
    remaining,
  } = await dependencies.library.republish([...restored.values()], {
    ...restoring,
    until,
  });
  return {
    items: [...live.values()].map((asset) => toAssetResponse(asset, deliveryDomain)),
    warnings: problems,
    unknown: [...unknown],
    remaining: first.remaining || second.remaining || remaining,
  };
}

/** Assets of the trash that are looked at together. */
const pageSize = 100;

/**
 * Removes assets of the trash for good: those named, or all that the member may delete.
 * @throws Failure `access.role-too-low` for a named asset of another member, unless `partial`
 */
async function emptyTrash(
  { company, user, body }: Pick<RequestOf<'emptyTrash'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'emptyTrash'> {
  const { clock } = dependencies;
  const until = clock() + maxCallMs;
  const purging = {
    at: dependencies.now(),
    until,
    settings: await dependencies.companies.getSettings(company),
  };
  const { assetIds, partial } = body;
  const purged: string[] = [];
  if (assetIds) {
    const { assets, unknown } = await loadAssets(
      company,
      { assetIds, partial },
      isDisposable,
      dependencies.assets,
    );
    const adminOnly = assets.filter((asset) => !mayPurge(user, asset)).map(({ id }) => id);
    if (adminOnly.length > 0 && !partial) throw onlyAdmins(adminOnly, assetIds);
    const own = assets.filter((asset) => mayPurge(user, asset));
    return { ...(await purgeAll(own)), unknown: [...unknown], ...(partial ? { adminOnly } : {}) };
  }
  let after: string | undefined;
  do {
    const page: { ids: string[]; next?: string } = await dependencies.library.listTrash(company, {
      limit: pageSize,
      after,
    });
    const assets = await dependencies.assets.getAssets(company, page.ids, { consistent: true });
    const result = await purgeAll(
      [...assets.values()].filter((asset) => isDisposable(asset) && mayPurge(user, asset)),
    );
    purged.push(...result.ids);
    if (result.remaining) return { purged: purged.length, ids: purged, unknown: [], remaining: true };
    after = page.next;
  } while (after !== undefined);
  return { purged: purged.length, ids: purged, unknown: [], remaining: false };

  /** One that fails fails the request only if nothing was deleted: the response and the audit name all that was. */
  async function purgeAll(
    assets: readonly Asset[],
  ): Promise<{ purged: number; ids: string[]; remaining: boolean }> {
    // A derived image is purged with its parent. In parallel, the two would conflict.
    const given = new Set(assets.map(({ id }) => id));
    const roots = assets.filter(({ parent }) => parent === undefined || !given.has(parent));
    const errors: unknown[] = [];
    const { results, remaining } = await processUntil(roots, { until, clock }, async (asset) => {
      try {
        return await dependencies.library.purge(asset, purging);
      } catch (error) {
        errors.push(error);
        return [];
      }
    });
    const ids = results.flat();
    if (errors.length > 0 && ids.length + purged.length === 0) throw errors[0];
    return { purged: ids.length, ids, remaining: remaining || errors.length > 0 };
  }
}

function onlyAdmins(ids: readonly string[], named: readonly string[]): Failure {
  const message = (id: string) =>
    `${id} was uploaded by another member; only an admin can delete it for good`;
  return new Failure('access.role-too-low', `${message(ids[0] ?? '')}; nothing was done`, {
    details: ids.map((id) => ({ field: `assetIds[${named.indexOf(id)}]`, message: message(id) })),
    facts: { requiredRole: 'admin' },
  });
}

/** In the trash, or on its way out of it. */
function isDisposable({ trashed }: Asset): boolean {
  return trashed !== undefined && trashed.renamedTo === undefined;
}

export const trashHandlers = {
  trashAsset,
  trashAssets,
  listTrash,
  restoreAssets,
  emptyTrash,
} satisfies HandlersOf<typeof trashRoutes>;
