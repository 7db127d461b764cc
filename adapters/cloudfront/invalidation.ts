import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { Failure } from '../../domain/failure.ts';

/**
 * Tags in one call. CloudFront accepts 150 paths or tags a second from an account ("Quotas"; older editions of that page:
 * 3,000 in progress). This limit respects both.
 */
export const maxTagsPerCall = 150;

/**
 * Invalidates every object that has one of the tags.
 * @param tags without the `#` that marks them in CloudFront's list; at most `maxTagsPerCall`
 * @param reference a call with the same reference and the same tags starts no second invalidation
 * @returns the invalidation's id at CloudFront
 * @throws Failure `storage.busy` if too many invalidations are in progress
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
      throw new Failure('storage.busy', 'The CDN is busy with other invalidations; try again in a moment', {
        cause: error,
      });
    }
    throw error;
  }
}

/** Whether an invalidation has reached all edges. One that CloudFront no longer knows has reached them. */
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
