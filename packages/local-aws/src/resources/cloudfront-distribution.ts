import { randomBytes } from 'node:crypto';

import { localCertificate } from '../edge/certificate.ts';
import { createCloudFrontEndpoint } from '../edge/cloudfront-endpoint.ts';
import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { createCustomOrigin } from '../edge/custom-origin.ts';
import { type OriginConfig, parseDistributionConfig } from '../edge/distribution-config.ts';
import { createEdge } from '../edge/edge.ts';
import { createEdgeCache } from '../edge/edge-cache.ts';
import { type EdgeServer, startEdgeServer } from '../edge/edge-server.ts';
import { createFunctionUrlOrigin, functionUrlIdOfDomain } from '../edge/function-url-origin.ts';
import { createHttpClient } from '../edge/http-exchange.ts';
import { createInvalidations } from '../edge/invalidations.ts';
import type { Origin } from '../edge/origin.ts';
import { bucketOfDomain, createS3Origin } from '../edge/s3-origin.ts';
import { stableId } from '../edge/stable-id.ts';
import { functionUrls } from '../lambda/function-url.ts';
import { noteUnhonoured } from '../template/unhonoured.ts';
import type { ResourceRequest, ResourceType } from './resource.ts';
import { bucketPolicies } from './s3-bucket-policy.ts';

const type = 'AWS::CloudFront::Distribution';
/** Size of a distribution's cache in bytes. It is in memory: a restart empties it. */
const cacheBytes = 512 * 1024 * 1024;

const behaviour = [
  'PathPattern',
  'TargetOriginId',
  'AllowedMethods',
  'CachedMethods',
  'Compress',
  'CachePolicyId',
  'OriginRequestPolicyId',
  'ResponseHeadersPolicyId',
  'FunctionAssociations',
];
const origin = [
  'Id',
  'DomainName',
  'OriginPath',
  'OriginAccessControlId',
  'OriginCustomHeaders',
  'ConnectionTimeout',
  'ConnectionAttempts',
  'S3OriginConfig',
  'CustomOriginConfig.OriginProtocolPolicy',
  'CustomOriginConfig.HTTPPort',
  'CustomOriginConfig.HTTPSPort',
  'CustomOriginConfig.OriginReadTimeout',
];

/**
 * A distribution is one edge server on this machine. Its DomainName is the server's address, so that URLs that the
 * application builds from it work here.
 */
export const cloudfrontDistribution: ResourceType = {
  type,
  honours: [
    'Enabled',
    'Comment',
    'HttpVersion',
    'DefaultRootObject',
    'CustomErrorResponses',
    'CacheTagConfig',
    ...behaviour.map((name) => `DefaultCacheBehavior.${name}`),
    ...behaviour.map((name) => `CacheBehaviors.${name}`),
    ...origin.map((name) => `Origins.${name}`),
  ].map((path) => `DistributionConfig.${path}`),

  async create(request) {
    const { services, account, generatedName, logicalId, properties, stack } = request;
    const known = cloudFrontServices(services);
    const id = stableId('E', `distribution ${generatedName}`);
    const arn = `arn:aws:cloudfront::${account}:distribution/${id}`;
    const isFirst = known.distributions.size === 0;
    // The last word of `pressroom-delivery`. Another distribution of the same stack has its logical id.
    const place = stack.split('-').at(-1) ?? stack;
    const name = known.places.has(place) ? `${place}-${logicalId}` : place;
    known.places.add(name);
    const port = await services.port(`edge-${name}`);
    const plainPort = await services.port(`plain-edge-${name}`);
    const domainName = `127.0.0.1:${port}`;
    const cache = createEdgeCache(cacheBytes);
    const invalidations = createInvalidations({
      cache,
      now: Date.now,
      newId: () => stableId('I', randomBytes(16).toString('hex')),
      later: (purge) => setImmediate(purge),
    });
    known.distributions.set(id, { arn, invalidations });
    known.plainAddresses.set(`https://${domainName}`, `http://127.0.0.1:${plainPort}`);
    if (isFirst) {
      const { distributions } = known;
      const endpoint = createCloudFrontEndpoint({
        account,
        distributions,
        permissions: services.permissions,
      });
      services.registerEndpoint('cloudfront', endpoint);
    }

    const servers: EdgeServer[] = [];
    const client = createHttpClient();
    return {
      ref: id,
      attributes: { Id: id, DomainName: domainName },
      async activate() {
        const config = parseDistributionConfig(properties.DistributionConfig, known);
        if (config.httpVersion.endsWith('3')) {
          noteUnhonoured(services, type, 'DistributionConfig.HttpVersion (HTTP/3)');
        }
        if (!config.enabled) {
          services.log(`The distribution ${logicalId} is not enabled, so no edge server is started for it`);
          return;
        }
        const log = (line: string) => services.log(`${logicalId}: ${line}`);
        const origins = new Map(
          [...config.origins.values()].map((one) => [one.id, createOrigin(one, arn, request, client)]),
        );
        const edge = createEdge({
          id,
          domainName,
          config,
          cache,
          origin: (originId) => found(origins.get(originId), `origin "${originId}"`),
          edgeFunction: (functionArn) =>
            found(known.functions.get(functionArn), `CloudFront function ${functionArn}`),
          now: Date.now,
          newId: () => randomBytes(42).toString('base64url'),
          log,
        });
        const certificate = await localCertificate(services.stateFolder);
        const { httpVersion } = config;
        servers.push(
          await startEdgeServer({ edge, certificate, port, httpVersion, log }),
          await startEdgeServer({ edge, certificate: undefined, port: plainPort, httpVersion, log }),
        );
        services.addAddress(name, `https://${domainName}`);
        services.addAddress(`${name}-plain`, `http://127.0.0.1:${plainPort}`);
      },
      async stop() {
        await Promise.all(servers.map((server) => server.stop()));
        client.close();
      },
    };
  },
};

function createOrigin(
  config: OriginConfig,
  distributionArn: string,
  { services, account, region }: ResourceRequest,
  client: ReturnType<typeof createHttpClient>,
): Origin {
  const control = config.accessControlId
    ? found(cloudFrontServices(services).accessControls.get(config.accessControlId), 'origin access control')
    : undefined;
  const bucket = bucketOfDomain(config.domainName);
  if (bucket) {
    return createS3Origin({
      config,
      bucket,
      region,
      account,
      distributionArn,
      signed: control?.type === 's3' && control.signs,
      bucketPolicy: (name) => bucketPolicies(services).get(name),
      endpoint: services.ministackEndpoint,
      credentials: services.rootCredentials,
      client,
    });
  }
  const urlId = functionUrlIdOfDomain(config.domainName);
  if (urlId) {
    return createFunctionUrlOrigin({
      config,
      functionUrl: () => functionUrls(services).get(urlId),
      distributionArn,
      signed: control?.type === 'lambda' && control.signs,
    });
  }
  return createCustomOrigin(config, client);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The local CloudFront does not know the ${what}`);
  return value;
}
