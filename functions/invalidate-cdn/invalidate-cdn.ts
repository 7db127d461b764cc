import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { mostTagsInCall } from '../../adapters/cloudfront/invalidation.ts';
import type { Invalidation } from '../../adapters/dynamodb/delivery/invalidation-records.ts';
import { type AnswerDependencies, answerRequest, serveRoute } from '../../adapters/http/answer-request.ts';
import type { CompanyRequest } from '../../adapters/http/company-request.ts';
import { type Asset, isPublished } from '../../domain/assets/asset.ts';
import { tagsToFlush } from '../../domain/delivery/tags-to-flush.ts';
import { Failure } from '../../domain/failure.ts';
import type { AnswerOf } from '../../packages/api/route.ts';
import { type Routes, routes } from '../../packages/api/routes.ts';

export interface InvalidateCdnDependencies extends AnswerDependencies {
  /** By id; unknown ones are missing. */
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

/** API Gateway gives up after 30 s; four batches and this many tries of each stay well below. */
const mostTries = 4;

/** Seconds that a caller is asked to wait where CloudFront has too much to do. */
const retryAfter = '5';

/** Answers both routes. Never rejects. */
export async function invalidateCdn(
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  dependencies: InvalidateCdnDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const served = [
    serveRoute(routes.invalidateCdn, (request) => startFlush(request, dependencies)),
    serveRoute(routes.readInvalidation, (request) => readFlush(request, dependencies)),
  ];
  const answer = await answerRequest(event, served, dependencies);
  return answer.statusCode === 503
    ? { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } }
    : answer;
}

/**
 * Flushes the published ones of the chosen assets. All or nothing: one unknown id and nothing is flushed.
 * @throws Failure `asset.not-found` that lists every unknown id, `asset.not-published`, `storage.busy`
 */
async function startFlush(
  { company, user, body }: CompanyRequest<Routes['invalidateCdn']>,
  dependencies: InvalidateCdnDependencies,
): Promise<AnswerOf<Routes['invalidateCdn']>> {
  const ids = [...new Set(body.assetIds)];
  const known = await dependencies.getAssets(company, ids);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new Failure(
      'asset.not-found',
      `${unknown.length} of ${ids.length} ids are of no asset; nothing was flushed`,
      {
        details: unknown.map((id) => ({
          field: `assetIds[${body.assetIds.indexOf(id)}]`,
          message: `${id} is not known`,
        })),
      },
    );
  }
  const published = [...known.values()].filter(isPublished).map(({ id }) => id);
  if (published.length === 0) {
    throw new Failure(
      'asset.not-published',
      'None of these assets is published, so there is nothing to flush',
    );
  }

  const id = dependencies.newId();
  const invalidation: Invalidation = {
    company,
    id,
    cloudFrontIds: await startBatches(tagsToFlush(company, published), id, dependencies),
    completed: false,
    assets: published,
    submitted: dependencies.now().toISOString(),
    submittedBy: user.subject,
  };
  await dependencies.putInvalidation(invalidation);
  return answerOf(invalidation);
}

async function startBatches(
  tags: readonly string[],
  id: string,
  dependencies: InvalidateCdnDependencies,
): Promise<string[]> {
  const cloudFrontIds: string[] = [];
  for (let first = 0; first < tags.length; first += mostTagsInCall) {
    if (first > 0) await dependencies.pause(betweenBatches);
    const batch = tags.slice(first, first + mostTagsInCall);
    cloudFrontIds.push(await startBatch(batch, `${id}-${cloudFrontIds.length + 1}`, dependencies));
  }
  return cloudFrontIds;
}

async function startBatch(
  tags: readonly string[],
  reference: string,
  { startInvalidation, pause }: InvalidateCdnDependencies,
): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startInvalidation(tags, reference);
    } catch (error) {
      if (!(error instanceof Failure) || tries === mostTries) throw error;
      await pause(betweenBatches);
    }
  }
}

/** @throws Failure `invalidation.not-found` */
async function readFlush(
  { company, params }: CompanyRequest<Routes['readInvalidation']>,
  dependencies: InvalidateCdnDependencies,
): Promise<AnswerOf<Routes['readInvalidation']>> {
  const invalidation = await dependencies.getInvalidation(company, params.id);
  if (!invalidation) {
    throw new Failure('invalidation.not-found', `There is no invalidation ${params.id}`);
  }
  if (invalidation.completed) return answerOf(invalidation);
  const batches = await Promise.all(invalidation.cloudFrontIds.map(dependencies.isInvalidationCompleted));
  if (!batches.every((completed) => completed)) return answerOf(invalidation);
  const completed = { ...invalidation, completed: true };
  await dependencies.putInvalidation(completed);
  return answerOf(completed);
}

function answerOf({ id, completed, assets, submitted, submittedBy }: Invalidation) {
  return {
    id,
    status: completed ? ('completed' as const) : ('in-progress' as const),
    assets: [...assets],
    submitted,
    submittedBy,
  };
}
