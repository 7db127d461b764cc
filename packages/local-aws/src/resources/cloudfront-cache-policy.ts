import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { parseCachePolicy } from '../edge/policies.ts';
import { stableUuid } from '../edge/stable-id.ts';
import type { ResourceType } from './resource.ts';

export const cloudfrontCachePolicy: ResourceType = {
  type: 'AWS::CloudFront::CachePolicy',
  honours: ['CachePolicyConfig'],
  async create({ properties, generatedName, services }) {
    const id = stableUuid(`cache policy ${generatedName}`);
    cloudFrontServices(services).cachePolicies.set(id, parseCachePolicy(properties.CachePolicyConfig));
    return { ref: id, attributes: { Id: id, LastModifiedTime: new Date().toISOString() } };
  },
};
