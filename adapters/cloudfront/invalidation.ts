import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { Failure } from '../../domain/failure.ts';

/**
 * Tags in one call. CloudFront takes 150 paths or tags a second of an account ("Quotas"; older editions: 3,000 in
 * progress): the stricter of the two holds for both.
 */
export const maxTagsPerCall = 150;

/**
 * Flushes every object that bears one of the tags.
 * @param tags without the `#` that marks them in CloudFront's list; at most `maxTagsPerCall`
 * @param reference the same reference with the same tags starts nothing anew
 * @returns the id that CloudFront gives it
 * @throws Failure `storage.busy` where too many flushes are under way
 */
export async function startInvalidation(
  client: CloudFrontClient,
  distributionId: string,
  tags: readonly string[],
  reference: string,
): Promise<string> {
  try {
    const { Invalidation } = await client.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: {
          CallerReference: reference,
          Paths: { Quantity: tags.length, Items: tags.map((tag) => `#${tag}`) },
        },
      }),
    );
    if (!Invalidation?.Id) throw new Error('CloudFront gave the invalidation no id');
    return Invalidation.Id;
  } catch (error) {
    if (error instanceof Error && error.name === 'TooManyInvalidationsInProgress') {
      throw new Failure('storage.busy', 'The CDN is busy with other flushes; try again in a moment', {
        cause: error,
      });
    }
    throw error;
  }
}

/** Whether a flush has reached all edges. One that CloudFront no longer knows has. */
export async function isInvalidationCompleted(
  client: CloudFrontClient,
  distributionId: string,
  id: string,
): Promise<boolean> {
  try {
    const { Invalidation } = await client.send(
      new GetInvalidationCommand({ DistributionId: distributionId, Id: id }),
    );
    return Invalidation?.Status === 'Completed';
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchInvalidation') return true;
    throw error;
  }
}
