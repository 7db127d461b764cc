import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { deployViewers } from '../../scripts/deployment/deploy-viewers.ts';

const cloudFormation = mockClient(CloudFormationClient);

const stack = (StackName: string, OutputKey: string, OutputValue: string) => ({
  Stacks: [
    {
      StackName,
      CreationTime: new Date(0),
      StackStatus: 'CREATE_COMPLETE' as const,
      Outputs: [{ OutputKey, OutputValue }],
    },
  ],
});

beforeEach(() => {
  cloudFormation.reset();
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'media-data' })
    .resolves(stack('media-data', 'ImageServingBucket', 'images'))
    .on(DescribeStacksCommand, { StackName: 'media-delivery' })
    .resolves(stack('media-delivery', 'DeliveryDomain', 'cdn.example.com'));
});

const deploy = (different: readonly string[]) =>
  deployViewers(
    'media',
    { cloudFormation: new CloudFormationClient({}), s3: new S3Client({}) },
    async () => ({
      version: '1.2.0',
      different,
    }),
  );

it('says where the viewers are', async () => {
  expect(await deploy([])).toEqual(['Viewers: https://cdn.example.com/viewers/1.2.0/']);
});

it('says that a version does not change, and what to do', async () => {
  expect((await deploy(['zoom.js']))[1]).toMatch(/stays as it was: zoom\.js\. .*raise the version/);
});

it('says which stack is missing', async () => {
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'media-delivery' })
    .rejects(new Error('Stack with id media-delivery does not exist'));
  await expect(deploy([])).rejects.toThrow('There is no stack media-delivery');
});
