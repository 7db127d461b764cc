import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudFrontClient,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  ListOriginAccessControlsCommand,
  ListOriginRequestPoliciesCommand,
  ListResponseHeadersPoliciesCommand,
} from '@aws-sdk/client-cloudfront';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { checkBootstrap, checkCredentials } from '../../scripts/preflight/check-account.ts';
import { checkCertificate } from '../../scripts/preflight/check-certificate.ts';
import { checkCloudFront } from '../../scripts/preflight/check-cloudfront.ts';
import { checkConcurrency } from '../../scripts/preflight/check-concurrency.ts';
import { checkMail } from '../../scripts/preflight/check-mail.ts';
import { checkQuota, quotaNeeds } from '../../scripts/preflight/check-quotas.ts';
import { checkUserMail } from '../../scripts/preflight/check-user-mail.ts';
import { printFinding } from '../../scripts/preflight/finding.ts';
import { runPreflight } from '../../scripts/preflight/run-preflight.ts';
import { saveConcurrency } from '../../scripts/preflight/save-concurrency.ts';

const acm = mockClient(ACMClient);
const cloudFormation = mockClient(CloudFormationClient);
const cloudFront = mockClient(CloudFrontClient);
const lambda = mockClient(LambdaClient);
const serviceQuotas = mockClient(ServiceQuotasClient);
const ses = mockClient(SESv2Client);
const sts = mockClient(STSClient);

const account = '123456789012';
const region = 'eu-central-1';
const arn = `arn:aws:acm:us-east-1:${account}:certificate/4f0e`;
const error = (name: string, message = name) => Object.assign(new Error(message), { name });
const stack = (name: string, outputs: Readonly<Record<string, string>>) => ({
  Stacks: [
    {
      StackName: name,
      CreationTime: new Date(0),
      StackStatus: 'UPDATE_COMPLETE' as const,
      Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  ],
});
const clients = {
  acm: () => new ACMClient({}),
  cloudFormation: () => new CloudFormationClient({}),
  cloudFront: new CloudFrontClient({}),
  lambda: new LambdaClient({}),
  serviceQuotas: new ServiceQuotasClient({}),
  ses: new SESv2Client({}),
  sts: new STSClient({}),
};

/** An account in which nothing is missing. */
beforeEach(() => {
  for (const mock of [acm, cloudFormation, cloudFront, lambda, serviceQuotas, ses, sts]) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: account });
  cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id x does not exist'));
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
    .resolves(stack('CDKToolkit', { BootstrapVersion: '28' }));
  lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 1_000 } });
  serviceQuotas.on(ListServiceQuotasCommand, { ServiceCode: 'states' }).resolves({
    Quotas: [
      { QuotaName: 'StateTransition throttle token bucket size', QuotaCode: 'L-1', Value: 1_000 },
      { QuotaName: 'StateTransition throttle token refill rate per second', QuotaCode: 'L-2', Value: 1_000 },
    ],
  });
  serviceQuotas
    .on(ListServiceQuotasCommand, { ServiceCode: 'apigateway' })
    .resolves({ Quotas: [{ QuotaName: 'Throttle rate', QuotaCode: 'L-8A5B8E43', Value: 10_000 }] });
  const few = { MaxItems: 100, Quantity: 1 };
  cloudFront.on(ListDistributionsCommand).resolves({
    DistributionList: { ...few, Marker: '', IsTruncated: false },
  });
  cloudFront.on(ListCachePoliciesCommand).resolves({ CachePolicyList: few });
  cloudFront.on(ListOriginRequestPoliciesCommand).resolves({ OriginRequestPolicyList: few });
  cloudFront.on(ListResponseHeadersPoliciesCommand).resolves({ ResponseHeadersPolicyList: few });
  cloudFront.on(ListFunctionsCommand).resolves({ FunctionList: few });
  cloudFront.on(ListOriginAccessControlsCommand).resolves({
    OriginAccessControlList: { ...few, Marker: '', IsTruncated: false },
  });
  ses.on(GetAccountCommand).resolves({
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: { Max24HourSend: 50_000 },
  });
  ses.on(GetEmailIdentityCommand).resolves({ VerifiedForSendingStatus: true });
  acm.on(DescribeCertificateCommand).resolves({
    Certificate: {
      Status: 'ISSUED',
      DomainName: 'media.example.com',
      SubjectAlternativeNames: ['*.example.com'],
    },
  });
});

describe('credentials', () => {
  it('of the account are there', async () => {
    expect(await checkCredentials(account, clients.sts)).toMatchObject({ level: 'ok' });
  });

  it.each([
    [
      'of another account',
      () => sts.on(GetCallerIdentityCommand).resolves({ Account: '9' }),
      'of the account 9',
    ],
    [
      'that do not exist',
      () => sts.on(GetCallerIdentityCommand).rejects(error('CredentialsProviderError')),
      'There are no AWS credentials',
    ],
    [
      'that have expired',
      () => sts.on(GetCallerIdentityCommand).rejects(error('ExpiredToken', 'expired')),
      'expired',
    ],
  ])('%s are missing', async (_what, given, text) => {
    given();
    const finding = await checkCredentials(account, clients.sts);
    expect(finding).toMatchObject({ level: 'missing', text: expect.stringContaining(text) });
  });
});

describe('the bootstrap of the CDK', () => {
  const check = () => checkBootstrap(account, region, clients.cloudFormation());

  it('is there', async () => {
    expect(await check()).toMatchObject({ level: 'ok', text: 'version 28' });
  });

  it('is missing, with the command that makes it', async () => {
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
      .rejects(new Error('Stack with id CDKToolkit does not exist'));
    expect(await check()).toMatchObject({
      level: 'missing',
      remedy: 'npx cdk bootstrap aws://123456789012/eu-central-1',
    });
  });

  it('is too old', async () => {
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
      .resolves(stack('CDKToolkit', { BootstrapVersion: '5' }));
    expect(await check()).toMatchObject({ level: 'missing', text: 'version 5; 6 is needed' });
  });
});

describe('the concurrency of Lambda', () => {
  it.each([
    [10, 'warning'],
    [99, 'warning'],
    [100, 'ok'],
    [1_000, 'ok'],
  ])('of %i is a finding of the level %s', async (limit, level) => {
    lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: limit } });
    const found = await checkConcurrency(clients.lambda);
    expect(found).toMatchObject({ limit, finding: { level } });
    if (level === 'warning') expect(found.finding.remedy).toContain('--quota-code L-B99A9384');
  });
});

describe('a quota', () => {
  const [transitions, requests] = quotaNeeds(20_000);

  it('is large enough', async () => {
    expect(await checkQuota(transitions as never, clients.serviceQuotas)).toMatchObject({
      level: 'ok',
      text: 'StateTransition throttle token refill rate per second: 1000',
    });
  });

  it('is smaller than a setting asks for', async () => {
    expect(await checkQuota(requests as never, clients.serviceQuotas)).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('10000, and 20000 are needed: API Gateway refuses'),
      remedy: expect.stringContaining(
        '--service-code apigateway --quota-code L-8A5B8E43 --desired-value 20000',
      ),
    });
  });

  it('is found on a later page', async () => {
    serviceQuotas
      .on(ListServiceQuotasCommand, { ServiceCode: 'states' })
      .resolvesOnce({ Quotas: [], NextToken: 'more' })
      .resolves({ Quotas: [{ QuotaName: 'Refill rate of state transitions', Value: 50, QuotaCode: 'L-3' }] });
    expect(await checkQuota(transitions as never, clients.serviceQuotas)).toMatchObject({ level: 'warning' });
  });

  it('that Service Quotas does not list is a warning', async () => {
    serviceQuotas.on(ListServiceQuotasCommand).resolves({ Quotas: [] });
    expect(await checkQuota(transitions as never, clients.serviceQuotas)).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('lists no such quota of states'),
    });
  });
});

describe('the room in CloudFront', () => {
  const full = () => {
    cloudFront
      .on(ListCachePoliciesCommand)
      .resolvesOnce({ CachePolicyList: { MaxItems: 100, Quantity: 10, NextMarker: 'more' } })
      .resolves({ CachePolicyList: { MaxItems: 100, Quantity: 9 } });
  };

  it('suffices in an account with few resources', async () => {
    const findings = await checkCloudFront(clients.cloudFront, true);
    expect(findings).toHaveLength(6);
    expect(new Set(findings.map(({ level }) => level))).toEqual(new Set(['ok']));
  });

  it('may be used up by others, counted over all pages', async () => {
    full();
    const findings = await checkCloudFront(clients.cloudFront, true);
    expect(findings.filter(({ level }) => level === 'warning')).toMatchObject([
      {
        subject: 'CloudFront cache policies',
        text: '19 exist, 4 more are needed, and the default quota is 20',
      },
    ]);
  });

  it('is no question once an installation is deployed', async () => {
    full();
    const findings = await checkCloudFront(clients.cloudFront, false);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  });
});

describe('mail about jobs', () => {
  const address = 'media@mail.example.com';

  it('is not sent without a sender, and nothing is missing', async () => {
    expect(await checkMail(undefined, clients.ses)).toMatchObject([{ level: 'ok' }]);
    expect(ses.calls()).toEqual([]);
  });

  it('can be sent from a verified address', async () => {
    expect(await checkMail(address, clients.ses)).toMatchObject([
      { level: 'ok', text: '50000 mails a day' },
      { level: 'ok', text: `${address} is verified` },
    ]);
  });

  it('can be sent from an address of a verified domain', async () => {
    ses.on(GetEmailIdentityCommand, { EmailIdentity: address }).rejects(error('NotFoundException'));
    expect((await checkMail(address, clients.ses))[1]).toMatchObject({
      level: 'ok',
      text: 'mail.example.com is verified',
    });
  });

  it('cannot be sent if neither is verified', async () => {
    ses.on(GetEmailIdentityCommand).resolves({ VerifiedForSendingStatus: false });
    expect((await checkMail(address, clients.ses))[1]).toMatchObject({
      level: 'missing',
      remedy: expect.stringContaining('create-email-identity --email-identity mail.example.com'),
    });
  });

  it('reaches few in the sandbox, and nobody while sending is paused', async () => {
    ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: false });
    expect((await checkMail(address, clients.ses))[0]).toMatchObject({
      level: 'missing',
      text: expect.stringContaining('sandbox'),
    });
    ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: true, SendingEnabled: false });
    expect((await checkMail(address, clients.ses))[0]).toMatchObject({
      level: 'missing',
      text: expect.stringContaining('paused'),
    });
  });
});

describe('mail to users', () => {
  it('is limited while Cognito sends it itself', () => {
    expect(checkUserMail('cognito')).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('50 a day'),
    });
  });

  it('is not limited once the pool sends through SES', () => {
    expect(checkUserMail('ses')).toMatchObject({ level: 'ok' });
  });
});

describe('a certificate', () => {
  const check = (domain = 'media.example.com') =>
    checkCertificate(domain, arn, 'us-east-1', new ACMClient({}));

  it.each(['media.example.com', 'other.example.com'])('covers %s', async (domain) => {
    expect(await check(domain)).toMatchObject({ level: 'ok' });
  });

  it.each(['example.com', 'deep.media.example.com', 'media.example.org'])(
    'does not cover %s',
    async (domain) => {
      expect(await check(domain)).toMatchObject({
        level: 'missing',
        text: `it covers media.example.com, *.example.com, not ${domain}`,
      });
    },
  );

  it('that waits for validation is missing, with the records that it waits for', async () => {
    acm.on(DescribeCertificateCommand).resolves({
      Certificate: {
        Status: 'PENDING_VALIDATION',
        DomainName: 'media.example.com',
        DomainValidationOptions: [
          {
            DomainName: 'media.example.com',
            ResourceRecord: { Name: '_a.media.example.com.', Type: 'CNAME', Value: '_b.acm.aws.' },
          },
        ],
      },
    });
    expect(await check()).toMatchObject({
      level: 'missing',
      remedy: 'Add to your DNS: _a.media.example.com. CNAME _b.acm.aws.',
    });
  });

  it('in another region than the service takes it from is missing', async () => {
    expect(await checkCertificate('api.example.com', arn, region, new ACMClient({}))).toMatchObject({
      level: 'missing',
      text: 'it is in us-east-1; it must be in eu-central-1',
      remedy: expect.stringContaining('--region eu-central-1 --domain-name api.example.com'),
    });
  });

  it('that has expired is missing', async () => {
    acm.on(DescribeCertificateCommand).resolves({
      Certificate: { Status: 'EXPIRED', DomainName: 'media.example.com' },
    });
    expect(await check()).toMatchObject({ level: 'missing', text: 'its status is EXPIRED' });
  });

  it('that does not exist is missing', async () => {
    acm.on(DescribeCertificateCommand).rejects(error('ResourceNotFoundException'));
    expect(await check()).toMatchObject({
      level: 'missing',
      text: expect.stringContaining('does not exist'),
    });
  });
});

describe('preflight', () => {
  const config = readConfig({
    mailFrom: 'media@example.com',
    deliveryDomain: 'media.example.com',
    deliveryCertificateArn: arn,
    apiDomain: 'api.example.com',
    apiCertificateArn: arn.replace('us-east-1', region),
  });
  const run = () => runPreflight({ account, region, settings: {} }, config, [region, 'us-east-1'], clients);

  it('finds nothing missing in an account that has all', async () => {
    const { findings, accountConcurrency } = await run();
    expect(findings.filter(({ level }) => level === 'missing')).toEqual([]);
    expect(accountConcurrency).toBe(1_000);
    expect(findings.map(({ subject }) => subject)).toEqual([
      'credentials',
      'CDK bootstrap in eu-central-1',
      'CDK bootstrap in us-east-1',
      'Lambda concurrency',
      'Step Functions transitions',
      'API requests',
      'CloudFront distributions',
      'CloudFront cache policies',
      'CloudFront response headers policies',
      'CloudFront origin request policies',
      'CloudFront functions',
      'CloudFront origin access controls',
      'SES account',
      'SES identity of media@example.com',
      'Cognito mail',
      'certificate of media.example.com',
      'certificate of api.example.com',
    ]);
  });

  it('checks nothing else without credentials', async () => {
    sts.on(GetCallerIdentityCommand).rejects(error('CredentialsProviderError'));
    expect((await run()).findings).toMatchObject([{ subject: 'credentials', level: 'missing' }]);
  });

  it('goes on if a check is not permitted', async () => {
    lambda.on(GetAccountSettingsCommand).rejects(error('AccessDeniedException', 'lambda:GetAccountSettings'));
    const { findings, accountConcurrency } = await run();
    expect(accountConcurrency).toBeUndefined();
    expect(findings).toHaveLength(17);
    expect(findings.find(({ subject }) => subject === 'Lambda concurrency')).toEqual({
      subject: 'Lambda concurrency',
      level: 'warning',
      text: 'not checked: AccessDeniedException: lambda:GetAccountSettings',
    });
  });

  it('prints a finding on a line, and its remedy below it', () => {
    expect(printFinding({ subject: 'mail', level: 'missing', text: 'none', remedy: 'verify' })).toBe(
      'missing  mail: none\n         → verify',
    );
    expect(printFinding({ subject: 'mail', level: 'ok', text: 'sent' })).toBe('ok       mail: sent');
  });

  it('writes the concurrency of the account into the environment, and changes nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pressroom-preflight-'));
    const file = join(folder, 'test.json');
    writeFileSync(file, JSON.stringify({ account, region, mfa: 'required' }));
    expect(saveConcurrency('test', 1_000, folder)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      account,
      region,
      mfa: 'required',
      accountConcurrency: 1_000,
    });
    expect(saveConcurrency('test', 1_000, folder)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
