/**
 * The policies of cache behaviours: their types, their form in templates, and the managed policies.
 */
import { z } from 'zod';
import type { TtlPolicy } from './freshness.ts';
import type { Selection } from './query-string.ts';

/** The parts of the cache key, and how long objects are cached. */
export interface CachePolicy extends TtlPolicy {
  readonly query: Selection;
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly gzip: boolean;
  readonly brotli: boolean;
}

/** The values that are forwarded to the origin in addition to the cache key. */
export interface OriginRequestPolicy {
  readonly query: Selection;
  readonly headers: Selection;
  readonly cookies: Selection;
  /** Headers that CloudFront adds itself (`cloudfront-viewer-http-version`). */
  readonly cloudfrontHeaders: ReadonlySet<string>;
}

export interface CorsPolicy {
  readonly allowOrigins: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly allowMethods: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge: number | undefined;
  readonly override: boolean;
}

interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  /** If false, a header of the origin with this name is kept. */
  readonly override: boolean;
}

/** The headers that are added to and removed from every response. */
export interface ResponseHeadersPolicy {
  readonly cors: CorsPolicy | undefined;
  readonly set: readonly PolicyHeader[];
  readonly remove: readonly string[];
}

/** CloudFormation may contain flags and numbers as strings. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
export const number = z.coerce.number();
const names = z.array(z.string());

const lower = (list: readonly string[] | undefined) =>
  new Set((list ?? []).map((name) => name.toLowerCase()));

function selection(behaviour: string, list: readonly string[] | undefined, fold: 'fold' | 'keep'): Selection {
  const chosen = fold === 'fold' ? lower(list) : new Set(list ?? []);
  switch (behaviour) {
    case 'none':
      return { take: 'none' };
    case 'all':
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return { take: 'all' };
    case 'whitelist':
      return { take: 'only', names: chosen };
    case 'allExcept':
      return { take: 'all-except', names: chosen };
    default:
      throw new Error(`The local CloudFront does not know the policy behaviour "${behaviour}"`);
  }
}

const cachePolicyConfig = z.object({
  MinTTL: number,
  DefaultTTL: number.default(86_400),
  MaxTTL: number.default(31_536_000),
  ParametersInCacheKeyAndForwardedToOrigin: z
    .object({
      EnableAcceptEncodingGzip: flag.default(false),
      EnableAcceptEncodingBrotli: flag.default(false),
      QueryStringsConfig: z.object({ QueryStringBehavior: z.string(), QueryStrings: names.optional() }),
      HeadersConfig: z.object({ HeaderBehavior: z.string(), Headers: names.optional() }),
      CookiesConfig: z.object({ CookieBehavior: z.string(), Cookies: names.optional() }),
    })
    .optional(),
});

/** Parses `CachePolicyConfig` of an AWS::CloudFront::CachePolicy. */
export function parseCachePolicy(config: unknown): CachePolicy {
  const {
    MinTTL,
    DefaultTTL,
    MaxTTL,
    ParametersInCacheKeyAndForwardedToOrigin: key,
  } = cachePolicyConfig.parse(config);
  const none: Selection = { take: 'none' };
  return {
    minTtl: MinTTL,
    defaultTtl: Math.max(MinTTL, DefaultTTL),
    maxTtl: MaxTTL,
    gzip: key?.EnableAcceptEncodingGzip ?? false,
    brotli: key?.EnableAcceptEncodingBrotli ?? false,
    query: key
      ? selection(key.QueryStringsConfig.QueryStringBehavior, key.QueryStringsConfig.QueryStrings, 'keep')
      : none,
    headers: key ? selection(key.HeadersConfig.HeaderBehavior, key.HeadersConfig.Headers, 'fold') : none,
    cookies: key ? selection(key.CookiesConfig.CookieBehavior, key.CookiesConfig.Cookies, 'keep') : none,
  };
}

const originRequestPolicyConfig = z.object({
  QueryStringsConfig: z.object({ QueryStringBehavior: z.string(), QueryStrings: names.optional() }),
  HeadersConfig: z.object({ HeaderBehavior: z.string(), Headers: names.optional() }),
  CookiesConfig: z.object({ CookieBehavior: z.string(), Cookies: names.optional() }),
});

/** Parses `OriginRequestPolicyConfig` of an AWS::CloudFront::OriginRequestPolicy. */
export function parseOriginRequestPolicy(config: unknown): OriginRequestPolicy {
  const { QueryStringsConfig, HeadersConfig, CookiesConfig } = originRequestPolicyConfig.parse(config);
  return {
    query: selection(QueryStringsConfig.QueryStringBehavior, QueryStringsConfig.QueryStrings, 'keep'),
    headers: selection(HeadersConfig.HeaderBehavior, HeadersConfig.Headers, 'fold'),
    cookies: selection(CookiesConfig.CookieBehavior, CookiesConfig.Cookies, 'keep'),
    cloudfrontHeaders: new Set(
      HeadersConfig.HeaderBehavior === 'allExcept'
        ? []
        : [...lower(HeadersConfig.Headers)].filter((name) => name.startsWith('cloudfront-')),
    ),
  };
}

const items = z.object({ Items: names.default([]) });
const override = { Override: flag };
const responseHeadersPolicyConfig = z.object({
  CorsConfig: z
    .object({
      AccessControlAllowOrigins: items,
      AccessControlAllowHeaders: items,
      AccessControlAllowMethods: items,
      AccessControlAllowCredentials: flag,
      AccessControlExposeHeaders: items.optional(),
      AccessControlMaxAgeSec: number.optional(),
      OriginOverride: flag,
    })
    .optional(),
  SecurityHeadersConfig: z
    .object({
      StrictTransportSecurity: z
        .object({
          AccessControlMaxAgeSec: number,
          IncludeSubdomains: flag.default(false),
          Preload: flag.default(false),
          ...override,
        })
        .optional(),
      ContentTypeOptions: z.object(override).optional(),
      FrameOptions: z.object({ FrameOption: z.string(), ...override }).optional(),
      ReferrerPolicy: z.object({ ReferrerPolicy: z.string(), ...override }).optional(),
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string(), ...override }).optional(),
      XSSProtection: z
        .object({
          Protection: flag,
          ModeBlock: flag.default(false),
          ReportUri: z.string().optional(),
          ...override,
        })
        .optional(),
    })
    .optional(),
  CustomHeadersConfig: z
    .object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), ...override })).default([]) })
    .optional(),
  RemoveHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string() })).default([]) }).optional(),
});

/** Parses `ResponseHeadersPolicyConfig` of an AWS::CloudFront::ResponseHeadersPolicy. */
export function parseResponseHeadersPolicy(config: unknown): ResponseHeadersPolicy {
  const {
    CorsConfig: cors,
    SecurityHeadersConfig: security,
    CustomHeadersConfig: custom,
    RemoveHeadersConfig: remove,
  } = responseHeadersPolicyConfig.parse(config);
  const set: PolicyHeader[] = [];
  const add = (name: string, value: string, overrides: boolean) =>
    set.push({ name, value, override: overrides });

  const transport = security?.StrictTransportSecurity;
  if (transport) {
    const subdomains = transport.IncludeSubdomains ? '; includeSubDomains' : '';
    const preload = transport.Preload ? '; preload' : '';
    const value = `max-age=${transport.AccessControlMaxAgeSec}${subdomains}${preload}`;
    add('strict-transport-security', value, transport.Override);
  }
  if (security?.ContentTypeOptions)
    add('x-content-type-options', 'nosniff', security.ContentTypeOptions.Override);
  if (security?.FrameOptions) {
    add('x-frame-options', security.FrameOptions.FrameOption, security.FrameOptions.Override);
  }
  if (security?.ReferrerPolicy) {
    add('referrer-policy', security.ReferrerPolicy.ReferrerPolicy, security.ReferrerPolicy.Override);
  }
  const content = security?.ContentSecurityPolicy;
  if (content) add('content-security-policy', content.ContentSecurityPolicy, content.Override);
  const xss = security?.XSSProtection;
  if (xss) {
    const mode = xss.ModeBlock ? '; mode=block' : '';
    const report = xss.ReportUri ? `; report=${xss.ReportUri}` : '';
    add('x-xss-protection', xss.Protection ? `1${mode}${report}` : '0', xss.Override);
  }
  for (const header of custom?.Items ?? []) add(header.Header.toLowerCase(), header.Value, header.Override);

  return {
    set,
    remove: (remove?.Items ?? []).map(({ Header }) => Header.toLowerCase()),
    cors: cors && {
      allowOrigins: cors.AccessControlAllowOrigins.Items,
      allowHeaders: cors.AccessControlAllowHeaders.Items,
      allowMethods: cors.AccessControlAllowMethods.Items,
      exposeHeaders: cors.AccessControlExposeHeaders?.Items ?? [],
      allowCredentials: cors.AccessControlAllowCredentials,
      maxAge: cors.AccessControlMaxAgeSec,
      override: cors.OriginOverride,
    },
  };
}

const nothing: Selection = { take: 'none' };
const everything: Selection = { take: 'all' };
const only = (...list: string[]): Selection => ({ take: 'only', names: new Set(list) });

/** Seconds; ids and values from the CloudFront Developer Guide, "Use managed cache policies". */
export const managedCachePolicies: ReadonlyMap<string, CachePolicy> = new Map([
  [
    '658327ea-f89d-4fab-a63d-7e88639e58f6', // CachingOptimized
    {
      minTtl: 1,
      defaultTtl: 86_400,
      maxTtl: 31_536_000,
      query: nothing,
      headers: nothing,
      cookies: nothing,
      gzip: true,
      brotli: true,
    },
  ],
  [
    'b2884449-e4de-46a7-ac36-70bc7f1ddd6d', // CachingOptimizedForUncompressedObjects
    {
      minTtl: 1,
      defaultTtl: 86_400,
      maxTtl: 31_536_000,
      query: nothing,
      headers: nothing,
      cookies: nothing,
      gzip: false,
      brotli: false,
    },
  ],
  [
    '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // CachingDisabled
    {
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 0,
      query: nothing,
      headers: nothing,
      cookies: nothing,
      gzip: false,
      brotli: false,
    },
  ],
]);

/** From the CloudFront Developer Guide, "Use managed origin request policies". */
export const managedOriginRequestPolicies: ReadonlyMap<string, OriginRequestPolicy> = new Map([
  [
    'b689b0a8-53d0-40ab-baf2-68738e2966ac', // AllViewerExceptHostHeader
    {
      query: everything,
      cookies: everything,
      headers: { take: 'all-except', names: new Set(['host']) },
      cloudfrontHeaders: new Set<string>(),
    },
  ],
  [
    '216adef6-5c7f-47e4-b989-5492eafa07d3', // AllViewer
    { query: everything, cookies: everything, headers: everything, cloudfrontHeaders: new Set<string>() },
  ],
  [
    '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf', // CORS-S3Origin
    {
      query: nothing,
      cookies: nothing,
      headers: only('origin', 'access-control-request-headers', 'access-control-request-method'),
      cloudfrontHeaders: new Set<string>(),
    },
  ],
  [
    '59781a5b-3903-41f3-afcb-af62929ccde1', // CORS-CustomOrigin
    { query: nothing, cookies: nothing, headers: only('origin'), cloudfrontHeaders: new Set<string>() },
  ],
  [
    'acba4595-bd28-49b8-b9fe-13317c0390fa', // UserAgentRefererHeaders
    {
      query: nothing,
      cookies: nothing,
      headers: only('user-agent', 'referer'),
      cloudfrontHeaders: new Set<string>(),
    },
  ],
]);

const simpleCors: CorsPolicy = {
  allowOrigins: ['*'],
  allowHeaders: [],
  allowMethods: [],
  exposeHeaders: [],
  allowCredentials: false,
  maxAge: undefined,
  override: false,
};
const preflightCors: CorsPolicy = {
  ...simpleCors,
  allowMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  exposeHeaders: ['*'],
};
const securityHeaders: readonly PolicyHeader[] = [
  { name: 'strict-transport-security', value: 'max-age=31536000', override: false },
  { name: 'x-content-type-options', value: 'nosniff', override: true },
  { name: 'x-frame-options', value: 'SAMEORIGIN', override: false },
  { name: 'x-xss-protection', value: '1; mode=block', override: false },
  { name: 'referrer-policy', value: 'strict-origin-when-cross-origin', override: false },
];

/** From the CloudFront Developer Guide, "Use managed response headers policies". */
export const managedResponseHeadersPolicies: ReadonlyMap<string, ResponseHeadersPolicy> = new Map([
  // SimpleCORS
  ['60669652-455b-4ae9-85a4-c4c02393f86c', { cors: simpleCors, set: [], remove: [] }],
  // CORS-With-Preflight
  ['5cc3b908-e619-4b99-88e5-2cf7f45965bd', { cors: preflightCors, set: [], remove: [] }],
  // SecurityHeadersPolicy
  ['67f7725c-6f97-4210-82d7-5512b31e9d03', { cors: undefined, set: securityHeaders, remove: [] }],
  // CORS-and-SecurityHeadersPolicy
  ['e61eb60c-9c35-4d20-a928-2b84e02af89c', { cors: simpleCors, set: securityHeaders, remove: [] }],
  // CORS-with-preflight-and-SecurityHeadersPolicy
  ['eaab4381-ed33-4a86-88ca-d9558dc6cd63', { cors: preflightCors, set: securityHeaders, remove: [] }],
]);
