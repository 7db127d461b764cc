import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { deployConsole } from '../../scripts/deployment/deploy-console.ts';

const cloudFormation = mockClient(CloudFormationClient);
const s3 = mockClient(S3Client);

const stack = (StackName: string, outputs: Readonly<Record<string, string>>) => ({
  Stacks: [
    {
      StackName,
      CreationTime: new Date(0),
      StackStatus: 'CREATE_COMPLETE' as const,
      Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  ],
});

beforeEach(() => {
  cloudFormation.reset();
  s3.reset();
  s3.on(ListObjectsV2Command).resolves({});
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'media-console' })
    .resolves(stack('media-console', { ConsoleBucket: 'files', ConsoleUrl: 'https://d1.cloudfront.net' }))
    .on(DescribeStacksCommand, { StackName: 'media-data' })
    .resolves(
      stack('media-data', {
        UserPoolId: 'eu-west-1_A',
        UserPoolClientId: 'c',
        LoginAddress: 'https://login',
      }),
    )
    .on(DescribeStacksCommand, { StackName: 'media-api' })
    .resolves(stack('media-api', { ApiUrl: 'https://api' }));
});

const deploy = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  mkdirSync(join(folder, '_'));
  writeFileSync(join(folder, 'index.html'), '');
  try {
    const clients = { cloudFormation: new CloudFormationClient({}), s3: new S3Client({}) };
    return await deployConsole('media', clients, async () => folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

it('puts the files and the addresses of the installation into the bucket', async () => {
  expect(await deploy()).toBe('https://d1.cloudfront.net');
  const [config] = s3.commandCalls(PutObjectCommand, { Bucket: 'files', Key: 'config.json' });
  expect(JSON.parse(String(config?.args[0].input.Body))).toMatchObject({
    api: 'https://api',
    signIn: { clientId: 'c', pages: 'https://login' },
  });
});

it('says which stack is missing', async () => {
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'media-api' })
    .rejects(new Error('Stack with id media-api does not exist'));
  await expect(deploy()).rejects.toThrow('There is no stack media-api');
});
