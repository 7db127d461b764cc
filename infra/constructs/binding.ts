/**
 * What one name of a function's environment is bound to: its value, and what the function may do with the thing behind
 * it. Permissions are named action by action, in AWS's own words, so that a search for one finds who has it.
 */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { parseSourceBuckets } from '../../domain/uploads/source-buckets.ts';
import { findingOf } from './finding.ts';

export interface Binding {
  readonly value: string;
  readonly statements: readonly PolicyStatement[];
  /** Resources with a `*` in them among the statements, each with the reason why no narrower one would do. */
  readonly wildcards: readonly Wildcard[];
}

interface Wildcard {
  /** As the finding of cdk-nag spells it, for the stack of this construct. */
  readonly findingIn: (scope: Construct) => string;
  readonly reason: string;
}

type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'PartiQLUpdate'
  | 'ConditionCheckItem';

type ObjectAction =
  | 'GetObject'
  | 'GetObjectVersion'
  | 'PutObject'
  | 'DeleteObject'
  | 'DeleteObjectVersion'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploadParts';

type UserPoolAction =
  | 'AdminCreateUser'
  | 'AdminGetUser'
  | 'AdminResetUserPassword'
  | 'AdminDeleteSoftwareToken'
  | 'AdminUserGlobalSignOut'
  | 'ListUsers'
  | 'CreateUserPoolClient'
  | 'DeleteUserPoolClient'
  | 'AddUserPoolClientSecret'
  | 'ListUserPoolClientSecrets'
  | 'DeleteUserPoolClientSecret';

/** A value that grants nothing. */
export function plainText(value: string): Binding {
  return { value, statements: [], wildcards: [] };
}

/** The same values, which grant nothing: for another deployment of a function that does less. */
export function withoutAccess<Name extends string>(
  bindings: Readonly<Record<Name, Binding>>,
): Record<Name, Binding> {
  const names = Object.keys(bindings) as Name[];
  return Object.fromEntries(names.map((name) => [name, plainText(bindings[name].value)])) as Record<
    Name,
    Binding
  >;
}

/**
 * The name of a table.
 * @param indexes those that may be queried
 */
export function table(of: ITable, actions: readonly TableAction[], indexes: readonly string[] = []): Binding {
  const statement = (on: readonly TableAction[], ...resources: string[]) =>
    on.length === 0 || resources.length === 0
      ? []
      : [new PolicyStatement({ actions: on.map((action) => `dynamodb:${action}`), resources })];
  const statements = [
    ...statement(actions, of.tableArn),
    ...statement(['Query'], ...indexes.map((index) => `${of.tableArn}/index/${index}`)),
  ];
  return { value: of.tableName, statements, wildcards: [] };
}

export interface BucketAccess {
  readonly objects: readonly ObjectAction[];
  /** Keys that the actions reach, as a pattern, or several. */
  readonly keys?: string | readonly string[];
  /** Keys that may be written, as a pattern, where `objects` only reads. */
  readonly puts?: string;
  /** May list keys; S3 also answers 404 rather than 403 for a missing object only to who may. */
  readonly list?: boolean;
  /** May list the versions of keys. */
  readonly listVersions?: boolean;
}

/** The name of a bucket. */
export function bucket(
  of: IBucket,
  { objects, keys = '*', puts, list = false, listVersions = false }: BucketAccess,
): Binding {
  const patterns = typeof keys === 'string' ? [keys] : keys;
  const listed = [...(list ? ['s3:ListBucket'] : []), ...(listVersions ? ['s3:ListBucketVersions'] : [])];
  const statements: PolicyStatement[] = [];
  if (objects.length > 0)
    statements.push(
      new PolicyStatement({
        actions: objects.map((action) => `s3:${action}`),
        resources: patterns.map((pattern) => of.arnForObjects(pattern)),
      }),
    );
  if (puts !== undefined)
    statements.push(new PolicyStatement({ actions: ['s3:PutObject'], resources: [of.arnForObjects(puts)] }));
  if (listed.length > 0) statements.push(new PolicyStatement({ actions: listed, resources: [of.bucketArn] }));
  return {
    value: of.bucketName,
    statements,
    wildcards: [...(objects.length === 0 ? [] : patterns), ...(puts === undefined ? [] : [puts])].map(
      (pattern) => ({
        findingIn: (scope: Construct) => `${findingOf(scope, of, of.bucketArn)}/${pattern}`,
        reason:
          'Object keys begin with the company and end with what its users named: no fixed list of them exists.',
      }),
    ),
  };
}

/** The buckets of others that the function may read, as the setting names them. */
export function sourceBuckets(setting: string): Binding {
  const sources = parseSourceBuckets(setting) ?? [];
  const statements = sources.flatMap(({ bucket: name, prefix }) => {
    const arn = `arn:${Aws.PARTITION}:s3:::${name}`;
    return [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${arn}/${prefix}*`] }),
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [arn],
        ...(prefix !== '' && { conditions: { StringLike: { 's3:prefix': `${prefix}*` } } }),
      }),
    ];
  });
  return {
    value: setting,
    statements,
    wildcards: sources.map(({ bucket: name, prefix }) => ({
      findingIn: () => `arn:<AWS::Partition>:s3:::${name}/${prefix}*`,
      reason: "The setting sourceBuckets names a bucket and a prefix; the keys below it are its owner's.",
    })),
  };
}

/** The URL of a queue that the function sends to. */
export function queueToSendTo(of: IQueue): Binding {
  return {
    value: of.queueUrl,
    statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [of.queueArn] })],
    wildcards: [],
  };
}

/**
 * The address that mails come from, or `off` where none are sent.
 * @param identities ARNs: SES asks for that of the address where it is verified, else for that of its domain
 */
export function mailSender(address: string | undefined, identities: readonly string[]): Binding {
  return {
    value: address ?? 'off',
    statements:
      address === undefined
        ? []
        : [new PolicyStatement({ actions: ['ses:SendEmail'], resources: [...identities] })],
    wildcards: [],
  };
}

/** The name of an event bus that the function puts events on. */
export function eventBusToPutOn(of: IEventBus): Binding {
  return {
    value: of.eventBusName,
    statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [of.eventBusArn] })],
    wildcards: [],
  };
}

/**
 * The ARN of a state machine that the function starts executions of.
 * @param executions their ARNs as a pattern, and what the function may do with them besides
 */
export function stateMachineToStart(
  arn: string,
  executions?: {
    readonly arns: string;
    readonly actions: readonly ('StopExecution' | 'DescribeExecution')[];
  },
): Binding {
  const statements = [new PolicyStatement({ actions: ['states:StartExecution'], resources: [arn] })];
  if (!executions) return { value: arn, statements, wildcards: [] };
  const actions = executions.actions.map((action) => `states:${action}`);
  return {
    value: arn,
    statements: [...statements, new PolicyStatement({ actions, resources: [executions.arns] })],
    wildcards: [
      {
        findingIn: (scope) => findingOf(scope, scope, executions.arns),
        reason: 'Executions are named by the jobs: they do not exist yet.',
      },
    ],
  };
}

/** The id of a user pool. */
export function userPool(
  of: { readonly userPoolId: string; readonly userPoolArn: string },
  actions: readonly UserPoolAction[],
): Binding {
  return {
    value: of.userPoolId,
    statements: [
      new PolicyStatement({
        actions: actions.map((action) => `cognito-idp:${action}`),
        resources: [of.userPoolArn],
      }),
    ],
    wildcards: [],
  };
}

/** The id of a CloudFront distribution. */
export function distribution(
  of: { readonly distributionId: string; readonly distributionArn: string },
  actions: readonly ('CreateInvalidation' | 'GetInvalidation')[],
): Binding {
  return {
    value: of.distributionId,
    statements: [
      new PolicyStatement({
        actions: actions.map((action) => `cloudfront:${action}`),
        resources: [of.distributionArn],
      }),
    ],
    wildcards: [],
  };
}

export type ScheduleAction =
  | 'CreateSchedule'
  | 'UpdateSchedule'
  | 'DeleteSchedule'
  | 'GetSchedule'
  | 'ListSchedules';

/** The name of a schedule group whose schedules the function sets. */
export function scheduleGroup(of: Construct, name: string, actions: readonly ScheduleAction[]): Binding {
  const schedules = Stack.of(of).formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${name}/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const statement = (on: readonly ScheduleAction[], resource: string) =>
    on.length === 0
      ? []
      : [new PolicyStatement({ actions: on.map((action) => `scheduler:${action}`), resources: [resource] })];
  return {
    value: name,
    statements: [
      ...statement(
        actions.filter((action) => action !== 'ListSchedules'),
        schedules,
      ),
      // Lists know no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
      ...statement(
        actions.filter((action) => action === 'ListSchedules'),
        '*',
      ),
    ],
    wildcards: [
      {
        findingIn: (scope) => findingOf(scope, scope, schedules),
        reason: 'Schedules are named by their records, which users make: no fixed list of them exists.',
      },
    ],
  };
}

/** The ARN of a role that the function hands to a service, which then acts by it. */
export function roleToPass(of: IRole, service: string): Binding {
  return {
    value: of.roleArn,
    statements: [
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [of.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': service } },
      }),
    ],
    wildcards: [],
  };
}
