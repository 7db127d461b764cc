import { describe, expect, it } from 'vitest';
import { readConfig, webOrigins } from '../../infra/config.ts';

describe('the settings of a deployment', () => {
  it('all have a default', () => {
    expect(readConfig({})).toEqual({
      prefix: 'pressroom',
      data: 'retain',
      logRetentionDays: 90,
      logLevel: 'INFO',
      partConcurrency: 40,
      partEntries: 200,
      copiesAtATime: 25,
      batchedUpdates: 'on',
      partMemory: 512,
      ingestConcurrency: 20,
      maxRunningJobs: 25,
      apiRequestsPerSecond: 200,
      mfa: 'optional',
      notifyLoopback: 'off',
      heic: 'on',
      sourceBuckets: 'off',
      browserOrigins: [],
      consoleSources: [],
      site: 'off',
      alarmRequestsPerHour: 2_000_000,
      alarmGigabytesPerHour: 100,
      callbackUrls: [],
      logoutUrls: [],
      loginPages: 'managed',
      loginMail: 'cognito',
      oidcName: 'OpenID',
      samlName: 'SAML',
      priceClass: 'all',
    });
  });

  it('are read from text, as -c hands them over', () => {
    const config = readConfig({
      partConcurrency: '7',
      logRetentionDays: '30',
      browserOrigins: 'https://console.example.com, http://localhost:5173',
      alarmEmail: 'operators@example.com',
    });
    expect(config).toMatchObject({
      partConcurrency: 7,
      logRetentionDays: 30,
      browserOrigins: ['https://console.example.com', 'http://localhost:5173'],
      alarmEmail: 'operators@example.com',
    });
  });

  it.each([
    ['prefix', 'Press_Room', 'lower-case letters'],
    ['prefix', 'a-prefix-that-is-too-long', 'at most 20'],
    ['prefix', 'press--room', 'single hyphens'],
    ['data', 'keep', 'retain'],
    ['logRetentionDays', '31', '1, 3, 5, 7, 14, 30'],
    ['logLevel', 'debug', 'DEBUG, INFO, WARN or ERROR'],
    ['partConcurrency', '0', 'a whole number from 1 to 1000'],
    ['partConcurrency', '2.5', 'a whole number from 1 to 1000'],
    ['partConcurrency', 'many', 'a whole number from 1 to 1000'],
    ['accountConcurrency', '9', 'a whole number from 10 to 1000000'],
    ['imageConcurrency', '0', 'a whole number from 1 to 100000'],
    ['apiConcurrency', '0', 'a whole number from 1 to 100000'],
    ['publishConcurrency', '0', 'a whole number from 1 to 100000'],
    ['maxRunningJobs', '0', 'a whole number from 1 to 1000'],
    ['warmThroughput', '3999', 'a whole number from 4000 to 40000'],
    ['warmThroughput', '40001', 'a whole number from 4000 to 40000'],
    ['partEntries', '19', 'a whole number from 20 to 500'],
    ['copiesAtATime', '101', 'a whole number from 1 to 100'],
    ['partMemory', '128', 'a whole number from 256 to 3008'],
    ['ingestConcurrency', '1', 'a whole number from 2 to 1000'],
    ['apiRequestsPerSecond', '-5', 'a whole number from 1 to 10000'],
    ['alarmEmail', 'operators', 'an e-mail address'],
    ['mailFrom', 'pressroom', 'an e-mail address'],
    ['notifyLoopback', 'yes', 'off, or on'],
    ['heic', 'no', 'on or off'],
    ['sourceBuckets', 'acme-photos', 'company:bucket'],
    ['sourceBuckets', 'luma:Acme', 'company:bucket'],
    ['sourceBuckets', 'luma:acme/*', 'company:bucket'],
    ['sourceBuckets', 'luma:acme,', 'company:bucket'],
    ['mfa', 'yes', 'off, optional or required'],
    ['browserOrigins', 'https://console.example.com/path', 'without a path'],
    ['browserOrigins', '', 'web origins'],
    ['callbackUrls', 'http://console.example.com/callback', 'http only for localhost'],
    ['callbackUrls', 'https://console.example.com/#a', 'a comma-separated list of addresses'],
    ['logoutUrls', 'console.example.com', 'a comma-separated list of addresses'],
    ['loginDomainPrefix', 'my-aws-media', 'without aws, amazon and cognito'],
    ['loginDomainPrefix', '-media', 'lower-case letters, digits and inner hyphens'],
    ['loginPages', 'new', 'managed or classic'],
    ['loginMail', 'smtp', 'cognito or ses'],
    ['oidcIssuer', 'http://login.example.com', 'the address of the issuer'],
    ['oidcClientSecretName', 'a secret', 'the name of a secret in Secrets Manager'],
    ['samlMetadataUrl', 'metadata.xml', 'the address of the SAML metadata'],
    ['samlName', 'My SAML', '3 to 32 letters, digits and hyphens'],
    ['priceClass', '300', '100, 200 or all'],
    ['assetTableName', 'my assets', 'the name of a table'],
    ['assetTableStreamArn', 'assets-restored', 'the ARN of the stream of assetTableName'],
    ['jobTableName', 'ab', 'the name of a table'],
    ['secretTableName', '', 'the name of a table'],
    ['apiDomain', 'https://api.example.com', 'a domain name in lower case'],
    ['apiCertificateArn', 'arn:aws:iam::123456789012:server-certificate/x', 'the ARN of an ACM certificate'],
    ['consoleDomain', 'console', 'a domain name in lower case'],
    [
      'consoleCertificateArn',
      'arn:aws:acm:eu-west-1:123456789012:certificate/1',
      'the ARN of an ACM certificate in us-east-1',
    ],
    ['consoleSources', 'https://media.example.com/path', 'without a path'],
    ['consoleSources', "https://media.example.com; script-src 'unsafe-inline'", 'web origins'],
    ['hostedZoneId', 'example.com', 'the id of a hosted zone'],
    ['hostedZoneName', 'example', 'the name of the hosted zone'],
    ['deliveryDomain', 'Media.example.com', 'a domain name in lower case'],
    [
      'deliveryCertificateArn',
      'arn:aws:acm:eu-west-1:123456789012:certificate/1',
      'the ARN of an ACM certificate in us-east-1',
    ],
  ])('refuse %s=%s, saying what would be right', (name, value, right) => {
    const reading = () => readConfig({ [name]: value });
    expect(reading).toThrow(`${name} is ${JSON.stringify(value)}: it must be `);
    expect(reading).toThrow(right);
  });

  it.each([
    [{ oidcIssuer: 'https://login.example.com' }, 'set all or none'],
    [{ consoleDomain: 'console.example.com' }, 'consoleDomain and consoleCertificateArn go together'],
    [{ oidcName: 'Company', samlName: 'Company' }, 'oidcName and samlName must differ'],
    [{ loginMail: 'ses' }, 'loginMail=ses needs mailFrom'],
    [{ prefix: 'my-aws' }, 'loginDomainPrefix is needed'],
  ])('refuse %j, which do not go together', (settings, message) => {
    expect(() => readConfig(settings)).toThrow(message);
  });

  it('report every wrong value at once', () => {
    const reading = () => readConfig({ mfa: 'yes', data: 'keep' });
    expect(reading).toThrow('mfa is');
    expect(reading).toThrow('data is');
  });

  it('refuse a name that is none of them, but pass over what the CDK puts into the context', () => {
    expect(() => readConfig({ partConcurency: '40' })).toThrow(
      'partConcurency is no setting. There are: prefix,',
    );
    const ofTheCdk = {
      '@aws-cdk/aws-iam:minimizePolicies': true,
      'aws:cdk:enable-path-metadata': true,
      'availability-zones:account=123456789012:region=us-east-1': ['us-east-1a'],
      'cli-telemetry': false,
    };
    expect(readConfig(ofTheCdk)).toEqual(readConfig({}));
  });

  it('take a domain for delivery only with its certificate', () => {
    const deliveryCertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e';
    expect(() => readConfig({ deliveryDomain: 'media.example.com' })).toThrow('set both or neither');
    expect(() => readConfig({ deliveryCertificateArn })).toThrow('set both or neither');
    expect(readConfig({ deliveryDomain: 'media.example.com', deliveryCertificateArn })).toMatchObject({
      deliveryDomain: 'media.example.com',
    });
  });

  it('name the origin of a console once', () => {
    const origins = (browserOrigins: string) =>
      webOrigins(readConfig({ browserOrigins }), 'https://console.example.com');
    expect(origins('https://a.example.com')).toEqual([
      'https://a.example.com',
      'https://console.example.com',
    ]);
    expect(origins('https://console.example.com')).toEqual(['https://console.example.com']);
    expect(origins('*')).toEqual(['*']);
  });

  it('take a domain of the API only with its certificate, and a zone only with its name', () => {
    expect(() => readConfig({ apiDomain: 'api.example.com' })).toThrow(
      'apiDomain and apiCertificateArn go together',
    );
    expect(() => readConfig({ hostedZoneId: 'Z1' })).toThrow('hostedZoneId and hostedZoneName go together');
  });

  it('take a zone only if a domain is in it', () => {
    const zone = { hostedZoneId: 'Z1', hostedZoneName: 'example.com' };
    const delivery = (deliveryDomain: string) => ({
      ...zone,
      deliveryDomain,
      deliveryCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
    });
    expect(() => readConfig(zone)).toThrow('hostedZoneName is "example.com"');
    expect(() => readConfig(delivery('media.notexample.com'))).toThrow('hostedZoneName is "example.com"');
    expect(readConfig(delivery('media.example.com'))).toMatchObject(zone);
    expect(readConfig(delivery('example.com'))).toMatchObject(zone);
  });
});
