import type { ACMClient } from '@aws-sdk/client-acm';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Config } from '../../infra/config.ts';
import type { DeployEnvironment } from '../../infra/environment.ts';
import { deployedStack } from '../deployment/deployed-stack.ts';
import { checkBootstrap, checkCredentials } from './check-account.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkCloudFront } from './check-cloudfront.ts';
import { checkConcurrency } from './check-concurrency.ts';
import { checkMail } from './check-mail.ts';
import { checkQuota, quotaNeeds } from './check-quotas.ts';
import { checkUserMail } from './check-user-mail.ts';
import type { Finding } from './finding.ts';

export interface PreflightClients {
  readonly acm: (region: string) => ACMClient;
  readonly cloudFormation: (region: string) => CloudFormationClient;
  readonly cloudFront: CloudFrontClient;
  readonly lambda: LambdaClient;
  readonly serviceQuotas: ServiceQuotasClient;
  readonly ses: SESv2Client;
  readonly sts: STSClient;
}

export interface Preflight {
  readonly findings: readonly Finding[];
  /** Executions of Lambda that the account may run at once; undefined where that could not be read. */
  readonly accountConcurrency: number | undefined;
}

/**
 * Checks an account and a region for an installation. A check that is not permitted, or fails, is a warning: the rest goes
 * on. Without credentials nothing else is checked.
 * @param bootstrapped regions that stacks are deployed to
 */
export async function runPreflight(
  { account, region }: DeployEnvironment,
  config: Config,
  bootstrapped: readonly string[],
  clients: PreflightClients,
): Promise<Preflight> {
  const credentials = await checkCredentials(account, clients.sts);
  if (credentials.level === 'missing') return { findings: [credentials], accountConcurrency: undefined };

  const findings = [credentials];
  const check = async (subject: string, work: () => Promise<Finding | readonly Finding[]>) => {
    try {
      findings.push(...[await work()].flat());
    } catch (error) {
      const text = `not checked: ${(error as Error).name}: ${(error as Error).message}`;
      findings.push({ subject, level: 'warning', text });
    }
  };

  let accountConcurrency: number | undefined;
  const stack = await deployedStack(clients.cloudFormation(region), `${config.prefix}-data`).catch(
    () => undefined,
  );
  for (const place of bootstrapped)
    await check(`CDK bootstrap in ${place}`, () =>
      checkBootstrap(account, place, clients.cloudFormation(place)),
    );
  await check('Lambda concurrency', async () => {
    const { finding, limit } = await checkConcurrency(clients.lambda);
    accountConcurrency = limit;
    return finding;
  });
  for (const need of quotaNeeds(config.apiRequestsPerSecond))
    await check(need.subject, () => checkQuota(need, clients.serviceQuotas));
  await check('CloudFront quotas', () => checkCloudFront(clients.cloudFront, stack === undefined));
  await check('mail', () => checkMail(config.mailFrom, clients.ses));
  findings.push(checkUserMail(config.loginMail));
  for (const [domain, arn, place] of [
    // CloudFront takes certificates from there only.
    [config.deliveryDomain, config.deliveryCertificateArn, 'us-east-1'],
    [config.consoleDomain, config.consoleCertificateArn, 'us-east-1'],
    [config.apiDomain, config.apiCertificateArn, region],
  ] as const)
    if (domain !== undefined && arn !== undefined)
      await check(`certificate of ${domain}`, () => checkCertificate(domain, arn, place, clients.acm(place)));
  return { findings, accountConcurrency };
}
