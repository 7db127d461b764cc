import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { accountSteps } from '../../smoke/account-steps.ts';
import { runSmoke } from '../../smoke/run-smoke.ts';

const connection = { region: 'eu-central-1' };
const cloudFormation = new CloudFormationClient(connection);
const cloudWatch = new CloudWatchClient(connection);
const account = {
  assetTable: 'assets',
  jobTable: 'jobs',
  mastersBucket: 'masters',
  alarms: [{ stack: 'pressroom-observability', prefix: 'pressroom', cloudFormation, cloudWatch }],
  dynamodb: new DynamoDBClient(connection),
  s3: new S3Client(connection),
  ses: new SESv2Client(connection),
};
const mocks = {
  cloudFormation: mockClient(cloudFormation),
  cloudWatch: mockClient(cloudWatch),
  dynamodb: mockClient(account.dynamodb),
  s3: mockClient(account.s3),
  ses: mockClient(account.ses),
};

const alarm = 'pressroom/serve-api/errors';

beforeEach(() => {
  for (const mock of Object.values(mocks)) mock.reset();
  mocks.cloudFormation.on(ListStackResourcesCommand, { StackName: 'pressroom-observability' }).resolves({
    StackResourceSummaries: [
      {
        ResourceType: 'AWS::CloudWatch::Alarm',
        PhysicalResourceId: alarm,
        LogicalResourceId: 'a',
        LastUpdatedTimestamp: new Date(0),
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ],
  });
  mocks.cloudWatch
    .on(DescribeAlarmsCommand, { AlarmNamePrefix: 'pressroom/' })
    .resolves({ MetricAlarms: [{ AlarmName: alarm, StateValue: 'OK' }] });
  mocks.dynamodb.on(DescribeContinuousBackupsCommand).resolves({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
    },
  });
  mocks.dynamodb
    .on(DescribeTimeToLiveCommand)
    .resolves({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED' } });
  mocks.s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  mocks.ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: true, SendingEnabled: true });
});

async function problems(): Promise<string[]> {
  const outcomes = await runSmoke(accountSteps(account), [], () => {});
  return outcomes.filter(({ status }) => status !== 'passed').map(({ name, text }) => `${name}: ${text}`);
}

it('an account in order passes', async () => {
  expect(await problems()).toEqual([]);
});

it.each([
  [
    'a raised alarm',
    () =>
      mocks.cloudWatch
        .on(DescribeAlarmsCommand)
        .resolves({ MetricAlarms: [{ AlarmName: alarm, StateValue: 'ALARM' }] }),
    'alarms: Raised alarms: pressroom/serve-api/errors.',
  ],
  [
    'an alarm that was deleted',
    () => mocks.cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [] }),
    'alarms: 1 alarms are in the stack pressroom-observability, missing in CloudWatch: pressroom/serve-api/errors.',
  ],
  [
    'a table without recovery',
    () => mocks.dynamodb.on(DescribeContinuousBackupsCommand).resolves({}),
    'backups: Point-in-time recovery of assets is undefined, expected ENABLED.',
  ],
  [
    'a bucket without versions',
    () => mocks.s3.on(GetBucketVersioningCommand).resolves({ Status: 'Suspended' }),
    'backups: Versioning of masters is Suspended, expected Enabled.',
  ],
  [
    'the sandbox of SES',
    () => mocks.ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: false, SendingEnabled: true }),
    'mail-account: The account is in the SES sandbox, which sends mail to verified addresses only.',
  ],
])('%s fails with its reason', async (_, change, reason) => {
  change();
  const found = await problems();
  expect(found).toHaveLength(1);
  expect(found[0]?.startsWith(reason)).toBe(true);
});
