import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CloudServices, ServiceEndpoint } from '../../src/cloud-services.ts';
import { cloudfrontCachePolicy } from '../../src/resources/cloudfront-cache-policy.ts';
import { cloudfrontDistribution } from '../../src/resources/cloudfront-distribution.ts';
import { cloudfrontFunction } from '../../src/resources/cloudfront-function.ts';
import { cloudfrontOriginAccessControl } from '../../src/resources/cloudfront-origin-access-control.ts';
import type { CreatedResource, Properties, ResourceType } from '../../src/resources/resource.ts';
import { notedUnhonoured, unhonouredPaths } from '../../src/template/unhonoured.ts';

let origin: Server;
let originPort: number;
let folder: string;
let services: CloudServices;
let endpoints: Map<string, ServiceEndpoint>;
let addresses: Record<string, string>;
let created: CreatedResource[];

beforeAll(async () => {
  origin = createServer((request, response) => {
    response.setHeader('x-amz-meta-cache-tag', 'acme/a');
    response.end(`origin received ${request.url}`);
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const address = origin.address();
  originPort = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  origin.closeAllConnections();
  origin.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudfront-'));
  endpoints = new Map();
  addresses = {};
  created = [];
  const sharedValues = new Map<string, unknown>();
  services = {
    region: 'us-east-1',
    account: '123456789012',
    stateFolder: folder,
    ministackEndpoint: 'http://127.0.0.1:1',
    ownEndpoint: 'http://127.0.0.1:1',
    rootCredentials: { accessKeyId: 'root', secretAccessKey: 'secret' },
    permissions: { principalOf: () => undefined, allows: async () => true },
    credentialsFor: async () => {
      throw new Error('no roles here');
    },
    functions: new Map(),
    registerEndpoint: (service, endpoint) => void endpoints.set(service, endpoint),
    emitServiceEvent: async () => {},
    shared<T>(name: string, make: () => T): T {
      if (!sharedValues.has(name)) sharedValues.set(name, make());
      return sharedValues.get(name) as T;
    },
    async port() {
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close();
      await once(probe, 'close');
      return port;
    },
    addAddress: (name, value) => {
      addresses[name] = value;
    },
    log: () => {},
  };
});
afterEach(async () => {
  for (const resource of created) await resource.stop?.();
  rmSync(folder, { recursive: true });
});

async function create(
  type: ResourceType,
  logicalId: string,
  properties: Properties,
): Promise<CreatedResource> {
  const resource = await type.create({
    stack: 'delivery',
    logicalId,
    generatedName: `delivery-${logicalId}-0123456789ab`,
    region: 'us-east-1',
    account: '123456789012',
    properties,
    services,
  });
  created.push(resource);
  return resource;
}

async function get(url: string) {
  const { origin: address, pathname } = new URL(url);
  const session = http2.connect(address, { ca: readFileSync(join(folder, 'tls', 'localhost.pem')) });
  const stream = session.request({ ':path': pathname });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  session.close();
  return { headers, text: Buffer.concat(chunks).toString() };
}

const functionProperties = {
  Name: 'check-request',
  AutoPublish: true,
  FunctionConfig: { Comment: 'checks', Runtime: 'cloudfront-js-2.0' },
  FunctionCode: `function handler(event) {
    console.log('request for ' + event.request.uri + ' at ' + event.context.distributionDomainName);
    event.request.uri = '/rewritten' + event.request.uri;
    return event.request;
  }`,
};

const distributionProperties = (CachePolicyId: string, FunctionARN?: string) => ({
  DistributionConfig: {
    Enabled: 'true',
    HttpVersion: 'http2and3',
    PriceClass: 'PriceClass_100',
    Logging: { Bucket: 'logs' },
    CacheTagConfig: { HeaderName: 'x-amz-meta-cache-tag' },
    Origins: [
      {
        Id: 'origin',
        DomainName: `127.0.0.1:${originPort}`,
        CustomOriginConfig: { OriginProtocolPolicy: 'http-only', OriginSSLProtocols: ['TLSv1.2'] },
      },
    ],
    DefaultCacheBehavior: {
      TargetOriginId: 'origin',
      CachePolicyId,
      ViewerProtocolPolicy: 'redirect-to-https',
      ...(FunctionARN ? { FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN }] } : {}),
    },
  },
});

describe('the resources of CloudFront', () => {
  it('serve the distribution of the template', async () => {
    const policy = await create(cloudfrontCachePolicy, 'Policy', {
      CachePolicyConfig: { Name: 'p', MinTTL: 0, MaxTTL: 100, DefaultTTL: 10 },
    });
    const edgeFunction = await create(cloudfrontFunction, 'Check', functionProperties);
    const arn = String(edgeFunction.attributes.FunctionARN);
    expect(arn).toBe('arn:aws:cloudfront::123456789012:function/check-request');
    const properties = distributionProperties(policy.ref, arn);
    const distribution = await create(cloudfrontDistribution, 'Distribution', properties);
    expect(distribution.ref).toMatch(/^E[A-Z0-9]{13}$/);
    await distribution.activate?.();

    const base = `https://${distribution.attributes.DomainName}`;
    expect(addresses).toEqual({
      delivery: base,
      'delivery-plain': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    expect((await get(`${base}/a`)).text).toBe('origin received /rewritten/a');
    expect((await get(`${base}/a`)).headers['x-cache']).toBe('Hit from cloudfront');
    expect(readFileSync(join(folder, 'logs', 'check-request.log'), 'utf8')).toContain(
      `request for /a at ${distribution.attributes.DomainName}`,
    );

    const result = await endpoints.get('cloudfront')?.({
      method: 'POST',
      path: `/2020-05-31/distribution/${distribution.ref}/invalidation`,
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(
        '<InvalidationBatch><Paths><Quantity>1</Quantity><Items><Path>#acme/a</Path></Items></Paths>' +
          '<CallerReference>once</CallerReference></InvalidationBatch>',
      ),
      principal: 'root',
    });
    expect(result?.status).toBe(201);
    await expect.poll(async () => (await get(`${base}/a`)).headers['x-cache']).toBe('Miss from cloudfront');
  });

  it('report the properties that they do not honour', async () => {
    const properties = distributionProperties('658327ea-f89d-4fab-a63d-7e88639e58f6');
    const distribution = await create(cloudfrontDistribution, 'Distribution', properties);
    await distribution.activate?.();
    expect(unhonouredPaths(properties, cloudfrontDistribution.honours)).toEqual([
      'DistributionConfig.PriceClass',
      'DistributionConfig.Logging',
      'DistributionConfig.Origins.CustomOriginConfig.OriginSSLProtocols',
      'DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy',
    ]);
    expect([...notedUnhonoured(services).keys()]).toEqual(['AWS::CloudFront::Distribution']);
  });

  it.each([
    ['TrustedKeyGroups', { TrustedKeyGroups: ['group'] }],
    ['LambdaFunctionAssociations', { LambdaFunctionAssociations: [{}] }],
    ['ForwardedValues', { ForwardedValues: {} }],
    ['cache policy "other"', { CachePolicyId: 'other' }],
    ['origin "other"', { TargetOriginId: 'other' }],
  ])('refuse to start with the unsupported %s', async (named, behaviour) => {
    const { DistributionConfig } = distributionProperties('658327ea-f89d-4fab-a63d-7e88639e58f6');
    const distribution = await create(cloudfrontDistribution, 'Distribution', {
      DistributionConfig: {
        ...DistributionConfig,
        DefaultCacheBehavior: { ...DistributionConfig.DefaultCacheBehavior, ...behaviour },
      },
    });
    await expect(distribution.activate?.()).rejects.toThrow(named);
  });

  it('have ids that survive a restart and differ from each other', async () => {
    const properties = {
      OriginAccessControlConfig: {
        Name: 'n',
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    };
    const first = await create(cloudfrontOriginAccessControl, 'One', properties);
    expect((await create(cloudfrontOriginAccessControl, 'One', properties)).ref).toBe(first.ref);
    expect((await create(cloudfrontOriginAccessControl, 'Two', properties)).ref).not.toBe(first.ref);
  });

  it.each([
    [
      'an older runtime',
      { FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-1.0' } },
      /cloudfront-js-2.0/,
    ],
    ['code that is not a script', { FunctionCode: 'function (' }, /Unexpected token|Function statements/],
    ['too much code', { FunctionCode: `//${'x'.repeat(10_240)}` }, /at most 10240/],
  ])('refuse a function with %s', async (_, changes, message) => {
    await expect(create(cloudfrontFunction, 'Check', { ...functionProperties, ...changes })).rejects.toThrow(
      message,
    );
  });
});
