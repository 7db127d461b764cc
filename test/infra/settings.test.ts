import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resources, type Synthesis, sharedSynthesis, synthesise } from './synth.ts';

describe('a deployment with settings of its own', () => {
  let own: Synthesis;
  beforeAll(() => {
    own = synthesise(
      {
        prefix: 'media',
        data: 'destroy',
        alarmEmail: 'operators@example.com',
        mfa: 'required',
        mailFrom: 'media@example.com',
        partConcurrency: '7',
        accountConcurrency: '2000',
        imageConcurrency: '700',
        warmThroughput: '8000',
        heic: 'off',
        browserOrigins: 'https://app.example.com',
        maxRequestsPerAddress: '5000',
        alarmRequestsPerHour: '1000',
        alarmGigabytesPerHour: '5',
        deliveryDomain: 'media.example.com',
        deliveryCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
      },
      { env: { account: '123456789012', region: 'eu-central-1' }, nag: true },
    );
  });
  const one = (type: string) => resources(type, own)[0]?.Properties ?? {};

  it('bears its prefix in every name that is given', () => {
    expect(JSON.stringify(own.templates)).not.toContain('pressroom-');
    expect(one('AWS::StepFunctions::StateMachine').StateMachineName).toBe('media-publish-job');
  });

  it('lets go of its data where that was said', () => {
    for (const { DeletionPolicy, logicalId } of resources('AWS::S3::Bucket', own))
      expect(DeletionPolicy, logicalId).toBe('Delete');
    for (const { Properties } of resources('AWS::DynamoDB::Table', own))
      expect(Properties.DeletionProtectionEnabled).toBe(false);
  });

  it('mails its alarms', () => {
    // A topic in each of the two regions: an alarm reaches only one of its own.
    for (const stack of ['observability', 'edge']) {
      const inStack = (type: string) => resources(type, own).filter((resource) => resource.stack === stack);
      expect(inStack('AWS::SNS::Subscription').map(({ Properties }) => Properties)).toMatchObject([
        { Protocol: 'email', Endpoint: 'operators@example.com' },
      ]);
      const [topic] = inStack('AWS::SNS::Topic');
      for (const { Properties } of inStack('AWS::CloudWatch::Alarm'))
        expect(Properties.AlarmActions).toEqual([{ Ref: topic?.logicalId }]);
    }
  });

  it('serves its own domain by TLS 1.2 and better', () => {
    expect(one('AWS::CloudFront::Distribution').DistributionConfig).toMatchObject({
      Aliases: ['media.example.com'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
    const serveApi = resources('AWS::Lambda::Function', own).find(
      ({ Properties }) => Properties.FunctionName === 'media-serve-api',
    );
    expect(serveApi?.Properties.Environment).toMatchObject({
      Variables: { DELIVERY_DOMAIN: 'media.example.com' },
    });
  });

  it('mails from its own address, by that or by its domain, and by no other', () => {
    const policies = JSON.stringify(resources('AWS::IAM::Policy', own).map(({ Properties }) => Properties));
    expect(policies.match(/ses:SendEmail/g)).toHaveLength(1);
    for (const identity of ['media@example.com', 'example.com'])
      expect(policies).toContain(`:ses:eu-central-1:123456789012:identity/${identity}"`);
  });

  it('watches the distribution from us-east-1, and gets its id there from another region', () => {
    const manifest = JSON.parse(readFileSync(join(own.folder, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { environment?: string }>;
    };
    const regionOf = (stack: string) => manifest.artifacts[stack]?.environment?.split('/').at(-1);
    const stacks = [
      'media-eu-central-1-edge',
      'media-eu-central-1-firewall',
      'media-delivery',
      'media-observability',
    ];
    expect(stacks.map(regionOf)).toEqual(['us-east-1', 'us-east-1', 'eu-central-1', 'eu-central-1']);
    const alarms = resources('AWS::CloudWatch::Alarm', own).filter(({ stack }) => stack === 'edge');
    expect(alarms.map(({ Properties }) => [Properties.AlarmName, Properties.Threshold])).toEqual([
      ['media-eu-central-1/distribution/server-errors', 1],
      ['media-eu-central-1/distribution/requests', 1_000],
      ['media-eu-central-1/distribution/bytes', 5e9],
    ]);
    expect(JSON.stringify(alarms[0]?.Properties.Dimensions)).toContain('ExportsReader');
  });

  it('shows the metrics of CloudFront from us-east-1', () => {
    const bodies = resources('AWS::CloudWatch::Dashboard', own).map(({ Properties }) =>
      JSON.stringify(Properties.DashboardBody),
    );
    const shown = bodies.join().match(/AWS\/CloudFront/g) ?? [];
    expect(shown.length).toBeGreaterThan(3);
    expect(bodies.join().match(/us-east-1/g)).toHaveLength(shown.length);
  });

  it('limits the requests of an address by a web ACL', () => {
    expect(one('AWS::WAFv2::WebACL')).toMatchObject({
      Scope: 'CLOUDFRONT',
      Rules: [
        {
          Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
          Statement: {
            RateBasedStatement: { AggregateKeyType: 'IP', Limit: 5_000, EvaluationWindowSec: 300 },
          },
        },
      ],
    });
    expect(one('AWS::CloudFront::Distribution').DistributionConfig).toHaveProperty('WebACLId');
    expect(resources('AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig).not.toHaveProperty(
      'WebACLId',
    );
  });

  it('watches the bounces and complaints of its mail', () => {
    const names = resources('AWS::CloudWatch::Alarm', own).map(({ Properties }) => Properties.AlarmName);
    expect(names).toEqual(expect.arrayContaining(['media/mail/bounces', 'media/mail/complaints']));
  });

  it('warms the asset table and its index of pending assets, as the default does not', () => {
    const warmIn = (synthesis: Synthesis) =>
      resources('AWS::DynamoDB::Table', synthesis).flatMap(({ Properties }) => [
        Properties.WarmThroughput ?? [],
        ((Properties.GlobalSecondaryIndexes ?? []) as Record<string, unknown>[]).flatMap(
          ({ IndexName, WarmThroughput }) =>
            WarmThroughput === undefined ? [] : { IndexName, WarmThroughput },
        ),
      ]);
    const warm = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 8_000 };
    expect(warmIn(own).flat()).toEqual([warm, { IndexName: 'pending', WarmThroughput: warm }]);
    expect(warmIn(sharedSynthesis()).flat()).toEqual([]);
  });

  it('reserves concurrency for images, the API and parts of jobs, as the default does not', () => {
    const reservedIn = (synthesis: Synthesis) =>
      Object.fromEntries(
        resources('AWS::Lambda::Function', synthesis).flatMap(({ Properties }) =>
          Properties.ReservedConcurrentExecutions === undefined
            ? []
            : [[Properties.FunctionName, Properties.ReservedConcurrentExecutions]],
        ),
      );
    expect(reservedIn(own)).toEqual({
      'media-serve-image': 700,
      'media-serve-api': 190,
      'media-publish-part': 760,
    });
    expect(reservedIn(sharedSynthesis())).toEqual({});
  });

  it('has no decoder of HEIC where that is off', () => {
    const ingest = resources('AWS::Lambda::Function', own).find(
      ({ Properties }) => Properties.FunctionName === 'media-ingest-upload',
    );
    expect(ingest?.Properties.Environment).toMatchObject({ Variables: { HEIC: 'off' } });
    const decoder = (folder: string) =>
      existsSync(join(folder, 'bundles/ingest-upload/node_modules/libheif-js'));
    expect(decoder(own.folder)).toBe(false);
    expect(decoder(sharedSynthesis().folder)).toBe(true);
  });

  it('hands its settings to what uses them', () => {
    expect(one('AWS::StepFunctions::StateMachine').DefinitionSubstitutions).toMatchObject({
      partConcurrency: '7',
    });
    expect(one('AWS::Cognito::UserPool').MfaConfiguration).toBe('ON');
    expect(one('AWS::ApiGatewayV2::Api').CorsConfiguration).toMatchObject({
      AllowOrigins: ['https://app.example.com', expect.anything()],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
    });
    const uploads = resources('AWS::S3::Bucket', own).find(({ logicalId }) =>
      logicalId.startsWith('Uploads'),
    );
    expect(uploads?.Properties.CorsConfiguration).toMatchObject({
      CorsRules: [
        {
          AllowedMethods: ['PUT'],
          AllowedOrigins: ['https://app.example.com', expect.anything()],
          ExposedHeaders: ['ETag'],
        },
      ],
    });
  });
});
