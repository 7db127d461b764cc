import { type ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import type { Finding } from './finding.ts';

/**
 * Whether a certificate can serve a domain.
 * @param region that the service takes certificates from
 * @param acm in that region
 */
export async function checkCertificate(
  domain: string,
  arn: string,
  region: string,
  acm: ACMClient,
): Promise<Finding> {
  const subject = `certificate of ${domain}`;
  const [, , , found] = arn.split(':');
  if (found !== region)
    return {
      subject,
      level: 'missing',
      text: `it is in ${found}; it must be in ${region}`,
      remedy: request(domain, region),
    };
  const certificate = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn })).then(
    ({ Certificate }) => Certificate,
    (error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      return undefined;
    },
  );
  if (!certificate)
    return {
      subject,
      level: 'missing',
      text: `${arn} does not exist in this account`,
      remedy: request(domain, region),
    };
  const names = [certificate.DomainName ?? '', ...(certificate.SubjectAlternativeNames ?? [])];
  if (!names.some((name) => covers(name, domain)))
    return {
      subject,
      level: 'missing',
      text: `it covers ${[...new Set(names)].join(', ')}, not ${domain}`,
      remedy: request(domain, region),
    };
  if (certificate.Status === 'ISSUED') return { subject, level: 'ok', text: 'issued' };
  const records = (certificate.DomainValidationOptions ?? []).flatMap(({ ResourceRecord: record }) =>
    record ? [`${record.Name} ${record.Type} ${record.Value}`] : [],
  );
  return {
    subject,
    level: 'missing',
    text: `its status is ${certificate.Status}`,
    remedy:
      certificate.Status === 'PENDING_VALIDATION' && records.length > 0
        ? `Add to your DNS: ${[...new Set(records)].join('; ')}`
        : request(domain, region),
  };
}

/** A wildcard stands for one label: `*.example.com` covers `media.example.com` and nothing deeper. */
function covers(name: string, domain: string): boolean {
  return (
    name === domain || (name.startsWith('*.') && name.slice(2) === domain.slice(domain.indexOf('.') + 1))
  );
}

const request = (domain: string, region: string) =>
  `aws acm request-certificate --region ${region} --domain-name ${domain} --validation-method DNS (docs/domains.md)`;
