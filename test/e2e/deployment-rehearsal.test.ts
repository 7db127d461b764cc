/**
 * Deploys the app to a fresh MiniStack: bootstrap, deploy, a deploy that changes nothing, one that changes settings, destroy
 * with and without the data.
 * This proves the references between stacks, their order and the CloudFormation templates. It does not prove behaviour,
 * because MiniStack drops properties without a warning (docs/decisions).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import {
  GetBucketNotificationConfigurationCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListScheduleGroupsCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createPorts } from '@pressroom/local-aws/endpoint/free-ports';
import { type StartedProcess, startProcess } from '@pressroom/local-aws/processes/start-process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assetTable, jobTable } from '../../adapters/dynamodb/keys.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'pressroom-rehearsal-'));
const account = '000000000000';
const region = 'us-east-1';
const certificate = `arn:aws:acm:us-east-1:${account}:certificate/4f0e`;
const stacks = [
  'console',
  'data',
  'ingest',
  'publishing',
  'delivery',
  'edge',
  'schedules',
  'library',
  'api',
  'observability',
].map((name) => `pressroom-${name}`);

/** Options of the CDK: the app without what MiniStack does not know. */
const app = ['--app', 'node test/e2e/support/rehearsal-app.ts', '--output', join(folder, 'cdk.out')];

/** A deployment takes about 20 s on two idle cores. */
const patience = 240_000;

let ministack: StartedProcess;
let endpoint: string;

beforeAll(async () => {
  const port = await createPorts(join(folder, 'ports.json'))('ministack');
  endpoint = `http://127.0.0.1:${port}`;
  const home = join(folder, 'ministack');
  mkdirSync(home);
  ministack = await startProcess({
    name: 'MiniStack',
    program: process.env.PRESSROOM_MINISTACK || join(root, '.local', 'venv', 'bin', 'ministack'),
    parameters: [],
    folder: home,
    logFile: join(folder, 'ministack.log'),
    log: console.log,
    // All services, without persistence. Without AUTH, because the policy of the bootstrap bucket refuses plain HTTP.
    environment: {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      TMPDIR: home,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: account,
      MINISTACK_REGION: region,
      LOG_LEVEL: 'WARNING',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      DOCKER_HOST: `unix://${join(home, 'no-docker')}`,
    },
    isReady: async () => (await fetch(`${endpoint}/_ministack/ready`)).ok,
  });
});

afterAll(async () => {
  await ministack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly output: string;
}

function cdk(...parameters: string[]): Promise<Run> {
  const program = join('node_modules', 'aws-cdk', 'bin', 'cdk');
  return run(program, ...app, ...parameters);
}

/** What `npm run deploy` and `npm run destroy` run. */
function script(name: 'deploy' | 'destroy', ...parameters: string[]): Promise<Run> {
  return run(join('scripts', `${name}.ts`), ...parameters, ...app);
}

/** Runs a program on Node without the settings of this machine, only with credentials and the endpoint. */
function run(program: string, ...parameters: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, program), ...parameters],
      {
        cwd: root,
        timeout: patience,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
          HOME: folder,
          TMPDIR: folder,
          CI: 'true',
          NO_COLOR: '1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_REGION: region,
          AWS_ENDPOINT_URL: endpoint,
          AWS_EC2_METADATA_DISABLED: 'true',
          CDK_DISABLE_CLI_TELEMETRY: 'true',
        },
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code, output }));
  });
}

const connection = () => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Counts the resources of an installation by kind. */
async function found(prefix = 'pressroom') {
  const settings = connection();
  const ours = (names: readonly (string | undefined)[] = []) =>
    names.filter((name) => name?.includes(prefix)).length;
  const [buckets, tables, pools, queues, machines, distributions, rules, groups] = await Promise.all([
    new S3Client({ ...settings, forcePathStyle: true }).send(new ListBucketsCommand({})),
    new DynamoDBClient(settings).send(new ListTablesCommand({})),
    new CognitoIdentityProviderClient(settings).send(new ListUserPoolsCommand({ MaxResults: 10 })),
    new SQSClient(settings).send(new ListQueuesCommand({})),
    new SFNClient(settings).send(new ListStateMachinesCommand({})),
    new CloudFrontClient(settings).send(new ListDistributionsCommand({})),
    new EventBridgeClient(settings).send(new ListRulesCommand({})),
    new SchedulerClient(settings).send(new ListScheduleGroupsCommand({})),
  ]);
  return {
    buckets: ours(buckets.Buckets?.map(({ Name }) => Name)),
    tables: ours(tables.TableNames),
    userPools: ours(pools.UserPools?.map(({ Name }) => Name)),
    queues: ours(queues.QueueUrls),
    stateMachines: ours(machines.stateMachines?.map(({ name }) => name)),
    distributions: distributions.DistributionList?.Items?.length ?? 0,
    rules: ours(rules.Rules?.map(({ Name }) => Name)),
    scheduleGroups: ours(groups.ScheduleGroups?.map(({ Name }) => Name)),
  };
}

const everything = {
  buckets: 9,
  tables: 3,
  userPools: 1,
  queues: 34,
  stateMachines: 1,
  distributions: 2,
  rules: 10,
  scheduleGroups: 1,
};

it(
  'bootstraps an account that was never used with the CDK',
  async () => {
    const { code, output } = await cdk('bootstrap', `aws://${account}/${region}`);
    expect(output).toContain(`Environment aws://${account}/${region} bootstrapped`);
    expect(code).toBe(0);
  },
  patience,
);

it(
  'deploys every stack as it is',
  async () => {
    const outputsFile = join(folder, 'outputs.json');
    const { code, output } = await cdk(
      'deploy',
      '--all',
      '--require-approval',
      'never',
      '--outputs-file',
      outputsFile,
    );
    expect(code, output).toBe(0);
    const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
    expect(Object.keys(outputs).sort()).toEqual(
      stacks.filter((name) => !/ingest|edge|observability/.test(name)).sort(),
    );
    expect(outputs['pressroom-api']?.ApiUrl).toMatch(/^https?:\/\//);
    expect(outputs['pressroom-delivery']?.DeliveryDomain).toContain('cloudfront.net');
    expect(await found()).toEqual(everything);
  },
  patience,
);

it('resolves the references between stacks', async () => {
  const settings = connection();
  const sfn = new SFNClient(settings);
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const { definition } = await sfn.send(
    new DescribeStateMachineCommand({ stateMachineArn: stateMachines[0]?.stateMachineArn }),
  );
  expect(definition).toContain(`arn:aws:lambda:${region}:${account}:function:pressroom-publish-part`);
  expect(definition).not.toContain('${');

  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const uploads = Buckets.find(({ Name }) => Name?.includes('uploads'))?.Name;
  const notification = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: uploads }));
  expect(notification.EventBridgeConfiguration).toBeDefined();

  const dynamodb = new DynamoDBClient(settings);
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const indexes = await Promise.all(
    TableNames.map(async (TableName) => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      return (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName).sort();
    }),
  );
  expect(indexes.sort()).toEqual([
    [],
    Object.keys(jobTable.indexes).sort(),
    Object.keys(assetTable.indexes).sort(),
  ]);
});

it(
  'changes nothing when it is deployed again',
  async () => {
    const { code, output } = await cdk('deploy', '--all', '--require-approval', 'never');
    expect(code, output).toBe(0);
    for (const stack of stacks) expect(output).toContain(`${stack} (no changes)`);
  },
  patience,
);

it(
  'changes settings, and stops at one that would be dropped',
  async () => {
    const domain = ['-c', 'deliveryDomain=media.example.com', '-c', `deliveryCertificateArn=${certificate}`];
    // MiniStack, unlike AWS, passes over a stack of which only outputs change: mfa changes its user pool.
    const changed = await script('deploy', ...domain, '-c', 'mfa=required', '--require-approval', 'never');
    expect(changed.code, changed.output).toBe(0);
    expect(changed.output).toContain('deliveryDomain: (default) → media.example.com');
    const stopped = await script('deploy', '--require-approval', 'never');
    expect(stopped).toMatchObject({
      code: 1,
      output: expect.stringContaining('--drop mfa,deliveryDomain,deliveryCertificateArn'),
    });
  },
  patience,
);

it(
  'destroys no stack that is protected',
  async () => {
    const { code, output } = await cdk('destroy', 'pressroom-observability', '--force');
    expect(code).toBe(1);
    expect(output).toContain('TerminationProtection');
  },
  patience,
);

it(
  'destroys every stack and keeps the data as the settings require',
  async () => {
    const { code, output } = await script('destroy', '--yes');
    expect(code, output).toBe(0);
    expect(output).toContain('These stay, and cost from then on:');
    for (const stack of stacks) expect(output).toContain(`${stack}: destroyed`);
    const { buckets, tables, userPools, ...rest } = await found();
    expect({ buckets, tables, userPools }).toEqual({ buckets: 8, tables: 3, userPools: 1 });
    expect(rest).toEqual({ queues: 0, stateMachines: 0, distributions: 0, rules: 0, scheduleGroups: 0 });
  },
  patience,
);

it(
  'leaves nothing of an installation whose data may go',
  async () => {
    const settings = ['-c', 'prefix=brief', '-c', 'data=destroy'];
    const deployed = await script('deploy', ...settings, '--require-approval', 'never');
    expect(deployed.code, deployed.output).toBe(0);
    const s3 = new S3Client({ ...connection(), forcePathStyle: true });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const own = Buckets.flatMap(({ Name }) => (Name?.startsWith('brief-') ? [Name] : []));
    expect(own).toHaveLength(everything.buckets);
    // Twice: where a bucket has versions, two are left.
    for (const Body of ['one', 'two'])
      for (const Bucket of own) await s3.send(new PutObjectCommand({ Bucket, Key: 'a/key', Body }));

    const asked = await script('destroy', ...settings);
    expect(asked.code, asked.output).toBe(2);
    expect(await found('brief')).toEqual(everything);
    const destroyed = await script('destroy', ...settings, '--yes');
    expect(destroyed.code, destroyed.output).toBe(0);
    expect(new Set(Object.values(await found('brief')))).toEqual(new Set([0]));
  },
  patience,
);
