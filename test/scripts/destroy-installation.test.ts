import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  NoSuchBucket,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../../scripts/deployment/arguments.ts';
import { destroyInstallation } from '../../scripts/deployment/destroy-installation.ts';

const cloudFormation = mockClient(CloudFormationClient);
const cloudWatch = mockClient(CloudWatchClient);
const dynamoDb = mockClient(DynamoDBClient);
const s3 = mockClient(S3Client);
const sts = mockClient(STSClient);

/** Every step in its order. */
let steps: string[];
let said: string[];
/** Keys by bucket; the access logs get one more whenever they are looked at, until writes are refused. */
let objects: Map<string, string[]>;
let refusing: Set<string>;
/** Exit codes of `cdk destroy`, in turn; 0 after the last. */
let exitCodes: number[];

const stackNames = ['pressroom-console', 'pressroom-data', 'pressroom-api', 'pressroom-delivery'];

beforeEach(() => {
  for (const mock of [cloudFormation, cloudWatch, dynamoDb, s3, sts]) mock.reset();
  steps = [];
  said = [];
  refusing = new Set();
  exitCodes = [];
  objects = new Map([
    ['logs', ['one']],
    ['masters', ['a', 'b']],
    ['console-files', ['index.html']],
  ]);
  sts.on(GetCallerIdentityCommand).resolves({ Account: '123456789012' });
  cloudFormation.on(ListStackResourcesCommand).callsFake(({ NextToken }) =>
    NextToken === undefined
      ? {
          StackResourceSummaries: [
            { ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'logs' },
            { ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'masters' },
          ],
          NextToken: 'more',
        }
      : {
          StackResourceSummaries: [
            { ResourceType: 'AWS::DynamoDB::Table', PhysicalResourceId: 'assets' },
            { ResourceType: 'AWS::Cognito::UserPool', PhysicalResourceId: 'eu-west-1_1' },
            { ResourceType: 'AWS::SQS::Queue', PhysicalResourceId: 'https://queue' },
          ],
        },
  );
  cloudFormation.on(ListStackResourcesCommand, { StackName: 'pressroom-console' }).callsFake(() => ({
    StackResourceSummaries: [{ ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'console-files' }],
  }));
  cloudFormation.on(UpdateTerminationProtectionCommand).callsFake(({ StackName }) => {
    steps.push(`unprotect ${StackName}`);
    return {};
  });
  cloudWatch.on(GetMetricStatisticsCommand).resolves({
    Datapoints: [
      { Timestamp: new Date('2026-11-29'), Average: 2 ** 30 },
      { Timestamp: new Date('2026-11-30'), Average: 100 * 2 ** 30 },
    ],
  });
  dynamoDb.on(DescribeTableCommand).resolves({
    Table: { TableSizeBytes: 2 ** 30, GlobalSecondaryIndexes: [{ IndexSizeBytes: 2 ** 30 }] },
  });
  s3.on(PutBucketPolicyCommand).callsFake(({ Bucket, Policy }) => {
    if (!objects.has(Bucket)) throw new NoSuchBucket({ message: 'gone', $metadata: {} });
    expect(JSON.parse(Policy)).toMatchObject({
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject' }],
    });
    steps.push(`refuse writes to ${Bucket}`);
    refusing.add(Bucket);
    return {};
  });
  s3.on(ListObjectVersionsCommand).callsFake(({ Bucket }) => {
    // A late delivery of access logs.
    if (Bucket === 'logs' && !refusing.has(Bucket)) objects.get(Bucket)?.push('late');
    const [first, ...others] = objects.get(Bucket) ?? [];
    return {
      Versions: others.map((Key) => ({ Key, VersionId: '1' })),
      DeleteMarkers: first === undefined ? [] : [{ Key: first, VersionId: '2' }],
    };
  });
  s3.on(DeleteObjectsCommand).callsFake(({ Bucket, Delete }) => {
    const gone = (Delete.Objects as { Key: string }[]).map(({ Key }) => Key);
    steps.push(`delete ${gone.sort()} in ${Bucket}`);
    objects.set(
      Bucket,
      (objects.get(Bucket) ?? []).filter((key) => !gone.includes(key)),
    );
    return {};
  });
  s3.on(ListMultipartUploadsCommand)
    .resolvesOnce({ Uploads: [{ Key: 'half', UploadId: 'u' }] })
    .resolves({});
  s3.on(AbortMultipartUploadCommand).resolves({});
});

const stack = (StackName: string, Outputs: { OutputKey: string; OutputValue: string }[] = []) => ({
  Stacks: [{ StackName, CreationTime: new Date(0), StackStatus: 'UPDATE_COMPLETE' as const, Outputs }],
});

const deployed = (data: 'retain' | 'destroy') => {
  cloudFormation
    .on(DescribeStacksCommand)
    .resolves(
      stack(
        'pressroom-data',
        data === 'retain' ? [] : [{ OutputKey: 'SettingData', OutputValue: 'destroy' }],
      ),
    );
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'pressroom-firewall' })
    .rejects(new Error('Stack with id pressroom-firewall does not exist'));
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'pressroom-site' })
    .rejects(new Error('Stack with id pressroom-site does not exist'));
};

const destroy = (...argv: string[]) =>
  destroyInstallation(readArguments(argv, {}), {
    stacks: stackNames.map((name) => ({ name, region: 'eu-west-1' })),
    formerStacks: ['pressroom-firewall', 'pressroom-site'].map((name) => ({ name, region: 'eu-west-1' })),
    cloudFormation: (region) => {
      expect(region).toBe('eu-west-1');
      return new CloudFormationClient({});
    },
    cloudWatch: new CloudWatchClient({}),
    dynamoDb: new DynamoDBClient({}),
    s3: new S3Client({}),
    sts: new STSClient({}),
    cdkDestroy: async (stacks, options) => {
      steps.push(`destroy ${stacks} ${options.join(' ')}`);
      const code = exitCodes.shift() ?? 0;
      if (code === 0 && stacks.includes('pressroom-data'))
        expect(
          ['logs', 'masters'].flatMap((bucket) => objects.get(bucket) ?? []),
          'CloudFormation deletes empty buckets only',
        ).toEqual(argv.includes('data=destroy') ? [] : expect.anything());
      if (code === 0 && stacks.includes('pressroom-console'))
        expect(objects.get('console-files')).toEqual([]);
      return code;
    },
    say: (line) => said.push(line),
    now: () => new Date('2026-12-01'),
  });

const withDestroy = ['-c', 'data=destroy'] as const;

describe('destroy with data=destroy', () => {
  beforeEach(() => deployed('destroy'));

  it('stops deliveries of logs before it empties the buckets, and deletes the data stack after the others, and the console that it names last', async () => {
    expect(await destroy(...withDestroy, '--yes')).toBe(0);
    expect(steps).toEqual([
      ...stackNames.map((name) => `unprotect ${name}`),
      'destroy pressroom-api,pressroom-delivery --force -c data=destroy',
      'refuse writes to logs',
      'refuse writes to masters',
      'delete one in logs',
      'delete a,b in masters',
      'destroy pressroom-data --force -c data=destroy',
      'refuse writes to console-files',
      'delete index.html in console-files',
      'destroy pressroom-console --force -c data=destroy',
    ]);
    expect(s3.commandCalls(AbortMultipartUploadCommand)).toHaveLength(1);
  });

  it('deletes nothing without --yes', async () => {
    expect(await destroy(...withDestroy)).toBe(2);
    expect(steps).toEqual([]);
    expect(said.join('\n')).toContain('Repeat the command with --yes');
  });

  it('empties the buckets again if something was written before writes were refused', async () => {
    exitCodes = [0, 1];
    expect(await destroy(...withDestroy, '--yes')).toBe(0);
    expect(steps.filter((step) => step.startsWith('destroy pressroom-data'))).toHaveLength(2);
  });

  it('passes over buckets that an earlier try has deleted', async () => {
    objects.delete('masters');
    expect(await destroy(...withDestroy, '--yes')).toBe(0);
    expect(steps).not.toContain('refuse writes to masters');
  });

  it('keeps all data if another stack cannot be deleted', async () => {
    exitCodes = [1];
    expect(await destroy(...withDestroy, '--yes')).toBe(1);
    expect(steps.filter((step) => /delete |pressroom-data --/.test(step))).toEqual([]);
  });

  it('gives up after three tries', async () => {
    exitCodes = [0, 1, 1, 1, 0];
    expect(await destroy(...withDestroy, '--yes')).toBe(1);
  });

  it('names an object that S3 refuses to delete', async () => {
    s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'a', Message: 'locked' }] });
    await expect(destroy(...withDestroy, '--yes')).rejects.toThrow('a in logs could not be deleted: locked');
  });
});

describe('destroy with data=retain', () => {
  beforeEach(() => deployed('retain'));

  it('lists what stays with its cost', async () => {
    expect(await destroy()).toBe(2);
    expect(steps).toEqual([]);
    expect(said).toEqual([
      'These stay, and cost from then on:',
      '  bucket logs: 100.00 GB, $2.30 a month',
      '  bucket masters: 100.00 GB, $2.30 a month',
      '  table assets: 2.00 GB, $0.90 a month',
      '  user pool eu-west-1_1',
      'Together about $5.50 a month, at the list prices of us-east-1 in November 2026.',
      'Nothing is deleted yet. Repeat the command with --yes.',
    ]);
  });

  it('says so where S3 has not measured a bucket yet', async () => {
    cloudWatch.on(GetMetricStatisticsCommand).resolves({});
    await destroy();
    expect(said).toContain('  bucket logs: size not known, $0.00 a month');
  });

  it('deletes the stacks with --yes, with the files of the console, and touches no data', async () => {
    expect(await destroy('--yes')).toBe(0);
    expect(steps).toEqual([
      ...stackNames.map((name) => `unprotect ${name}`),
      'destroy pressroom-api,pressroom-delivery --force',
      'destroy pressroom-data --force',
      'refuse writes to console-files',
      'delete index.html in console-files',
      'destroy pressroom-console --force',
    ]);
    expect([objects.get('logs'), objects.get('masters')]).toEqual([['one'], ['a', 'b']]);
  });
});

describe('destroy', () => {
  it('deletes a stack that a former setting left, before the data', async () => {
    deployed('destroy');
    let gone = false;
    cloudFormation.on(DeleteStackCommand).callsFake(({ StackName }) => {
      steps.push(`delete the stack ${StackName}`);
      gone = true;
      return {};
    });
    cloudFormation.on(DescribeStacksCommand, { StackName: 'pressroom-firewall' }).callsFake(() => {
      if (gone)
        throw Object.assign(new Error('Stack with id pressroom-firewall does not exist'), {
          name: 'ValidationError',
        });
      return stack('pressroom-firewall');
    });
    expect(await destroy(...withDestroy, '--yes')).toBe(0);
    expect(steps.slice(4, 7)).toEqual([
      'destroy pressroom-api,pressroom-delivery --force -c data=destroy',
      'unprotect pressroom-firewall',
      'delete the stack pressroom-firewall',
    ]);
  });

  it('deletes the files of the documentation before its stack', async () => {
    deployed('retain');
    objects.set('site-files', ['index.html']);
    let gone = false;
    cloudFormation
      .on(ListStackResourcesCommand, { StackName: 'pressroom-site' })
      .callsFake(() => ({
        StackResourceSummaries: [{ ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'site-files' }],
      }))
      .on(DescribeStacksCommand, { StackName: 'pressroom-site' })
      .callsFake(() => {
        if (gone)
          throw Object.assign(new Error('Stack with id pressroom-site does not exist'), {
            name: 'ValidationError',
          });
        return stack('pressroom-site');
      })
      .on(DeleteStackCommand)
      .callsFake(({ StackName }) => {
        steps.push(`delete the stack ${StackName}`);
        gone = true;
        return {};
      });
    expect(await destroy('--yes')).toBe(0);
    expect(steps.slice(4, 9)).toEqual([
      'refuse writes to site-files',
      'delete index.html in site-files',
      'destroy pressroom-api,pressroom-delivery --force',
      'unprotect pressroom-site',
      'delete the stack pressroom-site',
    ]);
  });

  it('refuses to go by a setting that is not deployed', async () => {
    deployed('retain');
    await expect(destroy(...withDestroy, '--yes')).rejects.toThrow(
      'The installation is deployed with data=retain, and this command was given data=destroy.',
    );
    expect(steps).toEqual([]);
  });

  it('says that nothing is deployed', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id x does not exist'));
    await expect(destroy('--yes')).rejects.toThrow('There is no stack pressroom-data');
  });
});
