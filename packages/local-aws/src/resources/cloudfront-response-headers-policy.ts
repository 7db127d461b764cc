import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { parseResponseHeadersPolicy } from '../edge/policies.ts';
import { stableUuid } from '../edge/stable-id.ts';
import type { ResourceType } from './resource.ts';

const config = 'ResponseHeadersPolicyConfig';

export const cloudfrontResponseHeadersPolicy: ResourceType = {
  type: 'AWS::CloudFront::ResponseHeadersPolicy',
  honours: [
    'Name',
    'Comment',
    'CorsConfig',
    'SecurityHeadersConfig',
    'CustomHeadersConfig',
    'RemoveHeadersConfig',
  ].map((name) => `${config}.${name}`),
  async create({ properties, generatedName, services }) {
    const id = stableUuid(`response headers policy ${generatedName}`);
    cloudFrontServices(services).responseHeadersPolicies.set(
      id,
      parseResponseHeadersPolicy(properties[config]),
    );
    return { ref: id, attributes: { Id: id, LastModifiedTime: new Date().toISOString() } };
  },
};
