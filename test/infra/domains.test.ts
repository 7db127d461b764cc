import { beforeAll, describe, expect, it } from 'vitest';
import { resources, type Synthesis, synthesise } from './synth.ts';

const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/4f0e`;
const env = { account: '123456789012', region: 'eu-central-1' };
const domains = {
  deliveryDomain: 'media.example.com',
  deliveryCertificateArn: certificate('us-east-1'),
  apiDomain: 'api.example.com',
  apiCertificateArn: certificate('eu-central-1'),
  consoleDomain: 'console.example.com',
  consoleCertificateArn: certificate('us-east-1'),
};
const zone = { hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };

describe('an installation with domains of its own', () => {
  let own: Synthesis;
  beforeAll(() => {
    own = synthesise({ ...domains, ...zone }, { env, nag: true });
  });
  const variables = (name: string) => {
    const found = resources('AWS::Lambda::Function', own).find(
      ({ Properties }) => Properties.FunctionName === name,
    );
    return (
      (found?.Properties.Environment as { Variables: Record<string, unknown> } | undefined)?.Variables ?? {}
    );
  };

  it('serves the API by its domain and TLS 1.2', () => {
    expect(resources('AWS::ApiGatewayV2::DomainName', own)[0]?.Properties).toMatchObject({
      DomainName: 'api.example.com',
      DomainNameConfigurations: [
        {
          CertificateArn: domains.apiCertificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
    expect(resources('AWS::ApiGatewayV2::ApiMapping', own)).toHaveLength(1);
    expect(own.templates.api?.Outputs?.ApiUrl?.Value).toBe('https://api.example.com');
  });

  it('keeps the address of API Gateway, which trigger URLs have', () => {
    expect(resources('AWS::ApiGatewayV2::Api', own)[0]?.Properties).not.toHaveProperty(
      'DisableExecuteApiEndpoint',
    );
    expect(variables('pressroom-serve-api').API_ENDPOINT).toEqual({
      'Fn::GetAtt': [expect.any(String), 'ApiEndpoint'],
    });
    expect(variables('pressroom-serve-api').API_URL).toBe('https://api.example.com');
  });

  it('links to its API from mails and notifications by the domain', () => {
    expect(variables('pressroom-send-notification').API_URL).toBe('https://api.example.com');
  });

  it('has alias records for IPv4 and IPv6 in its zone', () => {
    const records = resources('AWS::Route53::RecordSet', own).map(({ Properties }) => [
      Properties.Name,
      Properties.Type,
      Properties.HostedZoneId,
    ]);
    expect(records).toEqual([
      ['media.example.com.', 'A', zone.hostedZoneId],
      ['media.example.com.', 'AAAA', zone.hostedZoneId],
      ['api.example.com.', 'A', zone.hostedZoneId],
      ['api.example.com.', 'AAAA', zone.hostedZoneId],
      ['console.example.com.', 'A', zone.hostedZoneId],
      ['console.example.com.', 'AAAA', zone.hostedZoneId],
    ]);
  });

  it('names the targets of DNS records, for a zone elsewhere', () => {
    const elsewhere = synthesise(domains, { env });
    expect(resources('AWS::Route53::RecordSet', elsewhere)).toEqual([]);
    expect(elsewhere.templates.delivery?.Outputs).toHaveProperty('DeliveryDomainTarget');
    expect(elsewhere.templates.api?.Outputs).toHaveProperty('ApiDomainTarget');
    expect(elsewhere.templates.console?.Outputs).toHaveProperty('ConsoleDomainTarget');
  });

  it('lets pages of its console call the API and upload', () => {
    expect(resources('AWS::ApiGatewayV2::Api', own)[0]?.Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: ['https://console.example.com'],
    });
    expect(
      JSON.stringify(
        resources('AWS::S3::Bucket', own).find(({ logicalId }) => logicalId.startsWith('Uploads'))?.Properties
          .CorsConfiguration,
      ),
    ).toContain('https://console.example.com');
  });
});

it('an API certificate of another region is refused before anything is deployed', () => {
  expect(() =>
    synthesise({ apiDomain: 'api.example.com', apiCertificateArn: certificate('us-east-1') }, { env }),
  ).toThrow('apiCertificateArn is of us-east-1: it must be of eu-central-1');
});
