import type { ResponseOf } from '@pressroom/api/route';
import { type Routes, routes } from '@pressroom/api/routes';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { maxTagsPerCall } from '../../adapters/cloudfront/invalidation.ts';
import type { Invalidation } from '../../adapters/dynamodb/delivery/invalidation-store.ts';
import type { CompanyRequest } from '../../adapters/http/company-request.ts';
import {
  type HandleRequestDependencies,
  handleRequest,
  serveRoute,
} from '../../adapters/http/handle-request.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { tagsToInvalidate } from '../../domain/delivery/invalidation.ts';
import { Failure } from '../../domain/failure.ts';

export interface InvalidateCdnDependencies extends HandleRequestDependencies {
  /** Assets by id, without unknown ids. */
  readonly getAssets: (company: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Asset>>;
  /** @returns CloudFront's id; @throws Failure `storage.busy` */
  readonly startInvalidation: (tags: readonly string[], reference: string) => Promise<string>;
  readonly isInvalidationCompleted: (cloudFrontId: string) => Promise<boolean>;
  readonly putInvalidation: (invalidation: Invalidation) => Promise<void>;
  readonly getInvalidation: (company: string, id: string) => Promise<Invalidation | undefined>;
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
 * "Invalidate CDN": serves the routes that start an invalidation and read its status. Never rejects.
 *
 * Costs: 1 read unit for each asset, one CloudFront call for 150 tags, 1 write unit.
 */
export async function invalidateCdn(
  event: APIGatewayProxyEventV2,
  dependencies: InvalidateCdnDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const served = [
    serveRoute(routes.invalidateCdn, (request) => requestInvalidation(request, dependencies)),
    serveRoute(routes.readInvalidation, (request) => readInvalidation(request, dependencies)),
  ];
  const response = await handleRequest(event, served, dependencies);
  return response.statusCode === 503
    ? { ...response, headers: { ...response.headers, 'retry-after': retryAfter } }
    : response;
}

/**
 * Invalidates the published assets of a list. With an unknown id nothing is invalidated.
 * @throws Failure `asset.not-found` that lists every unknown id, `asset.not-published`, `storage.busy`
 */
async function requestInvalidation(
  { company, user, body }: CompanyRequest<Routes['invalidateCdn']>,
  dependencies: InvalidateCdnDependencies,
): Promise<ResponseOf<Routes['invalidateCdn']>> {
  const ids = [...new Set(body.assetIds)];
  const known = await dependencies.getAssets(company, ids);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new Failure(
      'asset.not-found',
      `${unknown.length} of ${ids.length} ids belong to no asset; nothing was invalidated`,
      {
        details: unknown.map((id) => ({
          field: `assetIds[${body.assetIds.indexOf(id)}]`,
          message: `There is no asset ${id}`,
        })),
      },
    );
  }
  const published = [...known.values()].filter(isPublished).map(({ id }) => id);
  if (published.length === 0) {
    throw new Failure(
      'asset.not-published',
      'None of these assets is published, so there is nothing to invalidate',
    );
  }

  const id = dependencies.newId();
  const invalidation: Invalidation = {
    company,
    id,
    cloudFrontIds: await startBatches(tagsToInvalidate(company, published), id, dependencies),
    completed: false,
    assets: published,
    submitted: dependencies.now().toISOString(),
    submittedBy: user.subject,
  };
  await dependencies.putInvalidation(invalidation);
  return toInvalidationResponse(invalidation);
}

async function startBatches(
  tags: readonly string[],
  id: string,
  dependencies: InvalidateCdnDependencies,
): Promise<string[]> {
  const cloudFrontIds: string[] = [];
  for (let first = 0; first < tags.length; first += maxTagsPerCall) {
    if (first > 0) await dependencies.pause(betweenBatches);
    const batch = tags.slice(first, first + maxTagsPerCall);
    cloudFrontIds.push(await startBatch(batch, `${id}-${cloudFrontIds.length + 1}`, dependencies));
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
  if (invalidation.completed) return toInvalidationResponse(invalidation);
  const batches = await Promise.all(invalidation.cloudFrontIds.map(dependencies.isInvalidationCompleted));
  if (!batches.every((completed) => completed)) return toInvalidationResponse(invalidation);
  const completed = { ...invalidation, completed: true };
  await dependencies.putInvalidation(completed);
  return toInvalidationResponse(completed);
}

function toInvalidationResponse({ id, completed, assets, submitted, submittedBy }: Invalidation) {
  return {
    id,
    status: completed ? ('completed' as const) : ('in-progress' as const),
    assets: [...assets],
    submitted,
    submittedBy,
  };
}
