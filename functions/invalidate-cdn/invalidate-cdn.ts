import { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import type { ResponseOf } from '@pressroom/api/route';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { maxTagsPerCall } from '../../adapters/cloudfront/invalidation.ts';
import {
  type Invalidation,
  type InvalidationStore,
  maxListedAssets,
} from '../../adapters/dynamodb/delivery/invalidation-store.ts';
import type { CompanyRequest } from '../../adapters/http/company-request.ts';
import {
  type HandleRequestDependencies,
  handleRequest,
  serveRoute,
} from '../../adapters/http/handle-request.ts';
import type { LibrarySearch } from '../../application/library/library-search.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { publishingPrices } from '../../domain/assets/estimate.ts';
import { companyTag, presetTag } from '../../domain/delivery/cache-tag.ts';
import type { ImagePreset } from '../../domain/delivery/image-preset.ts';
import { readInvalidatedUrl } from '../../domain/delivery/invalidated-url.ts';
import { freeTags, maxAssetTags, tagsToInvalidate } from '../../domain/delivery/invalidation.ts';
import { Failure, type FailureDetail } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { checkCount } from '../../domain/library/check-count.ts';
import { matchesSearch, type SearchState } from '../../domain/library/search-filters.ts';

type Routes = typeof invalidationRoutes;

export interface InvalidateCdnDependencies
  extends HandleRequestDependencies,
    InvalidationStore,
    LibrarySearch {
  /** The host of delivery URLs. */
  readonly deliveryDomain: string;
  readonly listImagePresets: (company: string) => Promise<readonly Pick<ImagePreset, 'name'>[]>;
  /** Assets by id, without unknown ids. */
  readonly getAssets: (company: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Asset>>;
  /** @returns CloudFront's id; @throws Failure `storage.busy` */
  readonly startInvalidation: (tags: readonly string[], reference: string) => Promise<string>;
  readonly isInvalidationCompleted: (cloudFrontId: string) => Promise<boolean>;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Milliseconds between two batches: CloudFront counts by the second. */
const betweenBatches = 1_000;

/** Attempts to start a batch. API Gateway times out after 30 s; four batches with four attempts each stay below. */
const maxAttempts = 4;

/** Seconds after which a caller may try again if CloudFront is busy. */
const retryAfter = '5';

/**
 * "Invalidate CDN": serves the routes that start invalidations, read their status and list them. Never rejects.
 *
 * Costs: 1 read unit for each asset, or one GET for a preset; one CloudFront call and 1 write unit for 150 tags; 1 write unit
 * for each kB of the record.
 */
export async function invalidateCdn(
  event: APIGatewayProxyEventV2,
  dependencies: InvalidateCdnDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const served = [
    serveRoute(invalidationRoutes.invalidateCdn, (request) => requestInvalidation(request, dependencies)),
    serveRoute(invalidationRoutes.readInvalidation, (request) => readInvalidation(request, dependencies)),
    serveRoute(invalidationRoutes.listInvalidations, (request) => listInvalidations(request, dependencies)),
  ];
  const response = await handleRequest(event, served, dependencies);
  return response.statusCode === 503
    ? { ...response, headers: { ...response.headers, 'retry-after': retryAfter } }
    : response;
}

/** What an invalidation removes from the cache. */
type Target = Pick<Invalidation, 'by' | 'assets' | 'preset'> & {
  /** If there are more than in `assets`. */
  readonly assetCount?: number;
  readonly cacheTags: readonly string[];
};

/**
 * Invalidates the published ones of some assets or of those that a search finds, or the images of a preset. Everything is checked first.
 * @throws Failure `asset.not-found` that lists every unknown id, `request.invalid` that lists every wrong URL,
 * `preset.not-found`, `scope.changed`, `search.not-ready`, `asset.not-published`, `storage.busy`
 */
async function requestInvalidation(
  { company, user, body }: CompanyRequest<Routes['invalidateCdn']>,
  dependencies: InvalidateCdnDependencies,
): Promise<ResponseOf<Routes['invalidateCdn']>> {
  const {
    cacheTags,
    assets,
    assetCount = assets.length,
    ...target
  } = await targetOf(company, body, dependencies);
  const id = dependencies.newId();
  const submitted = dependencies.now().toISOString();
  const invalidation: Invalidation = {
    company,
    id,
    ...target,
    cloudFrontIds: await startBatches(company, cacheTags, { id, submitted }, dependencies),
    completed: false,
    assets: assets.slice(0, maxListedAssets),
    assetCount,
    tags: cacheTags.length,
    submitted,
    submittedBy: user.subject,
  };
  await dependencies.putInvalidation(invalidation);
  return toInvalidationResponse(invalidation);
}

async function targetOf(
  company: string,
  { assetIds, urls, preset, scope }: CompanyRequest<Routes['invalidateCdn']>['body'],
  dependencies: InvalidateCdnDependencies,
): Promise<Target> {
  if (scope !== undefined) return scopeTarget(company, scope, dependencies);
  if (preset !== undefined) return presetTarget(company, preset, dependencies);
  const known =
    urls === undefined
      ? await assetsById(company, assetIds ?? [], dependencies)
      : await assetsByUrl(company, urls, dependencies);
  const assets = known.filter(isDelivered).map(({ id }) => id);
  if (assets.length === 0) throw nothingPublished();
  return {
    by: urls === undefined ? 'assets' : 'urls',
    assets,
    cacheTags: tagsToInvalidate(company, assets),
  };
}

/**
 * Every published asset that a search finds. Above 500 it is the tag of the company, so that no record is read.
 * Costs: a LIST; up to 500 read units.
 */
async function scopeTarget(
  company: string,
  {
    query: { type: types, ...others },
    count,
  }: NonNullable<CompanyRequest<Routes['invalidateCdn']>['body']['scope']>,
  { search, getAssets }: InvalidateCdnDependencies,
): Promise<Target> {
  const filters = { ...others, types };
  const find = (state: SearchState | undefined) =>
    search(company, { filters: { ...filters, state }, sort: 'name', order: 'asc', limit: maxAssetTags });
  const all = await find(filters.state);
  checkCount(all.total, count);
  if (filters.state === 'unpublished' || filters.state === 'held') throw nothingPublished();
  const { total, hits } = filters.state === undefined ? await find('published') : all;
  const ids = hits.map(({ id }) => id);
  if (total > maxAssetTags)
    return { by: 'scope', assets: ids, assetCount: total, cacheTags: [companyTag(company)] };
  const records = await getAssets(company, ids);
  const assets = ids.filter((id) => {
    const asset = records.get(id);
    return asset !== undefined && isPublished(asset) && matchesSearch(asset, filters);
  });
  if (assets.length === 0) throw nothingPublished();
  return { by: 'scope', assets, cacheTags: tagsToInvalidate(company, assets) };
}

function nothingPublished(): Failure {
  return new Failure(
    'asset.not-published',
    'None of these assets is published, so there is nothing to invalidate',
  );
}

/** A former id that redirects is delivered too. */
function isDelivered(asset: Asset): boolean {
  return isPublished(asset) || asset.trashed?.redirect === true;
}

async function presetTarget(
  company: string,
  name: string,
  { listImagePresets }: InvalidateCdnDependencies,
): Promise<Target> {
  const presets = await listImagePresets(company);
  const preset = presets.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!preset) throw new Failure('preset.not-found', `There is no image preset ${name}`);
  const cacheTags = [presetTag(company, preset.name.toLowerCase())];
  return { by: 'preset', preset: preset.name, assets: [], cacheTags };
}

async function assetsById(
  company: string,
  assetIds: readonly string[],
  { getAssets }: InvalidateCdnDependencies,
): Promise<Asset[]> {
  const ids = [...new Set(assetIds)];
  const known = await getAssets(company, ids);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new Failure(
      'asset.not-found',
      `${unknown.length} of ${ids.length} ids belong to no asset; nothing was invalidated`,
      {
        details: unknown.map((id) => ({
          field: `assetIds[${assetIds.indexOf(id)}]`,
          message: `There is no asset ${id}`,
        })),
      },
    );
  }
  return [...known.values()];
}

async function assetsByUrl(
  company: string,
  urls: readonly string[],
  { getAssets, deliveryDomain }: InvalidateCdnDependencies,
): Promise<Asset[]> {
  const read = urls.map((url) => readInvalidatedUrl(url, company, deliveryDomain));
  const ids = new Set(read.flatMap((one) => ('id' in one ? [one.id] : [])));
  const known = await getAssets(company, [...ids]);
  const details = read.flatMap((one, index): FailureDetail[] => {
    const problem =
      'problem' in one ? one.problem : known.has(one.id) ? undefined : `names no asset: ${one.id}`;
    return problem === undefined ? [] : [{ field: `urls[${index}]`, message: problem }];
  });
  if (details.length > 0) {
    throw new Failure(
      'request.invalid',
      `${details.length} of ${urls.length} URLs are wrong; nothing was invalidated`,
      { details },
    );
  }
  return [...known.values()];
}

async function startBatches(
  company: string,
  tags: readonly string[],
  { id, submitted }: Pick<Invalidation, 'id' | 'submitted'>,
  dependencies: InvalidateCdnDependencies,
): Promise<string[]> {
  const cloudFrontIds: string[] = [];
  for (let first = 0; first < tags.length; first += maxTagsPerCall) {
    if (first > 0) await dependencies.pause(betweenBatches);
    const batch = tags.slice(first, first + maxTagsPerCall);
    cloudFrontIds.push(await startBatch(batch, `${id}-${cloudFrontIds.length + 1}`, dependencies));
    await dependencies.countInvalidatedTags(company, batch.length, submitted);
  }
  return cloudFrontIds;
}

async function startBatch(
  tags: readonly string[],
  reference: string,
  { startInvalidation, pause }: InvalidateCdnDependencies,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startInvalidation(tags, reference);
    } catch (error) {
      if (!(error instanceof Failure) || attempt === maxAttempts) throw error;
      await pause(betweenBatches);
    }
  }
}

/** @throws Failure `invalidation.not-found` */
async function readInvalidation(
  { company, params }: CompanyRequest<Routes['readInvalidation']>,
  dependencies: InvalidateCdnDependencies,
): Promise<ResponseOf<Routes['readInvalidation']>> {
  const invalidation = await dependencies.getInvalidation(company, params.id);
  if (!invalidation) {
    throw new Failure('invalidation.not-found', `There is no invalidation ${params.id}`);
  }
  return toInvalidationResponse(await refreshed(invalidation, dependencies));
}

/** Invalidations of a page that CloudFront is asked about at a time. */
const refreshedAtATime = 10;

/** The invalidations of a company, newest first, and what the current month has cost. */
async function listInvalidations(
  { company, query: { limit, cursor } }: CompanyRequest<Routes['listInvalidations']>,
  dependencies: InvalidateCdnDependencies,
): Promise<ResponseOf<Routes['listInvalidations']>> {
  const now = dependencies.now().toISOString();
  const [{ items, next }, tags] = await Promise.all([
    dependencies.listInvalidations(company, { limit, before: cursor }),
    dependencies.readInvalidatedTags(company, now),
  ]);
  const current = await inParallel(items, refreshedAtATime, (one) => refreshed(one, dependencies));
  return {
    items: current.map(toInvalidationResponse),
    ...(next === undefined ? {} : { next }),
    month: {
      month: now.slice(0, 7),
      tags,
      freeTags,
      minCostUsd: priceOf(Math.max(0, tags - freeTags)),
      maxCostUsd: priceOf(tags),
    },
  };
}

/** The invalidation as CloudFront knows it now. Its completion is recorded when it is first seen. */
async function refreshed(
  invalidation: Invalidation,
  { isInvalidationCompleted, putInvalidation, now }: InvalidateCdnDependencies,
): Promise<Invalidation> {
  if (invalidation.completed) return invalidation;
  const batches = await Promise.all(invalidation.cloudFrontIds.map(isInvalidationCompleted));
  if (!batches.every((completed) => completed)) return invalidation;
  const completed = { ...invalidation, completed: true, completedAt: now().toISOString() };
  await putInvalidation(completed);
  return completed;
}

function toInvalidationResponse(invalidation: Invalidation) {
  const { id, completed, completedAt, assets, preset, submitted, submittedBy } = invalidation;
  const assetCount = invalidation.assetCount ?? assets.length;
  const tags = invalidation.tags ?? tagsToInvalidate(invalidation.company, assets).length;
  return {
    id,
    status: completed ? ('completed' as const) : ('in-progress' as const),
    by: invalidation.by ?? ('assets' as const),
    assets: assets.slice(0, maxListedAssets),
    assetCount,
    ...(preset === undefined ? {} : { preset }),
    tags,
    maxCostUsd: priceOf(tags),
    submitted,
    submittedBy,
    ...(completedAt === undefined ? {} : { completedAt }),
  };
}

/** US dollars, without the floating point's tail. */
function priceOf(tags: number): number {
  return Math.round(tags * publishingPrices.invalidation * 1_000) / 1_000;
}
