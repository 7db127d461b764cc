import { existsSync } from 'node:fs';
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
        heic: 'off',
        browserOrigins: 'https://console.example.com',
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
    expect(one('AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'operators@example.com',
    });
    for (const { Properties } of resources('AWS::CloudWatch::Alarm', own))
      expect(Properties.AlarmActions).toHaveLength(1);
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

  it('has no alarm on the distribution outside us-east-1, where its metrics are not', () => {
    expect(
      resources('AWS::CloudWatch::Alarm', own).map(({ Properties }) => Properties.AlarmName),
    ).not.toContain('media/distribution/server-errors');
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
      AllowOrigins: ['https://console.example.com'],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
    });
    const uploads = resources('AWS::S3::Bucket', own).find(({ logicalId }) =>
      logicalId.startsWith('Uploads'),
    );
    expect(uploads?.Properties.CorsConfiguration).toMatchObject({
      CorsRules: [
        {
          AllowedMethods: ['PUT'],
          AllowedOrigins: ['https://console.example.com'],
          ExposedHeaders: ['ETag'],
        },
      ],
    });
  });
});
