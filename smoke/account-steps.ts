import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { GetBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { SmokeStep } from './run-smoke.ts';

/** A stack with alarms, and the clients of its region. */
interface AlarmStack {
  readonly stack: string;
  /** First part of the names of its alarms. */
  readonly prefix: string;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
}

interface Account {
  readonly alarms: readonly AlarmStack[];
  readonly assetTable: string;
  readonly jobTable: string;
  readonly mastersBucket: string;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly ses: SESv2Client;
}

/** What only an AWS account has: alarms, backups and the state of its mail service. These steps change nothing. */
export function accountSteps(account: Account): SmokeStep[] {
  return [
    {
      name: 'alarms',
      title: 'Every alarm exists and none is raised',
      needs: [],
      hint: 'See docs/operations.md for the entry of each alarm.',
      async work() {
        const counts = await Promise.all(account.alarms.map(countAlarms));
        return `${counts.reduce((all, count) => all + count, 0)} alarms`;
      },
    },
    {
      name: 'backups',
      title: 'Tables can be restored, records expire, and originals keep their versions',
      needs: [],
      hint: 'Deploy again: the settings were changed outside of the stacks.',
      work: () => checkBackups(account),
    },
    {
      name: 'mail-account',
      title: 'SES sends to every address',
      needs: [],
      hint: 'See docs/deploy.md, "Mail about jobs". If this installation sends no mail, leave the step out with --without mail,mail-account.',
      work: () => checkMailAccount(account),
    },
  ];
}

/** @throws Error where an alarm of the stack is missing or raised */
async function countAlarms({ stack, prefix, cloudFormation, cloudWatch }: AlarmStack): Promise<number> {
  const expected: string[] = [];
  const resources = paginateListStackResources({ client: cloudFormation }, { StackName: stack });
  for await (const { StackResourceSummaries = [] } of resources)
    for (const { ResourceType, PhysicalResourceId = '' } of StackResourceSummaries)
      if (ResourceType === 'AWS::CloudWatch::Alarm') expected.push(PhysicalResourceId);
  const states = new Map<string, string>();
  const alarms = paginateDescribeAlarms({ client: cloudWatch }, { AlarmNamePrefix: `${prefix}/` });
  for await (const { MetricAlarms = [] } of alarms)
    for (const { AlarmName = '', StateValue = '' } of MetricAlarms) states.set(AlarmName, StateValue);
  const missing = expected.filter((name) => !states.has(name));
  if (expected.length === 0 || missing.length > 0)
    throw new Error(
      `${expected.length} alarms are in the stack ${stack}, missing in CloudWatch: ${missing.join(', ') || 'none'}`,
    );
  const raised = [...states]
    .filter(([name, state]) => expected.includes(name) && state === 'ALARM')
    .map(([name]) => name);
  if (raised.length > 0) throw new Error(`Raised alarms: ${raised.join(', ')}`);
  return expected.length;
}

async function checkBackups({ assetTable, jobTable, mastersBucket, dynamodb, s3 }: Account): Promise<string> {
  for (const TableName of [assetTable, jobTable]) {
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const state = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    if (state !== 'ENABLED')
      throw new Error(`Point-in-time recovery of ${TableName} is ${state}, expected ENABLED`);
  }
  const { TimeToLiveDescription } = await dynamodb.send(
    new DescribeTimeToLiveCommand({ TableName: jobTable }),
  );
  if (TimeToLiveDescription?.TimeToLiveStatus !== 'ENABLED')
    throw new Error(
      `Time to live of ${jobTable} is ${TimeToLiveDescription?.TimeToLiveStatus}, expected ENABLED`,
    );
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: mastersBucket }));
  if (Status !== 'Enabled') throw new Error(`Versioning of ${mastersBucket} is ${Status}, expected Enabled`);
  return 'point-in-time recovery, time to live, versioning';
}

async function checkMailAccount({ ses }: Account): Promise<string> {
  const { ProductionAccessEnabled, SendingEnabled } = await ses.send(new GetAccountCommand());
  if (!ProductionAccessEnabled)
    throw new Error('The account is in the SES sandbox, which sends mail to verified addresses only');
  if (!SendingEnabled) throw new Error('SES has paused the sending of this account');
  return 'outside of the sandbox';
}
