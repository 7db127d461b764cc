import { paginateListServiceQuotas, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { Finding } from './finding.ts';

/** A quota of a service, and how much of it an installation needs. */
export interface QuotaNeed {
  readonly subject: string;
  readonly service: string;
  /** Matches the quota's name in Service Quotas. */
  readonly name: RegExp;
  readonly needed: number;
  /** What happens with less. */
  readonly consequence: string;
}

/** Whether the account has as much of a quota as is needed. */
export async function checkQuota(
  { subject, service, name, needed, consequence }: QuotaNeed,
  serviceQuotas: ServiceQuotasClient,
): Promise<Finding> {
  for await (const { Quotas = [] } of paginateListServiceQuotas(
    { client: serviceQuotas },
    { ServiceCode: service },
  )) {
    const quota = Quotas.find(({ QuotaName = '' }) => name.test(QuotaName));
    if (quota?.Value === undefined) continue;
    const text = `${quota.QuotaName}: ${quota.Value}`;
    if (quota.Value >= needed) return { subject, level: 'ok', text };
    return {
      subject,
      level: 'warning',
      text: `${text}, and ${needed} are needed: ${consequence}`,
      remedy: `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${quota.QuotaCode} --desired-value ${needed}`,
    };
  }
  return {
    subject,
    level: 'warning',
    text: `Service Quotas lists no such quota of ${service}; ${needed} are needed: ${consequence}`,
    remedy: `Look for it in the console: Service Quotas, AWS services, ${service}`,
  };
}

/**
 * What an installation needs of the quotas of its region.
 * @param apiRequestsPerSecond the setting
 */
export function quotaNeeds(apiRequestsPerSecond: number): QuotaNeed[] {
  return [
    {
      subject: 'Step Functions transitions',
      service: 'states',
      name: /(?=.*state\s?transition)(?=.*refill)/i,
      // A part of 200 assets is one transition: 3,500 assets a second, as much as S3 takes, are 18 a second.
      needed: 100,
      consequence: 'large jobs are slowed down',
    },
    {
      subject: 'API requests',
      service: 'apigateway',
      name: /^Throttle rate$/i,
      needed: apiRequestsPerSecond,
      consequence: 'API Gateway refuses requests before the setting apiRequestsPerSecond does',
    },
  ];
}
