import type { CloudServices } from '../cloud-services.ts';
import type { KnownDistribution } from './cloudfront-endpoint.ts';
import type { PolicyLookup } from './distribution-config.ts';
import type { EdgeFunctionRunner } from './edge.ts';
import type { CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy } from './policies.ts';

/** The state that the resources of CloudFront share. */
export interface CloudFrontServices extends PolicyLookup {
  readonly cachePolicies: Map<string, CachePolicy>;
  readonly originRequestPolicies: Map<string, OriginRequestPolicy>;
  readonly responseHeadersPolicies: Map<string, ResponseHeadersPolicy>;
  /** By ARN. */
  readonly functions: Map<string, EdgeFunctionRunner>;
  /** Origin access controls by id. */
  readonly accessControls: Map<string, { readonly type: string; readonly signs: boolean }>;
  readonly distributions: Map<string, KnownDistribution>;
  /** Names of the distributions' addresses. */
  readonly places: Set<string>;
  /** Addresses of the distributions with TLS, each with the same without it. */
  readonly plainAddresses: Map<string, string>;
}

export function cloudFrontServices(services: Pick<CloudServices, 'shared'>): CloudFrontServices {
  return services.shared<CloudFrontServices>('cloudfront', () => ({
    cachePolicies: new Map(),
    originRequestPolicies: new Map(),
    responseHeadersPolicies: new Map(),
    functions: new Map(),
    accessControls: new Map(),
    distributions: new Map(),
    places: new Set(),
    plainAddresses: new Map(),
  }));
}
