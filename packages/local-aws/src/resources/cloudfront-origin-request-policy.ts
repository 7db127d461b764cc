import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { parseOriginRequestPolicy } from '../edge/policies.ts';
import { stableUuid } from '../edge/stable-id.ts';
import type { ResourceType } from './resource.ts';

export const cloudfrontOriginRequestPolicy: ResourceType = {
  type: 'AWS::CloudFront::OriginRequestPolicy',
  honours: ['OriginRequestPolicyConfig'],
  async create({ properties, generatedName, services }) {
    const id = stableUuid(`origin request policy ${generatedName}`);
    const policy = parseOriginRequestPolicy(properties.OriginRequestPolicyConfig);
    cloudFrontServices(services).originRequestPolicies.set(id, policy);
    return { ref: id, attributes: { Id: id, LastModifiedTime: new Date().toISOString() } };
  },
};
