import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assetTable, jobTable } from '../../adapters/dynamodb/keys.ts';
import type { EnvironmentContract } from '../../adapters/runtime/environment.ts';
import { exportKey } from '../../adapters/s3/log-exports.ts';
import { companyPattern } from '../../domain/companies/company-name.ts';
import { servers } from '../../domain/delivery/server.ts';
import { manifestKey, mapResultsPrefix, partFileKey } from '../../domain/jobs/job-file-names.ts';
import { maxLagMs } from '../../domain/library/index-places.ts';
import { maxReceives } from '../../functions/ingest-upload/ingest-upload.contract.ts';
import { edgeFunctions } from '../../infra/constructs/edge-bundle.ts';
import { versionedFunctions } from '../../scripts/deployment/remove-old-versions.ts';
import { searchPermissions } from '../support/search-permissions.ts';
import { type Located, resources, sharedSynthesis, stackNames } from './synth.ts';

const folders = readdirSync('functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !edgeFunctions.some((folder) => folder === entry.name))
  .map(({ name }) => name);

const functionOf = (folder: string): Located => {
  const found = resources('AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.FunctionName === `pressroom-${folder}`,
  );
  expect(found, `functions named pressroom-${folder}`).toHaveLength(1);
  return found[0] as Located;
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Principal?: unknown;
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

const document = (value: unknown) => (value as { Statement: Statement[] }).Statement;

/** Every statement of every identity policy, inline ones of roles included. */
function identityStatements(): { at: string; statement: Statement }[] {
  return [
    ...resources('AWS::IAM::Policy').flatMap(({ logicalId, Properties }) =>
      document(Properties.PolicyDocument).map((statement) => ({ at: logicalId, statement })),
    ),
    ...resources('AWS::IAM::Role').flatMap(({ logicalId, Properties }) =>
      ((Properties.Policies ?? []) as { PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) =>
        document(PolicyDocument).map((statement) => ({ at: logicalId, statement })),
      ),
    ),
  ];
}

function statementsOf(folder: string): Statement[] {
  const role = (functionOf(folder).Properties.Role as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
  return identityStatements()
    .filter(({ at }) => at === role || at.startsWith(role.replace(/[0-9A-F]{8}$/, '')))
    .map(({ statement }) => statement);
}

/** `AssetTable/index/byName`: the construct that a resource of a statement is imported from, with what is added to its ARN. */
function placeOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const [, construct = text] = /ExportsOutput(?:FnGetAtt|Ref)([A-Za-z]+?)[0-9A-F]{8}/.exec(text) ?? [];
  const [, rest = ''] = /"(\/[^"]*)"\]\]\}$/.exec(text) ?? [];
  return `${construct}${rest}`;
}

const actionsOn = (folder: string, target: string) =>
  statementsOf(folder)
    .filter(({ Resource }) => JSON.stringify(Resource).includes(target))
    .flatMap(({ Action }) => list(Action))
    .sort();

describe('every stack', () => {
  it('is made of resources of AWS only, with no custom resource and no helper function', () => {
    const types = new Set(resources().map(({ Type }) => Type));
    expect(
      [...types].filter((type) => !type.startsWith('AWS::') || type.startsWith('AWS::CloudFormation::')),
    ).toEqual([]);
    expect(
      resources('AWS::Lambda::Function')
        .map(({ Properties }) => Properties.FunctionName)
        .sort(),
    ).toEqual(
      [...folders, 'ingest-upload-large', 'serve-api-search'].map((name) => `pressroom-${name}`).sort(),
    );
  });

  it('stays well below the 500 resources that CloudFormation takes', () => {
    for (const name of stackNames)
      expect(Object.keys(sharedSynthesis().templates[name]?.Resources ?? {}).length).toBeLessThan(100);
  });

  it('exports what programs need by simple names', () => {
    const names = Object.values(sharedSynthesis().templates).flatMap(({ Outputs = {} }) =>
      Object.entries(Outputs)
        .filter(([name]) => !name.startsWith('ExportsOutput'))
        .map(([name, { Export }]) => {
          expect(Export?.Name).toBe(`pressroom-${name}`);
          return name;
        }),
    );
    expect(names).toEqual([
      'UploadBucket',
      'MastersBucket',
      'JobsBucket',
      'ImageServingBucket',
      'ImageRenderingBucket',
      'VideoBucket',
      'ServerDirectoryBucket',
      'AssetTable',
      'JobTable',
      'EventBus',
      'UserPoolId',
      'UserPoolClientId',
      'LoginAddress',
      'DeliveryDomain',
      'DistributionId',
      'ApiUrl',
      'ApiEndpoint',
      'ConsoleUrl',
      'ConsoleBucket',
    ]);
  });
});

describe('every bucket', () => {
  const buckets = () => resources('AWS::S3::Bucket');
  const policyOf = (bucket: Located) =>
    document(
      resources('AWS::S3::BucketPolicy').find(
        ({ Properties }) => (Properties.Bucket as { Ref: string }).Ref === bucket.logicalId,
      )?.Properties.PolicyDocument,
    );

  it('refuses requests without TLS', () => {
    for (const bucket of buckets())
      expect(policyOf(bucket)).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
  });

  it('is encrypted, blocks public access, and survives the deletion of its stack', () => {
    for (const { logicalId, Properties, DeletionPolicy, UpdateReplacePolicy } of buckets()) {
      expect(Properties.BucketEncryption, logicalId).toBeDefined();
      expect(Properties.PublicAccessBlockConfiguration, logicalId).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      // The files of the console can be made again.
      const isData = !logicalId.startsWith('ConsoleFiles');
      expect(DeletionPolicy, logicalId).toBe(isData ? 'RetainExceptOnCreate' : 'Delete');
      expect(UpdateReplacePolicy, logicalId).toBe(isData ? 'Retain' : 'Delete');
    }
  });

  it('drops unfinished uploads after a day', () => {
    for (const { Properties } of buckets())
      expect((Properties.LifecycleConfiguration as { Rules: unknown[] }).Rules).toContainEqual(
        expect.objectContaining({
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          Status: 'Enabled',
        }),
      );
  });

  it('for uploads sends events to EventBridge, and keeps files as long as the dead letters about them', () => {
    const uploads = buckets().find(({ logicalId }) => logicalId.startsWith('Uploads'));
    expect(uploads?.Properties).toMatchObject({
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: {
        Rules: expect.arrayContaining([expect.objectContaining({ ExpirationInDays: 14, Status: 'Enabled' })]),
      },
    });
  });

  it('for masters keeps every version', () => {
    const masters = buckets().find(({ logicalId }) => logicalId.startsWith('Masters'));
    expect(masters?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(JSON.stringify(masters?.Properties.LifecycleConfiguration)).not.toContain('Noncurrent');
  });

  it('for jobs keeps their logs as long as their items, plans, results of maps and exports 30 days, and ZIP files 2 days', () => {
    const jobs = buckets().find(({ logicalId }) => logicalId.startsWith('Jobs'));
    expect(jobs?.Properties.LifecycleConfiguration).toEqual({
      Rules: [
        expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
        { Id: 'drop-old-logs', ExpirationInDays: 396, Status: 'Enabled' },
        { Id: 'drop-plans-and-exports', ExpirationInDays: 30, Prefix: '_30-days/', Status: 'Enabled' },
        { Id: 'drop-zip-files', ExpirationInDays: 2, Prefix: '_2-days/', Status: 'Enabled' },
      ],
    });
    const job = ['luma', 'J1'] as const;
    const shortLivedPrefix = [
      partFileKey(...job, 0, 1, '-planner'),
      manifestKey(...job, 0),
      mapResultsPrefix(...job, 0),
      exportKey({ company: 'luma', jobId: 'J1', format: 'csv', filter: {} }),
    ];
    for (const objectKey of shortLivedPrefix) expect(objectKey).toMatch(/^_30-days\/luma\/J1\//);
    expect(companyPattern.test('_30-days')).toBe(false);
  });

  it('that is an origin of media is read by CloudFront, of this account alone, and only where it serves from', () => {
    const media = buckets().filter(({ stack }) => stack === 'data');
    const readers = media.flatMap((bucket) =>
      policyOf(bucket)
        .filter(
          ({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal).includes('cloudfront'),
        )
        .map((statement) => ({ bucket: bucket.logicalId.replace(/Bucket[0-9A-F]{8}$/, ''), ...statement })),
    );
    expect(readers.map(({ bucket, Action }) => [bucket, Action])).toEqual([
      ['ImageServing', 's3:GetObject'],
      ['ImageServing', 's3:ListBucket'],
      ['Video', 's3:GetObject'],
      ['Video', 's3:ListBucket'],
    ]);
    for (const { Condition } of readers)
      expect(JSON.stringify(Condition)).toMatch(
        /\{"ArnLike":\{"AWS:SourceArn":.*:cloudfront::123456789012:distribution\/\*/,
      );
    // Files of companies, and the modules of the viewers.
    expect(JSON.stringify(readers[0]?.Resource)).toContain('/*/content/*');
    expect(JSON.stringify(readers[0]?.Resource)).toContain('/_/*');
  });

  it('exists once for each server, and for uploads, masters, jobs, access logs and the console', () => {
    expect(buckets()).toHaveLength(servers.length + 5);
  });
});

describe('the tables', () => {
  const table = (start: string) =>
    resources('AWS::DynamoDB::Table').find(({ logicalId }) => logicalId.startsWith(start))?.Properties;

  it('are paid by request, restorable to any second, and protected against deletion', () => {
    for (const name of ['AssetTable', 'JobTable'])
      expect(table(name)).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      });
  });

  it('have the keys and indexes that the adapters use', () => {
    const key = (partition: string, sort: string) => [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ];
    expect(table('AssetTable')).toMatchObject({
      KeySchema: key(assetTable.partitionKey, assetTable.sortKey),
      GlobalSecondaryIndexes: Object.values(assetTable.indexes).map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: key(partitionKey, sortKey),
        Projection:
          name === 'pending'
            ? {
                ProjectionType: 'INCLUDE',
                NonKeyAttributes: [
                  'version',
                  'type',
                  'intent',
                  'publications',
                  'folder',
                  'bytes',
                  'derivedCount',
                ],
              }
            : { ProjectionType: 'KEYS_ONLY' },
      })),
    });
    expect(table('JobTable')).toMatchObject({
      KeySchema: key(jobTable.partitionKey, jobTable.sortKey),
      TimeToLiveSpecification: { AttributeName: jobTable.timeToLive, Enabled: true },
      GlobalSecondaryIndexes: Object.values(jobTable.indexes).map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: key(partitionKey, sortKey),
        // All that lists filter and sort by. Of active jobs nothing that changes with their live counts.
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: [
            'kind',
            'name',
            'status',
            'submittedBy',
            'runAs',
            'folder',
            ...(name === 'active' ? [] : ['counts', 'started', 'ended']),
          ],
        },
      })),
    });
    // DynamoDB takes no more.
    const indexes = Object.values(jobTable.indexes);
    expect(indexes.length).toBeLessThanOrEqual(20);
    expect(indexes.flatMap(({ includes }) => includes).length).toBeLessThanOrEqual(100);
  });
});

describe('every function', () => {
  it.each(folders)('%s has exactly the environment of its contract', async (folder) => {
    const { environment } = (await import(`../../functions/${folder}/env.ts`)) as {
      environment: EnvironmentContract<string>;
    };
    const { Variables } = functionOf(folder).Properties.Environment as { Variables: Record<string, unknown> };
    expect(Object.keys(Variables).sort()).toEqual(
      [
        ...environment.names,
        ...['POWERTOOLS_SERVICE_NAME', 'LOG_LEVEL'],
        ...(['ingest-upload', 'serve-image'].includes(folder) ? ['MALLOC_ARENA_MAX'] : []),
      ].sort(),
    );
    expect(Variables.POWERTOOLS_SERVICE_NAME).toBe(folder);
    for (const name of environment.names) expect(Variables[name], name).toBeTruthy();
  });

  it.each(folders)('%s runs on Node 24, is traced, and writes to a log group of its own', (folder) => {
    const { stack, Properties } = functionOf(folder);
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      Architectures: [['serve-image', 'ingest-upload'].includes(folder) ? 'x86_64' : 'arm64'],
    });
    const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
    expect(sharedSynthesis().templates[stack]?.Resources[LogGroup.Ref]?.Properties).toEqual({
      LogGroupName: `/aws/lambda/pressroom-${folder}`,
      RetentionInDays: 90,
    });
  });

  it('that answers the API ends before the API gives up, and publish-part before its Express execution', () => {
    expect(functionOf('serve-api').Properties.Timeout).toBeLessThan(30);
    expect(functionOf('invalidate-cdn').Properties.Timeout).toBeLessThan(30);
    // So that it can be run twice: an Express execution ends after 300 s.
    expect(functionOf('publish-part').Properties.Timeout).toBeLessThan(140);
  });

  it('has no permission with a * for an action, and none on all resources but what knows none', () => {
    for (const { at, statement } of identityStatements()) {
      for (const action of list(statement.Action)) expect(action, at).not.toContain('*');
      if (list(statement.Resource).includes('*'))
        for (const action of list(statement.Action))
          expect(action, at).toMatch(/^(xray:|logs:|scheduler:ListSchedules$|dynamodb:ListStreams$)/);
    }
  });

  it('that only reads has no right to write', () => {
    expect(actionsOn('serve-image', 'ImageServing')).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(new Set(actionsOn('plan-job', 'AssetTable'))).toEqual(
      new Set(['dynamodb:BatchGetItem', 'dynamodb:Query']),
    );
    expect(actionsOn('publish-part', 'Masters').filter((action) => /Put|Delete/.test(action))).toEqual([]);
    // Records of sets, and nothing else, are masters that the API writes.
    expect(actionsOn('serve-api', 'Masters').filter((action) => /Put|Delete/.test(action))).not.toContain(
      's3:DeleteObject',
    );
    expect(actionsOn('invalidate-cdn', 'AssetTable')).toEqual(['dynamodb:BatchGetItem']);
    const whoReadsSecrets = folders.filter((folder) => actionsOn(folder, 'SecretTable').length > 0);
    expect(whoReadsSecrets).toEqual(['send-notification', 'serve-api']);
    expect(actionsOn('send-notification', 'ses:')).toEqual([]);
  });

  it('that serves searches has the permissions that its routes need, and no other', () => {
    const permissions = statementsOf('serve-api-search').flatMap(({ Action, Resource }) =>
      list(Action)
        .filter((action) => !/^(logs|xray):/.test(action))
        .flatMap((action) => list(Resource).map((resource) => `${action} ${placeOf(resource)}`)),
    );
    expect(permissions.sort()).toEqual([...searchPermissions].sort());
  });

  it('uses no policy that AWS manages', () => {
    for (const { Properties } of resources('AWS::IAM::Role'))
      expect(Properties.ManagedPolicyArns).toBeUndefined();
  });
});

describe('ingest', () => {
  it.each([
    ['ingest-upload', 300],
    ['ingest-upload-large', 900],
  ])(
    'reads one message at a time from the queue of %s, which waits a minute longer than it runs',
    (name, timeout) => {
      expect(functionOf(name).Properties.Timeout).toBe(timeout);
      const queue = resources('AWS::SQS::Queue').find(
        ({ Properties }) => Properties.QueueName === `pressroom-${name}`,
      );
      expect(queue?.Properties).toMatchObject({
        VisibilityTimeout: timeout + 60,
        RedrivePolicy: { maxReceiveCount: maxReceives },
      });
      const mapping = resources('AWS::Lambda::EventSourceMapping').find(({ Properties }) =>
        JSON.stringify(Properties.EventSourceArn).includes(queue?.logicalId ?? '-'),
      );
      expect(mapping?.Properties.BatchSize).toBe(1);
      expect(statementsOf('ingest-upload').flatMap(({ Action }) => list(Action))).toContain(
        'sqs:ChangeMessageVisibility',
      );
    },
  );

  it('takes the events of the upload bucket, and passes those of large files on', () => {
    const { Variables } = functionOf('ingest-upload').Properties.Environment as { Variables: object };
    expect(JSON.stringify(Variables)).toMatch(/"LARGE_FILES_QUEUE":{"Ref":"UploadedLargeQueue/);
    expect(functionOf('ingest-upload-large').Properties.Environment).toMatchObject({
      Variables: { LARGE_FILES_QUEUE: 'off' },
    });
    const rule = resources('AWS::Events::Rule').find(({ stack }) => stack === 'ingest');
    expect(rule?.Properties.EventPattern).toMatchObject({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
    });
  });

  it('reports failures of single messages and is capped', () => {
    const queues = resources('AWS::Lambda::EventSourceMapping').filter(
      ({ Properties }) => Properties.StartingPosition === undefined,
    );
    expect(queues.length).toBeGreaterThan(5);
    for (const { Properties } of queues)
      expect(Properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
  });

  it('reads the stream of the asset table from its beginning, and tries a batch until its records expire', () => {
    const [stream, ...others] = resources('AWS::Lambda::EventSourceMapping').filter(
      ({ Properties }) => Properties.StartingPosition !== undefined,
    );
    expect(others).toEqual([]);
    expect(stream?.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 1_000,
      MaximumBatchingWindowInSeconds: 1,
      FilterCriteria: {
        Filters: [
          { Pattern: '{"dynamodb":{"Keys":{"sk":{"S":["ASSET"]}}}}' },
          { Pattern: '{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"MEMBEROF#"}]}}}}' },
        ],
      },
    });
    expect(stream?.Properties).not.toHaveProperty('MaximumRetryAttempts');
    // Readers of the indexes look back for longer than a batch may take.
    expect(Number(functionOf('index-library').Properties.Timeout) * 1_000).toBeLessThan(maxLagMs);
  });

  it('and every other queue refuse requests without TLS', () => {
    const guarded = resources('AWS::SQS::QueuePolicy')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('"aws:SecureTransport":"false"'))
      .map(({ Properties }) => (Properties.Queues as { Ref: string }[])[0]?.Ref)
      .sort();
    expect(guarded).toEqual(
      resources('AWS::SQS::Queue')
        .map(({ logicalId }) => logicalId)
        .sort(),
    );
  });
});

describe('schedules', () => {
  const group = () => resources('AWS::Scheduler::ScheduleGroup').map(({ Properties }) => Properties);
  const schedulerRole = () =>
    resources('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith('SchedulerRole'));

  it('lie in one group, whose schedules serve-api sets and reconcile-schedules lists too', () => {
    expect(group()).toEqual([{ Name: 'pressroom' }]);
    const set = ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'];
    expect(actionsOn('serve-api', ':schedule/pressroom/*')).toEqual(set);
    expect(actionsOn('reconcile-schedules', ':schedule/pressroom/*')).toEqual(
      [...set, 'scheduler:GetSchedule'].sort(),
    );
    for (const folder of folders.filter((name) => !['serve-api', 'reconcile-schedules'].includes(name)))
      expect(JSON.stringify(statementsOf(folder)), folder).not.toMatch(/scheduler:|iam:PassRole/);
  });

  it('are started by a role that only Scheduler assumes, only for the group, and that only calls start-job', () => {
    expect(document(schedulerRole()?.Properties.AssumeRolePolicyDocument)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': '123456789012',
            'aws:SourceArn': expect.anything(),
          },
        },
      },
    ]);
    const may = identityStatements().filter(({ at }) => at.startsWith('SchedulerRole'));
    expect(may.map(({ statement }) => statement.Action).sort()).toEqual([
      'lambda:InvokeFunction',
      'sqs:SendMessage',
    ]);
    expect(JSON.stringify(may)).toMatch(/StartJob\w*/);
  });

  it('are handed over with that role, to Scheduler alone', () => {
    for (const folder of ['serve-api', 'reconcile-schedules']) {
      const passes = statementsOf(folder).filter(({ Action }) => list(Action).includes('iam:PassRole'));
      expect(passes, folder).toMatchObject([
        { Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
      ]);
      expect(JSON.stringify(passes[0]?.Resource)).toContain('SchedulerRole');
    }
  });

  it('that start-job fails to start, or Scheduler to tell it of, end in one queue', () => {
    const queue = resources('AWS::SQS::Queue').find(
      ({ Properties }) => Properties.QueueName === 'pressroom-start-job-dead-letters',
    );
    const arn = { 'Fn::GetAtt': [queue?.logicalId, 'Arn'] };
    expect(functionOf('start-job').Properties.DeadLetterConfig).toEqual({ TargetArn: arn });
  });

  it('are compared with their records once a day', () => {
    expect(ruleOf('reconcile-schedules')?.Properties.ScheduleExpression).toBe('cron(50 3 * * ? *)');
  });

  it('have beside them what looks at the dates of assets each minute', () => {
    expect(ruleOf('apply-dates')?.Properties.ScheduleExpression).toBe('rate(1 minute)');
  });

  function ruleOf(folder: string) {
    return resources('AWS::Events::Rule').find(({ Properties }) => Properties.Name === `pressroom-${folder}`);
  }
});

describe('the state machine', () => {
  const machine = () => resources('AWS::StepFunctions::StateMachine')[0]?.Properties ?? {};

  it('gets every substitution that its definition asks for, and no other', () => {
    const definition = readFileSync('statemachines/publish-job.asl.json', 'utf8');
    const asked = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(machine().DefinitionSubstitutions as object).sort()).toEqual(
      [...new Set(asked)].sort(),
    );
  });

  it('calls versions of its functions, which stay when a deployment makes others', () => {
    const versions = resources('AWS::Lambda::Version');
    const owners = versions.map(({ Properties, DeletionPolicy, UpdateReplacePolicy }) => {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
      const { Ref } = Properties.FunctionName as { Ref: string };
      return resources('AWS::Lambda::Function').find(({ logicalId }) => logicalId === Ref);
    });
    const names = owners.map((owner) => owner?.Properties.FunctionName);
    expect(names.sort()).toEqual(versionedFunctions.map((folder) => `pressroom-${folder}`).sort());
    const called = Object.entries(machine().DefinitionSubstitutions as object).filter(([name]) =>
      name.endsWith('Arn'),
    );
    expect(called.map(([, value]) => value).sort()).toEqual(
      versions.map(({ logicalId }) => ({ Ref: logicalId })).sort(),
    );
  });

  it('may call all versions of its functions, so that an execution ends with those that it began with', () => {
    const invoked = identityStatements()
      .filter(({ at }) => at.startsWith('PublishJobRole'))
      .flatMap(({ statement }) =>
        statement.Action === 'lambda:InvokeFunction' ? list(statement.Resource) : [],
      );
    expect(invoked).toHaveLength(2 * versionedFunctions.length);
    const all = invoked.filter((resource) => JSON.stringify(resource).includes(':*'));
    expect(all).toHaveLength(versionedFunctions.length);
  });

  it('is logged and traced, without the data of its executions', () => {
    expect(machine()).toMatchObject({
      StateMachineName: 'pressroom-publish-job',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  it('hands executions that broke to finish-job, and what that cannot take to its dead letters', () => {
    const rule = resources('AWS::Events::Rule').find(
      ({ stack, Properties }) => stack === 'publishing' && Properties.EventPattern,
    );
    expect(rule?.Properties).toMatchObject({
      EventPattern: {
        source: ['aws.states', 'pressroom.reconcile-jobs'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      Targets: [{ DeadLetterConfig: expect.anything(), RetryPolicy: { MaximumRetryAttempts: 20 } }],
    });
    expect(functionOf('finish-job').Properties.DeadLetterConfig).toBeDefined();
  });
});

describe('delivery', () => {
  const inDelivery = (type: string) => resources(type).filter(({ stack }) => stack === 'delivery');
  const config = () =>
    (inDelivery('AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig ?? {}) as {
      CacheBehaviors: Record<string, unknown>[];
      DefaultCacheBehavior: Record<string, unknown>;
      Origins: Record<string, unknown>[];
      [other: string]: unknown;
    };

  it('speaks HTTP/2 and HTTP/3 and takes cache tags from the metadata of S3', () => {
    expect(config()).toMatchObject({
      HttpVersion: 'http2and3',
      CacheTagConfig: { HeaderName: 'x-amz-meta-cache-tag' },
    });
  });

  it('keeps no preview at the edge', () => {
    const preview = config().CacheBehaviors.find(({ PathPattern }) => PathPattern === '/preview/*');
    // The managed policy CachingDisabled.
    expect(preview?.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
  });

  it('sends each path to its origin, after check-request has seen it', () => {
    const origins = new Map(config().Origins.map((origin) => [origin.Id, origin]));
    const behaviours = [
      { PathPattern: 'default', ...config().DefaultCacheBehavior },
      ...config().CacheBehaviors,
    ].map((behaviour: Record<string, unknown>) => {
      expect(behaviour).toMatchObject({
        ViewerProtocolPolicy: 'redirect-to-https',
        AllowedMethods: [
          'GET',
          'HEAD',
          ...(['/preview/*', '/viewers/*'].includes(String(behaviour.PathPattern)) ? [] : ['OPTIONS']),
        ],
        // Images and video are compressed already, and video is loaded by ranges.
        Compress: ['/is/content/*', '/viewers/*'].includes(String(behaviour.PathPattern)),
      });
      const domain = JSON.stringify(origins.get(behaviour.TargetOriginId)?.DomainName);
      return [behaviour.PathPattern, /ImageServing|Video|FunctionUrl/.exec(domain)?.[0]];
    });
    expect(behaviours).toEqual([
      ['default', 'ImageServing'],
      ['/is/image/*', 'FunctionUrl'],
      ['/is/content/*', 'ImageServing'],
      ['/e2/*', 'Video'],
      ['/viewers/*', 'ImageServing'],
      ['/preview/*', 'FunctionUrl'],
    ]);
  });

  it('signs every request to an origin', () => {
    for (const origin of config().Origins) expect(origin.OriginAccessControlId).toBeDefined();
    expect(
      inDelivery('AWS::CloudFront::OriginAccessControl').map(
        ({ Properties }) =>
          (Properties.OriginAccessControlConfig as Record<string, unknown>).OriginAccessControlOriginType,
      ),
    ).toEqual(expect.arrayContaining(['s3', 'lambda']));
  });

  it('may invoke serve-image by its URL with both permissions that takes, and nobody else may', () => {
    const permissions = resources('AWS::Lambda::Permission').filter(({ stack }) => stack === 'delivery');
    expect(permissions.map(({ Properties }) => Properties.Action).sort()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('cloudfront.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toContain('distribution/');
    }
    expect(resources('AWS::Lambda::Url')[0]?.Properties).toMatchObject({
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
    });
  });

  it('keeps for ten hours what says nothing else, "not found" for five seconds, and no other error', () => {
    for (const { Properties } of inDelivery('AWS::CloudFront::CachePolicy')) {
      const policy = Properties.CachePolicyConfig as { Name: string };
      // Both are needed before CloudFront compresses; elsewhere they would only split the cache.
      const compressed = policy.Name.startsWith('pressroom-content-');
      expect(policy).toMatchObject({
        MinTTL: 0,
        DefaultTTL: 36_000,
        MaxTTL: 31_536_000,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingBrotli: compressed,
          EnableAcceptEncodingGzip: compressed,
          CookiesConfig: { CookieBehavior: 'none' },
          HeadersConfig: { HeaderBehavior: 'none' },
        },
      });
    }
    const errors = config().CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
    expect(errors.map(({ ErrorCode }) => ErrorCode).toSorted((a, b) => a - b)).toEqual([
      400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
    ]);
    for (const { ErrorCode, ErrorCachingMinTTL } of errors)
      expect(ErrorCachingMinTTL).toBe(ErrorCode === 404 ? 5 : 0);
  });

  it('waits longer for a picture than its function may take, and asks for it once', () => {
    const images = config().Origins.find((origin) =>
      JSON.stringify(origin.DomainName).includes('FunctionUrl'),
    );
    expect(images?.ConnectionAttempts).toBe(1);
    const { OriginReadTimeout } = (images?.CustomOriginConfig ?? {}) as { OriginReadTimeout?: number };
    expect(OriginReadTimeout).toBeGreaterThan(Number(functionOf('serve-image').Properties.Timeout));
  });

  it('is logged by standard logging v2, into the bucket of access logs', () => {
    expect(config()).not.toHaveProperty('Logging');
    const inEdge = (type: string) => resources(type).filter(({ stack }) => stack === 'edge');
    expect(inEdge('AWS::Logs::DeliverySource')[0]?.Properties).toMatchObject({
      Name: 'pressroom-distribution',
      LogType: 'ACCESS_LOGS',
    });
    const [destination] = inEdge('AWS::Logs::DeliveryDestination');
    expect(JSON.stringify(destination?.Properties.DestinationResourceArn)).toContain('/cloudfront"');
    expect(inEdge('AWS::Logs::Delivery')).toHaveLength(1);
    const policies = resources('AWS::S3::BucketPolicy').map(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument),
    );
    const allowed = policies.filter((policy) => policy.includes('delivery.logs.amazonaws.com'));
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toContain(':logs:us-east-1:123456789012:delivery-source:pressroom-distribution');
    expect(allowed[0]).toContain('/cloudfront/*');
  });

  it('passes the whole canonical command to the image server, and only the cache buster to S3', () => {
    const policies = Object.fromEntries(
      inDelivery('AWS::CloudFront::CachePolicy').map(({ Properties }) => {
        const { Name, ParametersInCacheKeyAndForwardedToOrigin: forwarded } =
          Properties.CachePolicyConfig as {
            Name: string;
            ParametersInCacheKeyAndForwardedToOrigin: { QueryStringsConfig: unknown };
          };
        return [Name, forwarded.QueryStringsConfig];
      }),
    );
    expect(policies).toEqual({
      'pressroom-images-us-east-1': { QueryStringBehavior: 'all' },
      'pressroom-files-us-east-1': { QueryStringBehavior: 'whitelist', QueryStrings: ['id'] },
      'pressroom-content-us-east-1': { QueryStringBehavior: 'whitelist', QueryStrings: ['id'] },
    });
  });

  it('hides what S3 says about its objects', () => {
    const policy = inDelivery('AWS::CloudFront::ResponseHeadersPolicy')[0]?.Properties
      .ResponseHeadersPolicyConfig;
    expect(policy).toMatchObject({
      SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
    });
    // It would take the header of serve-image from responses to requests without an origin.
    expect(policy).not.toHaveProperty('CorsConfig');
    expect(JSON.stringify(policy)).toContain('"Header":"x-amz-meta-asset"');
  });

  it('ships functions that are plain scripts with a global handler', () => {
    const functions = inDelivery('AWS::CloudFront::Function').map(
      ({ Properties }) =>
        Properties as { Name: string; FunctionCode: string; FunctionConfig: { Runtime: string } },
    );
    expect(functions.map(({ Name }) => Name).sort()).toEqual([
      'pressroom-check-request-us-east-1',
      'pressroom-finish-file-us-east-1',
    ]);
    for (const { FunctionCode, FunctionConfig } of functions) {
      expect(FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
      expect(FunctionCode).toMatch(/^var work;function handler\(event\)\{/);
      expect(Buffer.byteLength(FunctionCode)).toBeLessThanOrEqual(10_240);
    }
  });

  it('finishes files and video at the edge, and images at their server, which costs nothing', () => {
    const { DefaultCacheBehavior, CacheBehaviors } = config();
    const events = [DefaultCacheBehavior, ...CacheBehaviors].map(({ PathPattern, FunctionAssociations }) => [
      PathPattern ?? '*',
      (FunctionAssociations as { EventType: string }[]).map(({ EventType }) => EventType).join(),
    ]);
    expect(Object.fromEntries(events)).toEqual({
      '*': 'viewer-request,viewer-response',
      '/is/image/*': 'viewer-request',
      '/is/content/*': 'viewer-request,viewer-response',
      '/e2/*': 'viewer-request,viewer-response',
      '/viewers/*': 'viewer-response',
      '/preview/*': 'viewer-response',
    });
  });
});

describe('the API', () => {
  it('passes every request on: the functions check the tokens', () => {
    const routes = resources('AWS::ApiGatewayV2::Route').map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]);
    expect(Object.fromEntries(routes)).toEqual({
      'GET /v1/{proxy+}': 'NONE',
      'POST /v1/{proxy+}': 'NONE',
      'PUT /v1/{proxy+}': 'NONE',
      'PATCH /v1/{proxy+}': 'NONE',
      'DELETE /v1/{proxy+}': 'NONE',
      'GET /v1/companies/{company}/cdn-invalidations': 'NONE',
      'POST /v1/companies/{company}/cdn-invalidations': 'NONE',
      'GET /v1/companies/{company}/cdn-invalidations/{id}': 'NONE',
      'GET /v1/companies/{company}/overview': 'NONE',
      'GET /v1/companies/{company}/search': 'NONE',
      'GET /v1/openapi.json': 'NONE',
      'POST /v1/companies/{company}/token': 'NONE',
      'POST /v1/triggers/{token}': 'NONE',
    });
  });

  it('leaves preflights to the CORS settings: no route takes OPTIONS', () => {
    for (const { Properties } of resources('AWS::ApiGatewayV2::Route'))
      expect(Properties.RouteKey).not.toMatch(/^(ANY|OPTIONS|\$default)/);
  });

  it('lets pages of no web origin but the console call it or upload, unless a setting names them', () => {
    const consoleOrigin = {
      'Fn::Join': ['', ['https://', { 'Fn::ImportValue': expect.stringMatching(/Console\w+DomainName/) }]],
    };
    expect(resources('AWS::ApiGatewayV2::Api')[0]?.Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: [consoleOrigin],
    });
    expect(
      resources('AWS::S3::Bucket').flatMap(({ Properties }) => Properties.CorsConfiguration ?? []),
    ).toMatchObject([{ CorsRules: [{ AllowedMethods: ['PUT'], AllowedOrigins: [consoleOrigin] }] }]);
  });

  it('has no path in its access log, since that of a trigger URL holds its token', () => {
    const format = JSON.stringify(resources('AWS::ApiGatewayV2::Stage')[0]?.Properties.AccessLogSettings);
    expect(format).toContain('$context.routeKey');
    for (const variable of format.match(/\$context\.[\w.]+/g) ?? [])
      expect(variable).not.toMatch(/path|uri|query/i);
  });

  it('is throttled and logged', () => {
    expect(resources('AWS::ApiGatewayV2::Stage')[0]?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
      AccessLogSettings: { DestinationArn: expect.anything() },
    });
  });
});

describe('who signs in', () => {
  it('has a strong password, and learns from no answer whether a name exists', () => {
    expect(resources('AWS::Cognito::UserPool')[0]?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true } },
    });
    expect(resources('AWS::Cognito::UserPoolClient')[0]?.Properties).toMatchObject({
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 60,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });
});

describe('the dashboards', () => {
  const dashboards = () =>
    resources('AWS::CloudWatch::Dashboard').map(({ Properties }) => ({
      name: Properties.DashboardName,
      // The body is a text with references in it.
      body: (Properties.DashboardBody as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
        .map((part) => (typeof part === 'string' ? part : 'reference'))
        .join(''),
    }));

  it('are the three that are free in an account, with at most 50 metrics each', () => {
    expect(dashboards().map(({ name }) => name)).toEqual([
      'pressroom-overview-us-east-1',
      'pressroom-queues-us-east-1',
      'pressroom-functions-us-east-1',
    ]);
    for (const { body } of dashboards()) {
      const { widgets } = JSON.parse(body) as { widgets: { properties: { metrics: unknown[] } }[] };
      expect(widgets.flatMap(({ properties }) => properties.metrics).length).toBeLessThanOrEqual(50);
    }
  });
});

describe('the alarms', () => {
  const alarms = () => resources('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const alarmNamed = (name: string) =>
    alarms().find(({ AlarmName }) => AlarmName === `pressroom/${name}`) ?? {};

  it('watch every function for errors, every dead-letter queue, the machine, the API and the distribution', () => {
    const names = alarms().map(({ AlarmName }) => String(AlarmName).replace('pressroom/', ''));
    for (const folder of folders) expect(names).toContain(`${folder}/errors`);
    for (const { Properties } of resources('AWS::SQS::Queue')) {
      const name = String(Properties.QueueName).replace('pressroom-', '');
      if (name.endsWith('-dead-letters'))
        expect(names).toContain(name.replace(/-dead-letters$/, '/dead-letters'));
      else expect(names).toContain(`${name}/backlog`);
    }
    expect(names).toEqual(
      expect.arrayContaining([
        'publish-job/failed',
        'publish-job/timed-out',
        'publish-job/throttled',
        'http-api/server-errors',
        'serve-image/url-errors',
        'distribution/server-errors',
        'distribution/requests',
        'distribution/bytes',
        'lambda/concurrency',
        'schedules/dropped',
      ]),
    );
  });

  it('watch every rule of EventBridge by its name', () => {
    const watched = JSON.stringify(alarmNamed('events/failed').Metrics);
    for (const { Properties, stack } of resources('AWS::Events::Rule'))
      expect(watched, stack).toContain(`"${Properties.Name}"`);
  });

  it.each(['asset-table', 'job-table'])('watch the throttles of the %s and of all its indexes', (table) => {
    for (const kind of ['Read', 'Write']) {
      const [query] = alarmNamed(`${table}/${kind.toLowerCase()}-throttles`).Metrics as {
        Expression: unknown;
      }[];
      expect(JSON.stringify(query?.Expression)).toMatch(
        new RegExp(`SELECT SUM\\(${kind}ThrottleEvents\\) FROM .*AWS/DynamoDB.* WHERE TableName = '`),
      );
    }
  });

  it('are in the region of their metrics', () => {
    const ofCloudFront = resources('AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties.Namespace === 'AWS/CloudFront',
    );
    expect(new Set(ofCloudFront.map(({ stack }) => stack))).toEqual(new Set(['edge']));
  });

  it('each have an entry in the runbook, and the runbook has no other', () => {
    const headings = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^### ([\w-]+ [\w-]+)$/gm)].map(
      ([, heading]) => heading,
    );
    // Alarms on mail exist only where mail is sent.
    expect(headings.toSorted()).toEqual(
      [
        ...alarms().map(({ AlarmName }) => String(AlarmName).split('/').slice(1).join(' ')),
        'mail bounces',
        'mail complaints',
      ].toSorted(),
    );
    for (const { AlarmName, AlarmDescription } of alarms()) {
      const anchor = String(AlarmName).split('/').slice(1).join('-');
      expect(AlarmDescription).toMatch(new RegExp(`\\. What to do: docs/operations\\.md#${anchor}$`));
    }
  });
});
