import { z } from 'zod';
import {
  type CachePolicy,
  flag,
  managedCachePolicies,
  managedOriginRequestPolicies,
  managedResponseHeadersPolicies,
  number,
  type OriginRequestPolicy,
  type ResponseHeadersPolicy,
} from './policies.ts';

/** How requests of one path pattern are handled. */
export interface Behaviour {
  readonly pattern: string;
  readonly originId: string;
  readonly allowedMethods: ReadonlySet<string>;
  readonly cachedMethods: ReadonlySet<string>;
  readonly compress: boolean;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy | undefined;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  /** ARNs of CloudFront Functions. */
  readonly viewerRequestFunction: string | undefined;
  readonly viewerResponseFunction: string | undefined;
}

export interface OriginConfig {
  readonly id: string;
  readonly domainName: string;
  /** Prefix for the path of every request: empty, or `/x` without a trailing slash. */
  readonly path: string;
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly kind: 's3' | 'custom';
  readonly accessControlId: string | undefined;
  /** Seconds. */
  readonly connectionTimeout: number;
  readonly connectionAttempts: number;
  /** Seconds to the first byte and between packets. */
  readonly readTimeout: number;
  readonly protocol: 'http-only' | 'https-only' | 'match-viewer';
  readonly httpPort: number;
  readonly httpsPort: number;
}

interface ErrorResponse {
  /** Seconds; undefined for CloudFront's default of 10. */
  readonly ttl: number | undefined;
  readonly pagePath: string | undefined;
  readonly responseCode: number | undefined;
}

/** A distribution's configuration with its policies resolved. */
export interface DistributionConfig {
  readonly enabled: boolean;
  readonly httpVersion: string;
  readonly defaultRootObject: string;
  /** In order of precedence; the last one matches every path. */
  readonly behaviours: readonly Behaviour[];
  readonly origins: ReadonlyMap<string, OriginConfig>;
  readonly errorResponses: ReadonlyMap<number, ErrorResponse>;
  /** Lower case. */
  readonly cacheTagHeader: string | undefined;
}

/** The policies of the template by id. Managed policies are always known. */
export interface PolicyLookup {
  readonly cachePolicies: ReadonlyMap<string, CachePolicy>;
  readonly originRequestPolicies: ReadonlyMap<string, OriginRequestPolicy>;
  readonly responseHeadersPolicies: ReadonlyMap<string, ResponseHeadersPolicy>;
}

const methods = ['GET', 'HEAD'];
const behaviourSchema = z.object({
  PathPattern: z.string().optional(),
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(methods),
  CachedMethods: z.array(z.string()).default(methods),
  Compress: flag.default(false),
  CachePolicyId: z.string().optional(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z.array(z.object({ EventType: z.string(), FunctionARN: z.string() })).default([]),
  ForwardedValues: z.unknown().optional(),
  LambdaFunctionAssociations: z.array(z.unknown()).default([]),
  TrustedKeyGroups: z.array(z.unknown()).default([]),
  TrustedSigners: z.array(z.unknown()).default([]),
  FieldLevelEncryptionId: z.string().default(''),
});

const originSchema = z.object({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z.string().default(''),
  OriginAccessControlId: z.string().default(''),
  OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.string() })).default([]),
  ConnectionTimeout: number.default(10),
  ConnectionAttempts: number.default(3),
  S3OriginConfig: z.object({ OriginAccessIdentity: z.string().default('') }).optional(),
  CustomOriginConfig: z
    .object({
      OriginProtocolPolicy: z.enum(['http-only', 'https-only', 'match-viewer']),
      HTTPPort: number.default(80),
      HTTPSPort: number.default(443),
      OriginReadTimeout: number.default(30),
    })
    .optional(),
});

const distributionSchema = z.object({
  Enabled: flag,
  HttpVersion: z.string().default('http1.1'),
  DefaultRootObject: z.string().default(''),
  DefaultCacheBehavior: behaviourSchema,
  CacheBehaviors: z.array(behaviourSchema).default([]),
  Origins: z.array(originSchema),
  OriginGroups: z.object({ Items: z.array(z.unknown()).default([]) }).optional(),
  CustomErrorResponses: z
    .array(
      z.object({
        ErrorCode: number,
        ErrorCachingMinTTL: number.optional(),
        ResponseCode: number.optional(),
        ResponsePagePath: z.string().optional(),
      }),
    )
    .default([]),
  CacheTagConfig: z.object({ HeaderName: z.string() }).optional(),
});

/**
 * Parses the `DistributionConfig` property of an AWS::CloudFront::Distribution.
 * @throws Error for settings that would give wrong responses if they were ignored: signed URLs, Lambda@Edge, origin
 *   groups, legacy cache settings, unknown policies.
 */
export function parseDistributionConfig(value: unknown, policies: PolicyLookup): DistributionConfig {
  const config = distributionSchema.parse(value);
  if (config.OriginGroups && config.OriginGroups.Items.length > 0) refuse('OriginGroups');
  const origins = new Map(config.Origins.map((origin) => [origin.Id, readOrigin(origin)]));
  const behaviours = [...config.CacheBehaviors, { ...config.DefaultCacheBehavior, PathPattern: '*' }].map(
    (behaviour) => readBehaviour(behaviour, policies),
  );
  for (const { originId } of behaviours) {
    if (!origins.has(originId)) throw new Error(`The distribution has no origin "${originId}"`);
  }
  return {
    enabled: config.Enabled,
    httpVersion: config.HttpVersion,
    defaultRootObject: config.DefaultRootObject,
    behaviours,
    origins,
    errorResponses: new Map(
      config.CustomErrorResponses.map((response) => [
        response.ErrorCode,
        {
          ttl: response.ErrorCachingMinTTL,
          pagePath: response.ResponsePagePath,
          responseCode: response.ResponseCode,
        },
      ]),
    ),
    cacheTagHeader: config.CacheTagConfig?.HeaderName.trim().toLowerCase(),
  };
}

function readOrigin(origin: z.infer<typeof originSchema>): OriginConfig {
  if (origin.S3OriginConfig && origin.S3OriginConfig.OriginAccessIdentity !== '')
    refuse('OriginAccessIdentity');
  const custom = origin.CustomOriginConfig;
  return {
    id: origin.Id,
    domainName: origin.DomainName,
    path: origin.OriginPath.replace(/\/$/, ''),
    customHeaders: Object.fromEntries(
      origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [
        HeaderName.toLowerCase(),
        HeaderValue,
      ]),
    ),
    kind: origin.S3OriginConfig ? 's3' : 'custom',
    accessControlId: origin.OriginAccessControlId || undefined,
    connectionTimeout: origin.ConnectionTimeout,
    connectionAttempts: origin.ConnectionAttempts,
    readTimeout: custom?.OriginReadTimeout ?? 30,
    protocol: custom?.OriginProtocolPolicy ?? 'https-only',
    httpPort: custom?.HTTPPort ?? 80,
    httpsPort: custom?.HTTPSPort ?? 443,
  };
}

function readBehaviour(behaviour: z.infer<typeof behaviourSchema>, policies: PolicyLookup): Behaviour {
  if (behaviour.ForwardedValues !== undefined) refuse('ForwardedValues (use a cache policy)');
  if (behaviour.LambdaFunctionAssociations.length > 0) refuse('LambdaFunctionAssociations');
  if (behaviour.TrustedKeyGroups.length > 0) refuse('TrustedKeyGroups');
  if (behaviour.TrustedSigners.length > 0) refuse('TrustedSigners');
  if (behaviour.FieldLevelEncryptionId !== '') refuse('FieldLevelEncryptionId');
  if (!behaviour.CachePolicyId) throw new Error('A cache behaviour has no CachePolicyId');
  const functionOf = (event: string) =>
    behaviour.FunctionAssociations.find(({ EventType }) => EventType === event)?.FunctionARN;
  return {
    pattern: behaviour.PathPattern ?? '*',
    originId: behaviour.TargetOriginId,
    allowedMethods: new Set(behaviour.AllowedMethods),
    cachedMethods: new Set(behaviour.CachedMethods),
    compress: behaviour.Compress,
    cachePolicy: find('cache policy', behaviour.CachePolicyId, policies.cachePolicies, managedCachePolicies),
    originRequestPolicy:
      behaviour.OriginRequestPolicyId === undefined
        ? undefined
        : find(
            'origin request policy',
            behaviour.OriginRequestPolicyId,
            policies.originRequestPolicies,
            managedOriginRequestPolicies,
          ),
    responseHeadersPolicy:
      behaviour.ResponseHeadersPolicyId === undefined
        ? undefined
        : find(
            'response headers policy',
            behaviour.ResponseHeadersPolicyId,
            policies.responseHeadersPolicies,
            managedResponseHeadersPolicies,
          ),
    viewerRequestFunction: functionOf('viewer-request'),
    viewerResponseFunction: functionOf('viewer-response'),
  };
}

function find<T>(what: string, id: string, ...maps: ReadonlyMap<string, T>[]): T {
  for (const map of maps) {
    const found = map.get(id);
    if (found !== undefined) return found;
  }
  throw new Error(`The local CloudFront does not know the ${what} "${id}"`);
}

function refuse(property: string): never {
  throw new Error(
    `The local CloudFront does not honour ${property}, and would give wrong responses without it`,
  );
}
