/** The distribution of the web console: what its pages may do. */
import { expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { consolePolicy } from '../../infra/constructs/console-headers.ts';
import { resources } from './synth.ts';

const policyOf = (settings: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    consolePolicy(readConfig(settings), 'eu-west-1')
      .split('; ')
      .map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources];
      }),
  );

it('pages run only scripts and styles of their origin, and are in no frame', () => {
  expect(policyOf({})).toMatchObject({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  });
  expect(consolePolicy(readConfig({}), 'eu-west-1')).not.toContain('unsafe');
});

it('pages call API, login pages and storage of the region, and the domains of the installation', () => {
  expect(policyOf({})['connect-src']).toEqual([
    "'self'",
    'https://*.execute-api.eu-west-1.amazonaws.com',
    'https://*.auth.eu-west-1.amazoncognito.com',
    'https://*.s3.eu-west-1.amazonaws.com',
    'https://*.cloudfront.net',
  ]);
  const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/1`;
  const own = policyOf({
    apiDomain: 'api.example.com',
    apiCertificateArn: certificate('eu-west-1'),
    deliveryDomain: 'media.example.com',
    deliveryCertificateArn: certificate('us-east-1'),
    consoleSources: 'https://pictures.example.com',
  });
  expect(own['connect-src']).toEqual([
    "'self'",
    'https://api.example.com',
    'https://*.auth.eu-west-1.amazoncognito.com',
    'https://*.s3.eu-west-1.amazonaws.com',
    'https://media.example.com',
    'https://pictures.example.com',
  ]);
  expect(own['img-src']).toEqual([
    "'self'",
    'data:',
    'blob:',
    'https://media.example.com',
    'https://pictures.example.com',
  ]);
});

it('every response has the policy, and the stack depends on no other', () => {
  const [headers] = resources('AWS::CloudFront::ResponseHeadersPolicy').filter(({ logicalId }) =>
    logicalId.startsWith('ConsoleHeaders'),
  );
  expect(headers?.Properties.ResponseHeadersPolicyConfig).toMatchObject({
    SecurityHeadersConfig: {
      ContentSecurityPolicy: {
        ContentSecurityPolicy: expect.stringContaining("default-src 'none'"),
        Override: true,
      },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
    },
  });
  const origins = JSON.stringify(
    resources('AWS::ApiGatewayV2::Api').map(({ Properties }) => Properties.CorsConfiguration),
  );
  expect(origins).toMatch(/Console\w+DomainName/);
});
