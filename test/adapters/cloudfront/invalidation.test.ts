import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { isInvalidationCompleted, startInvalidation } from '../../../adapters/cloudfront/invalidation.ts';

const cloudFront = mockClient(CloudFrontClient);
const client = new CloudFrontClient({});
const named = (name: string) => Object.assign(new Error(name), { name });

describe('an invalidation', () => {
  beforeEach(() => cloudFront.reset());

  it('lists its tags with the mark that distinguishes them from paths', async () => {
    cloudFront
      .on(CreateInvalidationCommand)
      .resolves({ Invalidation: { Id: 'I1', Status: 'InProgress' } as never });
    expect(await startInvalidation(client, 'D1', ['luma/a', 'luma/b%20c'], 'reference')).toBe('I1');
    expect(cloudFront.commandCalls(CreateInvalidationCommand)[0]?.args[0].input).toEqual({
      DistributionId: 'D1',
      InvalidationBatch: {
        CallerReference: 'reference',
        Paths: { Quantity: 2, Items: ['#luma/a', '#luma/b%20c'] },
      },
    });
  });

  it('reports a busy CDN if too many invalidations are in progress', async () => {
    cloudFront.on(CreateInvalidationCommand).rejects(named('TooManyInvalidationsInProgress'));
    await expect(startInvalidation(client, 'D1', ['luma/a'], 'r')).rejects.toMatchObject({
      code: 'storage.busy',
    });
  });

  it('rethrows other errors', async () => {
    cloudFront.on(CreateInvalidationCommand).rejects(named('AccessDenied'));
    await expect(startInvalidation(client, 'D1', ['luma/a'], 'r')).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it.each([
    ['InProgress', false],
    ['Completed', true],
  ])('with the status %s has reached all edges: %s', async (Status, completed) => {
    cloudFront
      .on(GetInvalidationCommand, { DistributionId: 'D1', Id: 'I1' })
      .resolves({ Invalidation: { Status } as never });
    expect(await isInvalidationCompleted(client, 'D1', 'I1')).toBe(completed);
  });

  it('has reached all edges if CloudFront no longer knows it', async () => {
    cloudFront.on(GetInvalidationCommand).rejects(named('NoSuchInvalidation'));
    expect(await isInvalidationCompleted(client, 'D1', 'I1')).toBe(true);
  });

  it('fails for an unknown distribution', async () => {
    cloudFront.on(GetInvalidationCommand).rejects(named('NoSuchDistribution'));
    await expect(isInvalidationCompleted(client, 'D1', 'I1')).rejects.toMatchObject({
      name: 'NoSuchDistribution',
    });
  });
});
